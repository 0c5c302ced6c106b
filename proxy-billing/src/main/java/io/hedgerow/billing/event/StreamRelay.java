package io.hedgerow.billing.event;

import io.hedgerow.billing.event.EventTable.Reader;
import io.hedgerow.core.port.EventStream;
import io.hedgerow.core.port.NanoUsd;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the outbox's events to the stream, at least once, and those of a tenant in their order. One that dies between
 * appending and marking leaves events that are appended again.
 */
public final class StreamRelay implements FeedLoop.Round {
    private static final Logger log = LoggerFactory.getLogger(StreamRelay.class);
    private static final int MOST_EVENTS = 50;
    private static final long TIMEOUT_MILLIS = 3_000;

    private final DataSource database;
    private final EventStream stream;
    private final Supplier<Settings> settings;

    /**
     * How it is written.
     *
     * @param shards over how many keys the tenants are spread
     * @param maxLength about how many entries each keeps
     */
    public record Settings(boolean enabled, int shards, long maxLength) {}

    /** @param settings asked for at each round */
    public StreamRelay(DataSource database, EventStream stream, Supplier<Settings> settings) {
        this.database = database;
        this.stream = stream;
        this.settings = settings;
    }

    @Override
    public boolean run() throws SQLException, InterruptedException {
        Settings now = settings.get();
        if (!now.enabled()) {
            return false;
        }
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            List<OutboxEvent> events = EventTable.lock(connection, Reader.STREAM)
                    ? EventTable.unread(connection, Reader.STREAM, MOST_EVENTS)
                    : List.of();
            List<OutboxEvent> appended = events.isEmpty() ? events : append(events, now);
            if (appended.isEmpty()) {
                connection.rollback();
            } else {
                EventTable.mark(connection, Reader.STREAM, appended);
                connection.commit();
            }
            if (appended.size() < events.size()) {
                throw new SQLException("the stream did not take " + (events.size() - appended.size()) + " events");
            }
            return events.size() == MOST_EVENTS;
        }
    }

    private List<OutboxEvent> append(List<OutboxEvent> events, Settings now) throws InterruptedException {
        Map<Integer, List<OutboxEvent>> byShard = new LinkedHashMap<>();
        events.forEach(
                event -> byShard.computeIfAbsent(shard(event.tenantId(), now.shards()), shard -> new ArrayList<>())
                        .add(event));
        Map<CompletableFuture<Void>, List<OutboxEvent>> calls = new LinkedHashMap<>();
        byShard.forEach((shard, some) -> calls.put(call(shard, now.maxLength(), some), some));
        List<OutboxEvent> appended = new ArrayList<>();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
        for (Map.Entry<CompletableFuture<Void>, List<OutboxEvent>> call : calls.entrySet()) {
            try {
                call.getKey().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                appended.addAll(call.getValue());
            } catch (ExecutionException | TimeoutException e) {
                log.atDebug().setCause(e).log("stream");
            }
        }
        return appended;
    }

    private CompletableFuture<Void> call(int shard, long maxLength, List<OutboxEvent> events) {
        try {
            return stream.append(
                            shard,
                            maxLength,
                            events.stream().map(StreamRelay::entry).toList())
                    .toCompletableFuture();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Where a tenant's events go; consumers may rely on it. */
    static int shard(String tenantId, int shards) {
        CRC32 sum = new CRC32();
        sum.update(tenantId.getBytes(StandardCharsets.UTF_8));
        return (int) (sum.getValue() % shards);
    }

    private static EventStream.Entry entry(OutboxEvent event) {
        List<String> fields = new ArrayList<>(List.of(
                "id", event.id(),
                "type", event.kind().type(),
                "timestamp", event.at(),
                "tenant_id", event.tenantId(),
                "version", Long.toString(event.version()),
                "balance", NanoUsd.format(event.balanceNanoUsd()),
                "request_ids", String.join(" ", event.settled())));
        OutboxEvent.Booked booked = event.booked();
        if (booked != null) {
            fields.addAll(List.of("amount", NanoUsd.format(booked.amountNanoUsd())));
            fields.addAll(List.of("idempotency_key", booked.idempotencyKey()));
            addText(fields, "request_id", booked.requestId());
            addText(fields, "reason", booked.reason());
        }
        return new EventStream.Entry(fields);
    }

    private static void addText(List<String> fields, String name, @Nullable String text) {
        if (text != null) {
            fields.addAll(List.of(name, text));
        }
    }
}
