package io.hedgerow.billing.tenant;

import io.hedgerow.billing.key.BudgetText;
import io.hedgerow.billing.key.KeyTable;
import io.hedgerow.billing.store.SqlErrors;
import io.hedgerow.billing.store.SqlText;
import io.hedgerow.billing.store.Transactions;
import io.hedgerow.core.port.TenantSeed;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Upserts the configuration's tenants and keys. They wait until the database is there and are applied on the settling thread, before any
 * settlement that was journaled after them.
 */
public final class TenantSeeds {
    private static final Logger log = LoggerFactory.getLogger(TenantSeeds.class);

    private static final String UPDATE_TENANT = "UPDATE tenants SET prepaid = ? WHERE id = ? AND prepaid <> ?";

    /** What the file says is in force, and stays so when the tenant leaves the file. */
    private static final String UPDATE_LIMITS = """
            UPDATE tenants SET budgets = ?, max_concurrency = ?, credit_limit_nano_usd = ?
            WHERE id = ? AND (budgets, max_concurrency, credit_limit_nano_usd) IS DISTINCT FROM (?, ?, ?)""";

    private final DataSource database;
    private final Applied applied;
    private final ConcurrentLinkedQueue<Pending> pending = new ConcurrentLinkedQueue<>();

    private record Pending(List<TenantSeed> seeds, CompletableFuture<Void> done) {}

    /** Seeds the given database. */
    public TenantSeeds(DataSource database) {
        this(database, () -> {});
    }

    /**
     * Seeds the given database.
     *
     * @param applied runs after every change, before its seeds count as applied
     */
    public TenantSeeds(DataSource database, Applied applied) {
        this.database = database;
        this.applied = applied;
    }

    /** What belongs to the application of seeds. */
    public interface Applied {
        /** Does it, or throws, and it is tried again. */
        void run() throws SQLException;
    }

    /** Takes the whole of a configuration's tenants; completes when they are applied, exceptionally when PostgreSQL refuses them. */
    public CompletionStage<Void> add(List<TenantSeed> seeds) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        pending.add(new Pending(List.copyOf(seeds), done));
        return done;
    }

    /** Applies what was added; throws when the database is away, and everything waits on. */
    public void apply() throws SQLException {
        Pending next = pending.peek();
        while (next != null) {
            List<TenantSeed> seeds = next.seeds();
            try {
                Transactions.run(database, connection -> upsert(connection, seeds));
                applied.run();
                next.done().complete(null);
            } catch (SQLException e) {
                if (SqlErrors.kind(e) == SqlErrors.Kind.PASSING) {
                    throw e;
                }
                log.atError().setCause(e).log("tenants of the configuration were refused");
                next.done().completeExceptionally(e);
            }
            pending.remove(next);
            next = pending.peek();
        }
    }

    /** What the configuration says of tenants that exist already, and of keys. */
    private int upsert(Connection connection, List<TenantSeed> seeds) throws SQLException {
        List<TenantSeed> sorted =
                seeds.stream().sorted(Comparator.comparing(TenantSeed::id)).toList();
        int changed = 0;
        for (TenantSeed seed : sorted) {
            if (!NewTenants.insert(connection, seed.id(), seed.balanceNanoUsd())) {
                boolean prepaid = seed.balanceNanoUsd() != null;
                changed += NewTenants.update(connection, UPDATE_TENANT, prepaid, seed.id(), prepaid);
            }
            Array budgets = SqlText.array(connection, BudgetText.of(seed.budgets()));
            int most = seed.maxConcurrency();
            long credit = seed.creditLimitNanoUsd();
            changed += NewTenants.update(
                    connection, UPDATE_LIMITS, budgets, most, credit, seed.id(), budgets, most, credit);
        }
        changed += SeededKeys.upsert(connection, sorted);
        if (changed > 0) {
            KeyTable.nextRevision(connection);
        }
        return changed;
    }
}
