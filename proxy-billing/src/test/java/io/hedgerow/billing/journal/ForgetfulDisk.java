package io.hedgerow.billing.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers what was synced, and can show what would be left if the power went now. A sync that fails loses what it was to
 * write, as Linux does: a later one that succeeds does not bring it back.
 */
final class ForgetfulDisk extends Disk {
    private final Map<FileChannel, Kept> files = new LinkedHashMap<>();
    private boolean syncsFail;
    private boolean nextCarryFails;
    private boolean failed;
    private long written;

    private record Chunk(long position, byte[] bytes) {}

    private record Kept(Path path, int capacity, byte[] header, List<Chunk> synced, List<Chunk> unsynced) {}

    synchronized void failSyncs(boolean fail) {
        syncsFail = fail;
    }

    /** The next sync by the writer, which syncs only what it has noted anew. */
    synchronized void failNextCarry() {
        nextCarryFails = true;
    }

    synchronized boolean failed() {
        return failed;
    }

    /** Bytes of frames so far. */
    synchronized long written() {
        return written;
    }

    @Override
    synchronized void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        Kept kept = files.get(channel);
        if (kept != null) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            kept.unsynced().add(new Chunk(position, copy));
            written += copy.length;
        }
        super.write(channel, bytes, position);
    }

    @Override
    synchronized void force(FileChannel channel) throws IOException {
        Kept kept = files.get(channel);
        boolean carried = Thread.currentThread().getName().endsWith("write") && nextCarryFails;
        if (syncsFail || carried) {
            nextCarryFails = false;
            failed = true;
            if (kept != null) {
                kept.unsynced().clear();
            }
            throw new IOException("injected: sync");
        }
        if (kept != null) {
            kept.synced().addAll(kept.unsynced());
            kept.unsynced().clear();
        }
        super.force(channel);
    }

    @Override
    synchronized FileChannel allocate(Path path, ByteBuffer header, int capacity) throws IOException {
        byte[] copy = new byte[header.remaining()];
        header.duplicate().get(copy);
        FileChannel channel = super.allocate(path, header, capacity);
        files.put(channel, new Kept(path, capacity, copy, new ArrayList<>(), new ArrayList<>()));
        return channel;
    }

    /** Writes into a directory what would be found. */
    synchronized void afterALoss(Path directory) throws IOException {
        for (Kept kept : files.values()) {
            if (!Files.exists(kept.path())) {
                continue;
            }
            ByteBuffer content = ByteBuffer.allocate(kept.capacity());
            content.put(0, kept.header());
            kept.synced().forEach(chunk -> content.put((int) chunk.position(), chunk.bytes()));
            try (FileChannel copy = FileChannel.open(
                    directory.resolve(kept.path().getFileName()),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE)) {
                copy.write(content);
            }
        }
    }
}
