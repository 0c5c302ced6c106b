package io.hedgerow.billing.ledger;

import io.hedgerow.billing.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Compares balances, what was spent, the cost of every usage record and every credit, refund and adjustment with the sums of the double-entry ledger. All of it
 * is read from one snapshot of the database, so that it may run beside live traffic; nothing is changed. Blocks for as long
 * as the sums take.
 */
public final class LedgerCheck {
    private static final String SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
    private static final String SIZE =
            "SELECT count(DISTINCT entry_key), coalesce(sum(amount_nano_usd), 0) FROM ledger_entries";
    private static final String ENTRIES = """
            SELECT entry_key, 0, sum(amount_nano_usd)::bigint FROM ledger_entries
            GROUP BY entry_key HAVING sum(amount_nano_usd) <> 0 ORDER BY entry_key""";
    private static final String BALANCES = """
            SELECT t.id, t.balance_nano_usd, coalesce(sum(e.amount_nano_usd), 0)::bigint
            FROM tenants t LEFT JOIN ledger_entries e ON e.account_id = 'tenant:' || t.id
            GROUP BY t.id HAVING t.balance_nano_usd <> coalesce(sum(e.amount_nano_usd), 0) ORDER BY t.id""";

    /** An account outlives its tenant: what an earlier one of this name spent is no part of what this one has. */
    private static final String SPENT = """
            SELECT t.id, t.spent_nano_usd, coalesce(-sum(e.amount_nano_usd), 0)::bigint
            FROM tenants t LEFT JOIN ledger_entries e
                ON e.account_id = 'tenant:' || t.id AND e.kind IN ('charge', 'adjustment') AND e.request_id IS NOT NULL
                AND NOT EXISTS (SELECT FROM usage_records r
                    WHERE r.request_id = e.request_id AND r.tenant_id IS DISTINCT FROM t.id)
            GROUP BY t.id HAVING t.spent_nano_usd <> coalesce(-sum(e.amount_nano_usd), 0) ORDER BY t.id""";

    private static final String RECORDS = """
            SELECT r.request_id, r.cost_nano_usd, coalesce(e.charged, 0)::bigint
            FROM usage_records r LEFT JOIN (
                SELECT request_id, sum(amount_nano_usd) AS charged FROM ledger_entries
                WHERE account_id = 'revenue' AND kind IN ('charge', 'adjustment') GROUP BY request_id) e
                USING (request_id)
            WHERE r.cost_nano_usd <> coalesce(e.charged, 0) ORDER BY r.request_id""";

    private static final String BOOKINGS = """
            SELECT c.kind || ':' || c.tenant_id || ' ' || c.idempotency_key, c.amount_nano_usd,
                coalesce(e.amount_nano_usd, 0)
            FROM credits c LEFT JOIN ledger_entries e ON e.account_id = 'tenant:' || c.tenant_id
                AND e.entry_key = c.kind || ':' || c.tenant_id || ' ' || c.idempotency_key
            WHERE c.amount_nano_usd <> coalesce(e.amount_nano_usd, 0) ORDER BY 1""";

    private final DataSource database;
    private final int most;

    /** @param most differences that are kept of each kind; all are counted */
    public LedgerCheck(DataSource database, int most) {
        this.database = database;
        this.most = most;
    }

    /**
     * What was found.
     *
     * @param entries double entries in the ledger
     * @param sumNanoUsd the sum of all of them, 0 in a balanced ledger
     * @param checks what was compared
     */
    public record Report(long entries, long sumNanoUsd, List<Check> checks) {
        /** Copies the list. */
        public Report {
            checks = List.copyOf(checks);
        }

        /** Whether nothing differs. */
        public boolean balanced() {
            return sumNanoUsd == 0 && checks.stream().allMatch(check -> check.count() == 0);
        }
    }

    /**
     * One comparison.
     *
     * @param name {@code entries}, {@code balances}, {@code spent}, {@code records} or {@code bookings}
     * @param count how many differ
     * @param first the first of them
     */
    public record Check(String name, long count, List<Difference> first) {
        /** Copies the list. */
        public Check {
            first = List.copyOf(first);
        }
    }

    /**
     * Two figures that should be one.
     *
     * @param id the entry, tenant or request
     * @param recordedNanoUsd what its table says
     * @param ledgerNanoUsd what the ledger says
     */
    public record Difference(String id, long recordedNanoUsd, long ledgerNanoUsd) {}

    /** Reads and compares. */
    public Report run() throws SQLException {
        return Transactions.run(database, connection -> {
            try (PreparedStatement snapshot = connection.prepareStatement(SNAPSHOT)) {
                snapshot.execute();
            }
            List<Check> checks = List.of(
                    check(connection, "entries", ENTRIES),
                    check(connection, "balances", BALANCES),
                    check(connection, "spent", SPENT),
                    check(connection, "records", RECORDS),
                    check(connection, "bookings", BOOKINGS));
            try (PreparedStatement size = connection.prepareStatement(SIZE);
                    ResultSet row = size.executeQuery()) {
                row.next();
                return new Report(row.getLong(1), row.getLong(2), checks);
            }
        });
    }

    private Check check(Connection connection, String name, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(1_000);
            long count = 0;
            List<Difference> first = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    count++;
                    if (first.size() < most) {
                        first.add(new Difference(rows.getString(1), rows.getLong(2), rows.getLong(3)));
                    }
                }
            }
            return new Check(name, count, first);
        }
    }
}
