package io.hedgerow.testkit.stores;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to use a data directory, held by one process at a time. The operating system releases it when the process
 * ends, however it ends; the file {@code lock} itself stays and names the last holder.
 */
public final class DataDirLock implements AutoCloseable {
    /** Closing any descriptor of the file would drop this process's lock on it, so a second attempt never opens it. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DataDirLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes the lock of {@code directory}, creating the directory (for its owner only) if needed.
     *
     * @throws StoreException naming the holder's process id if another process, or another part of this one, holds it
     */
    public static DataDirLock acquire(Path directory) {
        Path real = FileTrees.createPrivate(directory);
        if (!HELD.add(real)) {
            throw inUse(real, Long.toString(ProcessHandle.current().pid()));
        }
        boolean held = false;
        try {
            DataDirLock lock = lock(real);
            held = true;
            return lock;
        } catch (IOException e) {
            throw new StoreException("cannot lock the data directory " + real + ": " + e, e);
        } finally {
            if (!held) {
                HELD.remove(real);
            }
        }
    }

    private static DataDirLock lock(Path directory) throws IOException {
        Path file = directory.resolve("lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean held = false;
        try {
            if (channel.tryLock() == null) {
                throw inUse(directory, Files.readString(file).strip());
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            held = true;
            return new DataDirLock(directory, channel);
        } finally {
            if (!held) {
                channel.close();
            }
        }
    }

    /** Whether a process holds the lock of {@code directory}; false also where there is no such directory. */
    static boolean held(Path directory) {
        Path file = directory.resolve("lock");
        if (!Files.exists(file)) {
            return false;
        }
        try {
            if (HELD.contains(directory.toRealPath())) {
                return true;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                    FileLock taken = channel.tryLock()) {
                return taken == null;
            }
        } catch (IOException e) {
            throw new StoreException("cannot look at the lock of " + directory + ": " + e, e);
        }
    }

    /** The locked directory, absolute and without symbolic links. */
    public Path directory() {
        return directory;
    }

    /** Gives the directory free. May be called more than once. */
    @Override
    public void close() {
        try {
            if (channel.isOpen()) {
                channel.close();
                HELD.remove(directory);
            }
        } catch (IOException e) {
            throw new StoreException("cannot unlock the data directory " + directory + ": " + e, e);
        }
    }

    private static StoreException inUse(Path directory, String pid) {
        return new StoreException("the data directory " + directory + " is in use by process "
                + (pid.isEmpty() ? "(unknown)" : pid) + "; a data directory serves one process");
    }
}
