package io.hedgerow.billing;

import io.hedgerow.billing.event.EventTable;
import io.hedgerow.billing.event.EventTable.Reader;
import io.hedgerow.billing.event.FeedLoop;
import io.hedgerow.billing.event.StreamRelay;
import io.hedgerow.billing.outbox.OutboxReaders;
import io.hedgerow.billing.store.Database;
import io.hedgerow.billing.store.DatabaseSettings;
import io.hedgerow.billing.webhook.DeadLetters;
import io.hedgerow.billing.webhook.RemovedEndpoints;
import io.hedgerow.billing.webhook.Webhooks;
import io.hedgerow.core.port.EventStream;
import io.hedgerow.core.port.MeterNames;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What tells other systems of events. Has connections and threads of its own, so that nothing it waits for delays a
 * settlement or a balance; opens none of them before somebody is to be told.
 */
final class Feeds implements OutboxReaders {
    private static final int CONNECTIONS = 4;
    private static final long STREAM_MILLIS = 100;
    private static final long UPKEEP_MILLIS = 2_000;
    private static final long CLOSING_MILLIS = 1_000;

    private final DatabaseSettings database;
    private final Schema schema;
    private final MeterRegistry meters;
    private volatile FeedSettings settings = FeedSettings.NONE;
    private volatile boolean started;
    private volatile double streamLag;
    private volatile double fanLag;
    private volatile @Nullable Running running;
    private @Nullable EventStream stream;
    private boolean closed;

    private record Running(Database pool, FeedLoop streaming, Webhooks webhooks, FeedLoop upkeep) {}

    Feeds(DatabaseSettings database, Schema schema, MeterRegistry meters) {
        this.database = database;
        this.schema = schema;
        this.meters = meters;
    }

    @Override
    public boolean streaming() {
        return settings.stream().enabled();
    }

    @Override
    public boolean fanning() {
        return !settings.webhooks().isEmpty();
    }

    /** Before the configuration is known, every endpoint would look as if it were gone. */
    @Override
    public int upkeep(Connection connection) throws SQLException {
        if (!started) {
            return 0;
        }
        return RemovedEndpoints.giveUp(connection, settings.webhooks(), meters) + DeadLetters.forget(connection);
    }

    synchronized void start(EventStream to, FeedSettings initial) {
        stream = to;
        apply(initial);
        started = true;
    }

    synchronized void apply(FeedSettings now) {
        settings = now;
        EventStream to = stream;
        if (closed || to == null) {
            return;
        }
        Running already = running;
        if (already != null) {
            already.webhooks().apply(now.webhooks());
        } else if (now.wanted()) {
            open(to).webhooks().apply(now.webhooks());
        }
    }

    private Running open(EventStream to) {
        Database pool = Database.open(new DatabaseSettings(
                database.jdbcUrl(),
                database.user(),
                database.password(),
                Math.min(CONNECTIONS, database.connections())));
        Webhooks webhooks = new Webhooks(pool.pool(), meters);
        StreamRelay relay = new StreamRelay(pool.pool(), to, () -> settings.stream());
        Running opened = new Running(
                pool,
                new FeedLoop("hedgerow-events-stream", STREAM_MILLIS, relay),
                webhooks,
                new FeedLoop("hedgerow-events-upkeep", UPKEEP_MILLIS, () -> upkeep(pool, webhooks)));
        gauge("stream", () -> streamLag);
        gauge("webhooks", () -> fanLag);
        running = opened;
        schema.onReady(() -> begin(opened));
        return opened;
    }

    private void gauge(String consumer, Supplier<Number> value) {
        Gauge.builder(MeterNames.EVENTS_LAG, value)
                .tag("consumer", consumer)
                .description("Age of the oldest event that the consumer does not have")
                .strongReference(true)
                .register(meters);
    }

    private synchronized void begin(Running opened) {
        if (!closed) {
            opened.streaming().start();
            opened.webhooks().start();
            opened.upkeep().start();
        }
    }

    private boolean upkeep(Database pool, Webhooks webhooks) throws SQLException {
        try (Connection connection = pool.pool().getConnection()) {
            streamLag = streaming() ? EventTable.lagSeconds(connection, Reader.STREAM) : 0;
            fanLag = fanning() ? EventTable.lagSeconds(connection, Reader.WEBHOOKS) : 0;
            webhooks.upkeep(connection);
        }
        return false;
    }

    /** Something is to be delivered again. */
    void wake() {
        Running now = running;
        if (now != null) {
            now.webhooks().wake();
        }
    }

    void close() {
        Running now;
        synchronized (this) {
            closed = true;
            now = running;
        }
        if (now != null) {
            now.webhooks().close();
            now.streaming().close(CLOSING_MILLIS);
            now.upkeep().close(CLOSING_MILLIS);
            now.pool().close();
        }
    }
}
