package io.hedgerow.billing.event;

import io.hedgerow.core.port.EventKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outbox as its later readers see it. Each reader works on one node at a time, so that a tenant's events keep their
 * order; a tenant's ids are drawn while its row is locked, and therefore in the order in which they commit. What a
 * reader has had is marked row by row: a row that commits late is found like any other.
 */
public final class EventTable {
    private static final int LOCKS = 0x6865_6467;
    private static final String LOCK = "SELECT pg_try_advisory_xact_lock(?, ?)";

    private EventTable() {}

    /** A reader. */
    public enum Reader {
        /** The stream for other systems. */
        STREAM("streamed_at", 0),
        /** The webhooks' queues. */
        WEBHOOKS("fanned_at", 1);

        private final String column;
        private final int lock;

        Reader(String column, int lock) {
            this.column = column;
            this.lock = lock;
        }
    }

    /**
     * Makes this transaction the only one of the reader; false if another node's is. A node that stands still in the
     * middle loses its turn.
     */
    public static boolean lock(Connection connection, Reader reader) throws SQLException {
        try (Statement limit = connection.createStatement()) {
            limit.execute("SET LOCAL idle_in_transaction_session_timeout = 15000");
        }
        try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
            lock.setInt(1, LOCKS);
            lock.setInt(2, reader.lock);
            try (ResultSet row = lock.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** What the reader has not had, oldest first. */
    public static List<OutboxEvent> unread(Connection connection, Reader reader, int limit) throws SQLException {
        String sql = "SELECT id, event_id, kind, tenant_id, balance_nano_usd, version, settled_request_ids,"
                + " (detail ->> 'amount_nano_usd')::bigint, detail ->> 'idempotency_key', detail ->> 'request_id',"
                + " detail ->> 'reason', (extract(epoch FROM created_at) * 1000000)::bigint FROM outbox WHERE "
                + reader.column
                + " IS NULL ORDER BY id LIMIT ?";
        List<OutboxEvent> events = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setInt(1, limit);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    events.add(event(row));
                }
            }
        }
        return events;
    }

    private static OutboxEvent event(ResultSet row) throws SQLException {
        return new OutboxEvent(
                row.getLong(1),
                "evt_" + row.getString(2).replace("-", ""),
                EventKind.ofWord(row.getString(3)),
                row.getString(4),
                row.getLong(5),
                row.getLong(6),
                List.of((String[]) row.getArray(7).getArray()),
                booked(row),
                row.getLong(12));
    }

    private static OutboxEvent.@Nullable Booked booked(ResultSet row) throws SQLException {
        long amount = row.getLong(8);
        return row.wasNull()
                ? null
                : new OutboxEvent.Booked(amount, row.getString(9), row.getString(10), row.getString(11));
    }

    /** The reader has had these. */
    public static void mark(Connection connection, Reader reader, List<OutboxEvent> events) throws SQLException {
        String sql = "UPDATE outbox SET " + reader.column + " = clock_timestamp() WHERE id = ANY(?)";
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            Object[] ids = events.stream().map(OutboxEvent::outboxId).toArray();
            update.setArray(1, connection.createArrayOf("int8", ids));
            update.executeUpdate();
        }
    }

    /** Age of the oldest row that the reader has not had, in seconds. */
    public static double lagSeconds(Connection connection, Reader reader) throws SQLException {
        String sql = "SELECT extract(epoch FROM clock_timestamp() - created_at)::float8 FROM outbox WHERE "
                + reader.column + " IS NULL ORDER BY id LIMIT 1";
        try (PreparedStatement lag = connection.prepareStatement(sql);
                ResultSet row = lag.executeQuery()) {
            return row.next() ? Math.max(0, row.getDouble(1)) : 0;
        }
    }
}
