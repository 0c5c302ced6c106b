package io.hedgerow.billing.query;

import io.hedgerow.billing.store.PriceColumns;
import io.hedgerow.billing.store.SqlText;
import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.port.UsageQueries.Filter;
import io.hedgerow.core.port.UsageQueries.Page;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.port.UsageSource;
import io.hedgerow.core.port.UsageStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Records with their attempts, newest first, page by page on a key that later settlements do not shift. */
final class UsageReader {
    private static final String ATTEMPTS = "SELECT * FROM attempts WHERE request_id = ANY(?) ORDER BY request_id, n";

    private UsageReader() {}

    static Optional<UsageRecord> one(Connection connection, String requestId) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT * FROM usage_records WHERE request_id = ?")) {
            query.setString(1, requestId);
            return records(connection, query).stream().findFirst();
        }
    }

    static Page page(Connection connection, Filter filter) throws SQLException {
        UsageSelect select = new UsageSelect(filter);
        List<UsageRecord> found;
        try (PreparedStatement query = connection.prepareStatement(select.sql())) {
            select.bind(query);
            found = records(connection, query);
        }
        if (found.size() <= select.limit()) {
            return new Page(found, null);
        }
        List<UsageRecord> page = found.subList(0, select.limit());
        return new Page(
                List.copyOf(page), Cursor.after(page.get(page.size() - 1)).encoded());
    }

    private static List<UsageRecord> records(Connection connection, PreparedStatement query) throws SQLException {
        List<UsageRecord> bare = new ArrayList<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                bare.add(record(rows, List.of()));
            }
        }
        Map<String, List<AttemptRecord>> attempts = attempts(connection, bare);
        return bare.stream()
                .map(usage -> usage.withAttempts(attempts.getOrDefault(usage.requestId(), List.of())))
                .toList();
    }

    private static Map<String, List<AttemptRecord>> attempts(Connection connection, List<UsageRecord> of)
            throws SQLException {
        Map<String, List<AttemptRecord>> attempts = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(ATTEMPTS)) {
            query.setArray(
                    1,
                    SqlText.array(
                            connection, of.stream().map(UsageRecord::requestId).toList()));
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    attempts.computeIfAbsent(rows.getString("request_id"), id -> new ArrayList<>())
                            .add(attempt(rows));
                }
            }
        }
        return attempts;
    }

    private static AttemptRecord attempt(ResultSet row) throws SQLException {
        return new AttemptRecord(
                row.getInt("n"),
                orEmpty(row.getString("provider_id")),
                row.getString("upstream_model"),
                AttemptRecord.Reason.valueOf(upper(row.getString("reason"))),
                AttemptRecord.Outcome.valueOf(upper(row.getString("outcome"))),
                row.getLong("started_at_micros"),
                nullable(row, "ttft_micros"),
                row.getLong("duration_micros"),
                row.getInt("http_status"),
                row.getString("error_kind"),
                row.getLong("input_tokens"),
                row.getLong("output_tokens"),
                row.getLong("provider_cost_nano_usd"),
                row.getBoolean("cost_known"));
    }

    private static UsageRecord record(ResultSet row, List<AttemptRecord> attempts) throws SQLException {
        return new UsageRecord(
                row.getString("request_id"),
                row.getString("client_request_id"),
                orEmpty(row.getString("tenant_id")),
                orEmpty(row.getString("key_id")),
                row.getString("model"),
                row.getString("dialect"),
                row.getString("provider_id"),
                row.getString("upstream_model"),
                UsageStatus.valueOf(upper(row.getString("status"))),
                row.getInt("http_status"),
                PriceColumns.tokens(row),
                UsageSource.valueOf(upper(row.getString("usage_source"))),
                PriceColumns.prices(row),
                row.getLong("cost_nano_usd"),
                row.getLong("started_at_micros"),
                nullable(row, "ttft_micros"),
                row.getLong("duration_micros"),
                row.getBoolean("hedged"),
                row.getBoolean("clamped"),
                attempts,
                List.of(),
                row.getBoolean("losers_charged"));
    }

    private static @Nullable Long nullable(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : (Long) value;
    }

    /** A tenant, key or provider that was deleted since. */
    private static String orEmpty(@Nullable String id) {
        return id == null ? "" : id;
    }

    private static String upper(String wireName) {
        return wireName.toUpperCase(Locale.ROOT);
    }
}
