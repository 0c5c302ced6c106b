package io.hedgerow.launcher.wiring;

import io.hedgerow.testkit.stores.EmbeddedStore;
import io.hedgerow.testkit.stores.EmbeddedStores;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts embedded stores again that have ended by themselves, on the same data and port. One that ends as soon as it is
 * started is started at growing intervals. Close it before the stores.
 */
final class StoreKeeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StoreKeeper.class);
    private static final long LOOK_MILLIS = 200;

    private final ScheduledExecutorService watches;
    private volatile boolean closed;

    private StoreKeeper(List<EmbeddedStore> stores) {
        watches = Executors.newScheduledThreadPool(stores.size(), task -> {
            Thread thread = new Thread(task, "hedgerow-store-keeper");
            thread.setDaemon(true);
            return thread;
        });
        for (EmbeddedStore store : stores) {
            watches.scheduleWithFixedDelay(new Watch(store), LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Watches both stores from now on. */
    static StoreKeeper start(EmbeddedStores stores) {
        return new StoreKeeper(List.of(stores.postgres(), stores.redis()));
    }

    /** One store; always on one thread at a time. */
    private final class Watch implements Runnable {
        private final EmbeddedStore store;
        private final StartPauses pauses = new StartPauses(System.nanoTime());

        Watch(EmbeddedStore store) {
            this.store = store;
        }

        @Override
        public void run() {
            if (over() || store.isRunning() || !pauses.due(System.nanoTime())) {
                return;
            }
            boolean started = false;
            try {
                store.restart();
                started = true;
            } catch (RuntimeException e) {
                // Whatever it is: one that got out would end the watch.
                if (!over()) {
                    log.atError().setCause(e).log("an embedded store does not start again");
                }
            }
            pauses.tried(started, System.nanoTime());
        }

        /** A store that was told to stop is left alone. */
        private boolean over() {
            return closed || store.isClosed();
        }
    }

    /** Starts nothing any more. A start in progress ends when the store is closed. */
    @Override
    public void close() {
        closed = true;
        watches.shutdown();
    }
}
