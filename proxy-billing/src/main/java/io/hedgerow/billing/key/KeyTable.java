package io.hedgerow.billing.key;

import io.hedgerow.billing.store.SqlText;
import io.hedgerow.core.port.ApiKey;
import io.hedgerow.core.port.KeyTerms;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The statements that look keys up, and those on their revision. */
public final class KeyTable {
    private static final int QUERY_SECONDS = 2;

    /** A configured key is in force where its file is: the database has no say in it. */
    private static final String FIND = """
            SELECT k.secret_sha256, k.id, t.id AS tenant_id, t.prepaid, t.max_concurrency AS tenant_concurrency,
                t.budgets AS tenant_budgets, t.credit_limit_nano_usd, k.max_concurrency, k.requests_per_minute,
                k.tokens_per_minute, k.budgets, k.models
            FROM api_keys k JOIN tenants t ON t.id = k.tenant_id
            WHERE k.secret_sha256 = ANY(?) AND k.origin = 'admin' AND k.revoked_at IS NULL""";

    private KeyTable() {}

    /** The keys in force that have these secrets, by secret. */
    static Map<String, ApiKey> find(Connection connection, Collection<String> secrets) throws SQLException {
        Map<String, ApiKey> found = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(FIND)) {
            query.setQueryTimeout(QUERY_SECONDS);
            query.setArray(1, SqlText.array(connection, secrets));
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    found.put(
                            rows.getString("secret_sha256"),
                            new ApiKey(rows.getString("id"), tenant(rows), terms(rows)));
                }
            }
        }
        return found;
    }

    private static ApiKey.Tenant tenant(ResultSet row) throws SQLException {
        return new ApiKey.Tenant(
                row.getString("tenant_id"),
                row.getBoolean("prepaid"),
                row.getInt("tenant_concurrency"),
                BudgetText.parse(row.getArray("tenant_budgets"), null),
                row.getLong("credit_limit_nano_usd"));
    }

    /** A key's terms from a row that has their columns. */
    public static KeyTerms terms(ResultSet row) throws SQLException {
        return new KeyTerms(
                row.getInt("max_concurrency"),
                row.getInt("requests_per_minute"),
                row.getInt("tokens_per_minute"),
                BudgetText.parse(row.getArray("budgets"), row.getString("id")),
                Set.of((String[]) row.getArray("models").getArray()));
    }

    /** Counts a change that nodes may have in memory; other changes wait for the transaction's end. */
    public static long nextRevision(Connection connection) throws SQLException {
        return number(connection, "UPDATE key_revision SET revision = revision + 1 RETURNING revision");
    }

    static long revision(Connection connection) throws SQLException {
        return number(connection, "SELECT revision FROM key_revision");
    }

    static Set<String> withdrawn(Connection connection) throws SQLException {
        Set<String> secrets = new HashSet<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT secret_sha256 FROM withdrawn_secrets");
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                secrets.add(rows.getString(1));
            }
        }
        return secrets;
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setQueryTimeout(QUERY_SECONDS);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new SQLException("key_revision has no row");
                }
                return row.getLong(1);
            }
        }
    }
}
