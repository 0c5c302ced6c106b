package io.hedgerow.billing.account;

import io.hedgerow.billing.key.BudgetText;
import io.hedgerow.billing.store.SqlText;
import io.hedgerow.billing.tenant.NewTenants;
import io.hedgerow.core.port.AccountAdmin.NewTenant;
import io.hedgerow.core.port.AccountException;
import io.hedgerow.core.port.AccountException.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statements on tenants. */
final class TenantRows {
    private static final String IDS = "SELECT id FROM tenants WHERE id > ? ORDER BY id LIMIT ?";

    private static final String LIMITS =
            "UPDATE tenants SET budgets = ?, max_concurrency = ?, credit_limit_nano_usd = ? WHERE id = ?";

    /** Bookings of one tenant come one after the other: the second one with the same key sees the first. */
    private static final String LOCK = "SELECT balance_nano_usd FROM tenants WHERE id = ? FOR NO KEY UPDATE";

    private TenantRows() {}

    static List<String> ids(Connection connection, @Nullable String after, int limit) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(IDS)) {
            query.setString(1, after == null ? "" : after);
            query.setInt(2, limit);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    ids.add(rows.getString(1));
                }
            }
        }
        return ids;
    }

    static boolean create(Connection connection, NewTenant tenant) throws SQLException {
        if (!NewTenants.insert(connection, tenant.id(), tenant.balanceNanoUsd())) {
            throw new AccountException(Kind.CONFLICT, "there is a tenant \"" + tenant.id() + "\" already");
        }
        try (PreparedStatement limits = connection.prepareStatement(LIMITS)) {
            limits.setArray(1, SqlText.array(connection, BudgetText.of(tenant.budgets())));
            limits.setInt(2, tenant.bounds().maxConcurrency());
            limits.setLong(3, tenant.bounds().creditLimitNanoUsd());
            limits.setString(4, tenant.id());
            limits.executeUpdate();
        }
        return true;
    }

    /** Locks the tenant against its deletion and against other bookings. */
    static void require(Connection connection, String tenantId) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
            lock.setString(1, tenantId);
            try (ResultSet row = lock.executeQuery()) {
                if (!row.next()) {
                    throw new AccountException(Kind.NOT_FOUND, "no tenant \"" + tenantId + "\"");
                }
            }
        }
    }
}
