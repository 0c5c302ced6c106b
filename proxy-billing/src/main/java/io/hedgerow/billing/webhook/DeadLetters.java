package io.hedgerow.billing.webhook;

import io.hedgerow.core.port.WebhookAdmin.DeadLetter;
import io.hedgerow.core.port.WebhookAdmin.Filter;
import io.hedgerow.core.port.WebhookAdmin.Queue;
import io.hedgerow.core.port.WebhookAdmin.Selection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The statements on queues as a whole, and on what was given up. */
public final class DeadLetters {
    private static final String QUEUES = """
            SELECT endpoint_id, count(*) FILTER (WHERE died_at IS NULL), count(*) FILTER (WHERE died_at IS NOT NULL),
                (extract(epoch FROM min(created_at) FILTER (WHERE died_at IS NULL)) * 1000000)::bigint
            FROM webhook_deliveries GROUP BY endpoint_id""";
    private static final String LIST = """
            SELECT id, endpoint_id, tenant_id, event_id, type, attempts, last_status, last_error,
                (extract(epoch FROM created_at) * 1000000)::bigint, (extract(epoch FROM died_at) * 1000000)::bigint
            FROM webhook_deliveries WHERE died_at IS NOT NULL AND (?::text IS NULL OR endpoint_id = ?)
                AND (?::text IS NULL OR tenant_id = ?) AND id > ? ORDER BY id LIMIT ?""";
    private static final String REDELIVER = """
            UPDATE webhook_deliveries SET died_at = NULL, attempts = 0, waiting_since = clock_timestamp()
            WHERE died_at IS NOT NULL AND endpoint_id = ? AND (?::text IS NULL OR tenant_id = ?)
                AND (? OR id = ANY(?)) RETURNING tenant_id""";
    private static final String FORGET = """
            DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries
                WHERE died_at < now() - interval '30 days' LIMIT 1000)""";
    private static final String LAG = """
            SELECT (SELECT extract(epoch FROM clock_timestamp() - created_at)::float8 FROM webhook_deliveries
                    WHERE endpoint_id = ? AND died_at IS NULL ORDER BY id LIMIT 1),
                (SELECT count(*) FROM webhook_deliveries WHERE endpoint_id = ? AND died_at IS NOT NULL)""";

    private DeadLetters() {}

    static Map<String, Queue> queues(Connection connection) throws SQLException {
        Map<String, Queue> queues = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(QUEUES);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                long oldest = row.getLong(4);
                boolean none = row.wasNull();
                queues.put(row.getString(1), new Queue(row.getLong(2), row.getLong(3), none ? null : (Long) oldest));
            }
        }
        return queues;
    }

    static List<DeadLetter> list(Connection connection, Filter filter) throws SQLException {
        List<DeadLetter> letters = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(LIST)) {
            query.setString(1, filter.endpointId());
            query.setString(2, filter.endpointId());
            query.setString(3, filter.tenantId());
            query.setString(4, filter.tenantId());
            query.setLong(5, filter.after() == null ? 0 : filter.after());
            query.setInt(6, filter.limit());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    int status = row.getInt(7);
                    letters.add(new DeadLetter(
                            row.getLong(1),
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            row.getString(5),
                            row.getInt(6),
                            status == 0 ? null : (Integer) status,
                            row.getString(8),
                            row.getLong(9),
                            row.getLong(10)));
                }
            }
        }
        return letters;
    }

    /** In one transaction with the news for the queues. */
    static int redeliver(Connection connection, Selection selection) throws SQLException {
        SortedSet<Lanes.Key> lanes = new TreeSet<>();
        int count = 0;
        try (PreparedStatement update = connection.prepareStatement(REDELIVER)) {
            update.setString(1, selection.endpointId());
            update.setString(2, selection.tenantId());
            update.setString(3, selection.tenantId());
            update.setBoolean(4, selection.ids().isEmpty());
            update.setArray(5, connection.createArrayOf("int8", selection.ids().toArray()));
            try (ResultSet row = update.executeQuery()) {
                while (row.next()) {
                    lanes.add(new Lanes.Key(selection.endpointId(), row.getString(1)));
                    count++;
                }
            }
        }
        Lanes.wake(connection, lanes);
        return count;
    }

    /** What nobody asked for in a month; some at a time. */
    public static int forget(Connection connection) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(FORGET)) {
            return delete.executeUpdate();
        }
    }

    /** Tells the meters what waits. */
    static void measure(Connection connection, String endpointId, DeliveryMeters meters) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(LAG)) {
            query.setString(1, endpointId);
            query.setString(2, endpointId);
            try (ResultSet row = query.executeQuery()) {
                if (row.next()) {
                    meters.waiting(Math.max(0, row.getDouble(1)), row.getDouble(2));
                }
            }
        }
    }
}
