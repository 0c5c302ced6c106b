package io.hedgerow.billing.outbox;

import io.hedgerow.billing.store.SqlText;
import io.hedgerow.core.port.BudgetBucket;
import io.hedgerow.core.port.BudgetSpent;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The statements on the table {@code outbox}. */
final class OutboxTable {
    /** No watermark on ids: a row whose id was drawn early and committed late is found like any other. */
    private static final String CLAIM = """
            SELECT id, tenant_id, balance_nano_usd, version, settled_request_ids, budgets FROM outbox
            WHERE published_at IS NULL AND next_attempt_at <= clock_timestamp()
            ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED""";

    private static final String MARK = """
            WITH marked AS (UPDATE outbox SET published_at = clock_timestamp() WHERE id = ANY(?)
                RETURNING published_at - created_at AS lag)
            SELECT coalesce(extract(epoch FROM max(lag)) * 1000, 0)::float8 FROM marked""";
    private static final String PUT_OFF = """
            UPDATE outbox SET attempts = attempts + 1, next_attempt_at = clock_timestamp()
                + least(1000, 50 * 2 ^ least(attempts, 10)) * interval '1 millisecond'
            WHERE id = ANY(?)""";
    private static final String LAG =
            "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 FROM outbox"
                    + " WHERE published_at IS NULL";
    private static final String PRUNE = """
            DELETE FROM outbox WHERE id IN (SELECT id FROM outbox
                WHERE published_at < clock_timestamp() - ? * interval '1 second'
                    AND (streamed_at IS NOT NULL OR NOT ?) AND (fanned_at IS NOT NULL OR NOT ?) LIMIT 5000)""";
    private static final String REPEAT = """
            UPDATE outbox SET published_at = NULL, next_attempt_at = clock_timestamp()
            WHERE published_at > clock_timestamp() - ? * interval '1 second' AND tenant_id = ANY(?)""";

    private OutboxTable() {}

    /** One unpublished change. */
    record Row(
            long id,
            String tenantId,
            long balanceNanoUsd,
            long version,
            List<String> settled,
            List<BudgetSpent> budgets) {}

    /** Takes unpublished rows, oldest first, that no other relay holds; they are held until the transaction ends. */
    static List<Row> claim(Connection connection, int limit) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement claim = connection.prepareStatement(CLAIM)) {
            claim.setInt(1, limit);
            try (ResultSet result = claim.executeQuery()) {
                while (result.next()) {
                    rows.add(new Row(
                            result.getLong(1),
                            result.getString(2),
                            result.getLong(3),
                            result.getLong(4),
                            texts(result.getArray(5)),
                            budgets(texts(result.getArray(6)), result.getLong(4))));
                }
            }
        }
        return rows;
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    private static List<BudgetSpent> budgets(List<String> texts, long version) {
        List<BudgetSpent> budgets = new ArrayList<>(texts.size());
        for (String text : texts) {
            int space = text.indexOf(' ');
            BudgetBucket bucket = BudgetBucket.parse(text.substring(space + 1));
            budgets.add(new BudgetSpent(bucket, Long.parseLong(text.substring(0, space)), version));
        }
        return budgets;
    }

    /** Returns how long the oldest of them waited, in milliseconds. */
    static double markPublished(Connection connection, Collection<Long> ids) throws SQLException {
        try (PreparedStatement mark = connection.prepareStatement(MARK)) {
            mark.setArray(1, connection.createArrayOf("int8", ids.toArray()));
            try (ResultSet lag = mark.executeQuery()) {
                return lag.next() ? Math.max(0, lag.getDouble(1)) : 0;
            }
        }
    }

    /** The mirror did not confirm: try again later, later still each time. */
    static void putOff(Connection connection, Collection<Long> ids) throws SQLException {
        update(connection, PUT_OFF, ids);
    }

    /** Age of the oldest unpublished row in seconds. */
    static double lagSeconds(Connection connection) throws SQLException {
        try (PreparedStatement lag = connection.prepareStatement(LAG);
                ResultSet result = lag.executeQuery()) {
            return result.next() ? result.getDouble(1) : 0;
        }
    }

    /** Deletes rows published so long ago that everybody has had; some at a time. */
    static int prune(Connection connection, long olderThanSeconds, OutboxReaders readers) throws SQLException {
        try (PreparedStatement prune = connection.prepareStatement(PRUNE)) {
            prune.setLong(1, olderThanSeconds);
            prune.setBoolean(2, readers.streaming());
            prune.setBoolean(3, readers.fanning());
            return prune.executeUpdate();
        }
    }

    /** Has recent rows of the tenants published once more. */
    static void repeat(Connection connection, Collection<String> tenants, long sinceSeconds) throws SQLException {
        try (PreparedStatement repeat = connection.prepareStatement(REPEAT)) {
            repeat.setLong(1, sinceSeconds);
            repeat.setArray(2, SqlText.array(connection, tenants));
            repeat.executeUpdate();
        }
    }

    private static void update(Connection connection, String sql, Collection<Long> ids) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setArray(1, connection.createArrayOf("int8", ids.toArray()));
            update.executeUpdate();
        }
    }
}
