package io.hedgerow.billing.query;

import io.hedgerow.billing.budget.BudgetRows;
import io.hedgerow.billing.key.BudgetText;
import io.hedgerow.billing.store.SqlText;
import io.hedgerow.core.port.BudgetLimit;
import io.hedgerow.core.port.BudgetSpent;
import io.hedgerow.core.port.UsageQueries.TenantAccount;
import io.hedgerow.core.port.UsageQueries.TenantBounds;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tenants with what they spent and what limits them: as many statements for many as for one. */
final class TenantReader {
    private static final String COLUMNS =
            "SELECT id, prepaid, balance_nano_usd, version, spent_nano_usd, max_concurrency, credit_limit_nano_usd"
                    + " FROM tenants WHERE ";
    private static final String SOME = COLUMNS + "id = ANY(?) ORDER BY id";
    private static final String PAGE = COLUMNS + "id > ? ORDER BY id LIMIT ?";

    private static final String LIMITS = """
            (SELECT id, NULL::text, budgets FROM tenants WHERE id = ANY(?) AND budgets <> '{}' ORDER BY id)
            UNION ALL (SELECT t.id, k.id, k.budgets FROM unnest(?) WITH ORDINALITY AS t (id, place)
                CROSS JOIN LATERAL (SELECT id, budgets FROM api_keys
                    WHERE tenant_id = t.id AND revoked_at IS NULL AND budgets <> '{}' ORDER BY id LIMIT 1000) k
                ORDER BY t.place, k.id)""";

    private TenantReader() {}

    static List<TenantAccount> some(Connection connection, List<String> ids) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(SOME)) {
            query.setArray(1, SqlText.array(connection, ids));
            return read(connection, query);
        }
    }

    static List<TenantAccount> page(Connection connection, String after, int limit) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(PAGE)) {
            query.setString(1, after);
            query.setInt(2, limit);
            return read(connection, query);
        }
    }

    private static List<TenantAccount> read(Connection connection, PreparedStatement query) throws SQLException {
        List<TenantAccount> bare = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                bare.add(new TenantAccount(
                        row.getString(1),
                        row.getBoolean(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        new TenantBounds(row.getInt(6), row.getLong(7))));
            }
        }
        Map<String, List<BudgetSpent>> spent = bare.isEmpty() ? Map.of() : BudgetRows.live(connection, ids(bare));
        return bare.stream()
                .map(account -> account.withBudgets(spent.getOrDefault(account.id(), List.of())))
                .toList();
    }

    static List<TenantAccount> withLimits(Connection connection, List<TenantAccount> accounts) throws SQLException {
        Map<String, List<BudgetLimit>> limits = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(LIMITS)) {
            Array ids = SqlText.array(connection, ids(accounts));
            query.setArray(1, ids);
            query.setArray(2, ids);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    limits.computeIfAbsent(rows.getString(1), id -> new ArrayList<>())
                            .addAll(BudgetText.parse(rows.getArray(3), rows.getString(2)));
                }
            }
        }
        return accounts.stream()
                .map(account -> account.withLimits(limits.getOrDefault(account.id(), List.of())))
                .toList();
    }

    private static List<String> ids(List<TenantAccount> accounts) {
        return accounts.stream().map(TenantAccount::id).toList();
    }
}
