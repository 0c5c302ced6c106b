package io.hedgerow.testkit.stores;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store process with its data directory, which it owns (by a lock) until {@link #close}. All methods block and are
 * safe to call from any thread but an event loop; all throw {@link StoreException}.
 */
public abstract sealed class EmbeddedStore implements AutoCloseable permits EmbeddedPostgres, EmbeddedRedis {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStore.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final long LOG_BYTES = 8L << 20;
    private static final String CHILDREN_LEFT = "pre-existing shared memory block";
    private static final List<String> PASSING = List.of("Address already in use", CHILDREN_LEFT);
    private static final Duration PASSING_LIMIT = Duration.ofSeconds(30);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

    private final String name;
    private final DataDirLock lock;
    private final StoreLog log;
    private final Duration startTimeout;
    private final ExitHook exitHook;
    private @Nullable Future<?> logWatch;
    private @Nullable StoreProcess process;
    private boolean asleep;
    private volatile boolean closing;
    private volatile int port;

    EmbeddedStore(String name, DataDirLock lock, Duration startTimeout) {
        this.name = name;
        this.lock = lock;
        this.startTimeout = startTimeout;
        this.log = new StoreLog(lock.directory().resolve("log"), LOG_BYTES);
        this.exitHook = ExitHook.register("stop-" + name, this::close);
    }

    /** The port on 127.0.0.1; it stays the same until {@link #close}. */
    public final int port() {
        return port;
    }

    /** The process id of the running store. */
    public final synchronized long pid() {
        return running().pid();
    }

    /** Whether the process is there; a suspended one is. */
    public final synchronized boolean isRunning() {
        return process != null && process.alive();
    }

    /** Whether {@link #close} was called, by the owner or by the end of the JVM. */
    public final boolean isClosed() {
        return closing;
    }

    /** Stops the store cleanly, its data on disk; it keeps its directory and port for {@link #restart}. */
    public final synchronized void stop() {
        StoreProcess current = process;
        process = null;
        if (logWatch != null) {
            logWatch.cancel(false);
        }
        if (current != null && current.alive() && !current.stop(stopSignal(), STOP_LIMIT)) {
            LOG.atWarn().addKeyValue("store", name).log("the store does not stop when asked to and is killed");
            current.kill();
        }
    }

    /** Kills the store and its children by SIGKILL. */
    public final synchronized void kill() {
        StoreProcess current = running();
        process = null;
        current.kill();
    }

    /** Stops the store cleanly if it runs, and starts it on the same data and port. Returns when it answers. */
    public final synchronized void restart() {
        if (closing) {
            throw new StoreException(name + " is closed");
        }
        stop();
        launchPatiently(() -> port);
    }

    /** Freezes the store: connections stay open, nothing answers, new connections hang. */
    public final synchronized void suspend() {
        asleep = true;
        running().suspend();
    }

    /** Lets a suspended store go on. */
    public final synchronized void resume() {
        running().resume();
        asleep = false;
    }

    /** Whether the process runs and is not suspended. */
    final synchronized boolean isAwake() {
        return isRunning() && !asleep;
    }

    /** Stops the store and gives its directory free. May be called more than once. */
    @Override
    public final void close() {
        closing = true;
        exitHook.remove();
        synchronized (this) {
            try {
                stop();
            } finally {
                lock.close();
            }
        }
    }

    /** Ends the store without regard for its data. */
    final synchronized void discard() {
        if (isRunning()) {
            kill();
        }
        close();
    }

    /** From now on the caller stops the store before the JVM ends; until now, the end of the JVM would. */
    final void leaveToCaller() {
        exitHook.remove();
    }

    final Path directory() {
        return lock.directory();
    }

    final StoreLog log() {
        return log;
    }

    /** Starts the process for {@code port}; it need not be ready. */
    abstract StoreProcess spawn(int port) throws IOException;

    /** Whether the store takes commands. */
    abstract boolean ready(StoreProcess process, int port);

    /** Ends what outlived the process whose children it was; does nothing where there can be no such thing. */
    abstract void endChildrenLeft();

    /** The signal for a clean stop. */
    abstract String stopSignal();

    /** The first start, on any free port. */
    final synchronized void launchAnywhere() {
        launchPatiently(this::freePort);
    }

    /** A port that the store can listen on. */
    int freePort() {
        return LoopbackPorts.free();
    }

    /** What is in the way for a moment only is waited for: a connection on the port, the last child of a killed run. */
    private void launchPatiently(IntSupplier ports) {
        long start = System.nanoTime();
        while (true) {
            try {
                launch(ports.getAsInt());
                return;
            } catch (StoreException e) {
                String message = String.valueOf(e.getMessage());
                if (closing
                        || PASSING.stream().noneMatch(message::contains)
                        || System.nanoTime() - start > PASSING_LIMIT.toNanos()) {
                    throw e;
                }
                if (message.contains(CHILDREN_LEFT)) {
                    endChildrenLeft();
                }
                Polls.await(RETRY_PAUSE, () -> closing);
            }
        }
    }

    private void launch(int chosenPort) {
        log.markStart();
        StoreProcess started;
        try {
            started = spawn(chosenPort);
        } catch (IOException e) {
            throw new StoreException("cannot start " + name + " in " + directory() + ": " + e, e);
        }
        long startedAt = System.nanoTime();
        boolean ready = Polls.await(startTimeout, () -> !started.alive() || closing || ready(started, chosenPort));
        if (!started.alive()) {
            throw failed("ended with exit code " + started.exitCode());
        }
        if (closing || !ready) {
            started.kill();
            throw failed(closing ? "was closed while it started" : "did not start within " + startTimeout);
        }
        port = chosenPort;
        process = started;
        asleep = false;
        logWatch = log.watch();
        started.onExit(() -> reportEnd(started));
        LOG.atInfo()
                .addKeyValue("store", name)
                .addKeyValue("port", port)
                .addKeyValue("pid", started.pid())
                .addKeyValue("millis", (System.nanoTime() - startedAt) / 1_000_000)
                .log("embedded store started");
    }

    private synchronized void reportEnd(StoreProcess ended) {
        if (process == ended) {
            LOG.atError()
                    .addKeyValue("store", name)
                    .addKeyValue("exitCode", ended.exitCode())
                    .addKeyValue("log", log.file())
                    .log("embedded store ended by itself");
        }
    }

    private StoreProcess running() {
        if (process == null) {
            throw new StoreException(name + " is not running");
        }
        return process;
    }

    private StoreException failed(String how) {
        return new StoreException(name + " in " + directory() + " " + how + "; the end of its log:\n" + log.tail());
    }
}
