package io.hedgerow.launcher.reload;

import io.hedgerow.core.port.MeterNames;
import io.hedgerow.launcher.config.ConfigException;
import io.hedgerow.launcher.config.ConfigLoader;
import io.hedgerow.launcher.config.LoadedConfig;
import io.hedgerow.launcher.yaml.Mistake;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a changed file in force: when its content changes, on SIGHUP, and when asked. A file with a mistake is refused,
 * logged and counted, and the configuration before it stays.
 *
 * <p>Thread-safe: reloads run one after the other. The callback swaps the configuration; if it throws, that counts as
 * refused.
 */
public final class ConfigReloader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ConfigReloader.class);

    private final ConfigLoader loader;
    private final Consumer<LoadedConfig> apply;
    private final MeterRegistry meters;
    private final WatchedFile watched;
    private long refreshNanos;
    private long loadedNanos;
    private volatile int staleLists;
    private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "hedgerow-config");
        thread.setDaemon(true);
        return thread;
    });

    /** Watches nothing before {@link #start}. What the file has handed out already is taken as in force. */
    public ConfigReloader(
            WatchedFile watched, ConfigLoader loader, Consumer<LoadedConfig> apply, MeterRegistry meters) {
        this.loader = loader;
        this.apply = apply;
        this.meters = meters;
        this.watched = watched;
        for (String result : List.of("applied", "refused")) {
            meters.counter(MeterNames.CONFIG_RELOADS, "result", result);
        }
        Gauge.builder(MeterNames.PRICES_STALE, this, reloader -> reloader.staleLists)
                .description("Price lists in force that are not the present ones")
                .register(meters);
    }

    /** This one is in force. */
    public void inForce(LoadedConfig loaded) {
        staleLists = loaded.staleLists();
        refreshAfter(loaded.refresh());
    }

    /** Looks at the file in this interval, and reloads on SIGHUP. */
    public void start(Duration interval) {
        long nanos = interval.toNanos();
        var unused = watcher.scheduleWithFixedDelay(this::look, nanos, nanos, TimeUnit.NANOSECONDS);
        HangupSignal.onHangup(() -> {
            if (!watcher.isShutdown()) {
                watcher.execute(this::reload);
            }
        });
    }

    private synchronized void look() {
        byte[] change = watched.change();
        if (change != null) {
            load(change);
        } else if (refreshNanos > 0 && System.nanoTime() - loadedNanos >= refreshNanos) {
            load(watched.take());
        }
    }

    /** Reads the file anew after so long, changed or not; null for never. Every reload sets it again. */
    public synchronized void refreshAfter(@Nullable Duration interval) {
        refreshNanos = interval == null ? 0 : interval.toNanos();
        loadedNanos = System.nanoTime();
    }

    /** Reads the file now, changed or not: what it refers to may have changed. Blocks for as long as that takes. */
    public synchronized ReloadResult reload() {
        return load(watched.take());
    }

    private ReloadResult load(byte @Nullable [] content) {
        loadedNanos = System.nanoTime();
        Path file = watched.path();
        ReloadResult result = attempt(file, content);
        if (result instanceof ReloadResult.Applied applied) {
            count("applied");
            log.atInfo().addKeyValue("file", file).log("configuration reloaded");
            applied.warnings().forEach(warning -> log.atWarn().log(warning));
        } else if (result instanceof ReloadResult.Refused refused) {
            count("refused");
            log.atError()
                    .addKeyValue("file", file)
                    .addKeyValue("mistakes", refused.mistakes().size())
                    .log("configuration refused, the one before it stays");
            refused.mistakes().forEach(mistake -> log.atError().log(mistake.toString()));
        }
        return result;
    }

    private ReloadResult attempt(Path file, byte @Nullable [] content) {
        try {
            LoadedConfig loaded = content == null ? loader.load(file) : loader.load(file, content);
            apply.accept(loaded);
            inForce(loaded);
            return new ReloadResult.Applied(loaded.warnings());
        } catch (ConfigException e) {
            return new ReloadResult.Refused(e.mistakes());
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("a valid configuration could not be put in force");
            String message = "could not be put in force: " + e.getMessage();
            return new ReloadResult.Refused(List.of(new Mistake(file.toString(), 0, 0, "", message, null)));
        }
    }

    private void count(String result) {
        meters.counter(MeterNames.CONFIG_RELOADS, "result", result).increment();
    }

    /** Stops watching. */
    @Override
    public void close() {
        watcher.shutdownNow();
    }
}
