package io.hedgerow.core.port;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Reads what has been settled. Stages complete exceptionally when the database is away. */
public interface UsageQueries {
    /** Records, newest first. */
    CompletionStage<Page> usage(Filter filter);

    /** One record by the gateway's request id. */
    CompletionStage<Optional<UsageRecord>> usage(String requestId);

    /** Tenants by id, those behind {@code after}, at most so many. */
    CompletionStage<List<TenantAccount>> tenants(@Nullable String after, int limit);

    /** A tenant's account. */
    CompletionStage<Optional<TenantAccount>> tenant(String tenantId);

    /**
     * Which records; null means any.
     *
     * @param sinceMicros started at or after
     * @param untilMicros started before
     * @param limit at most so many, 1 to 1000
     * @param cursor from a former page's {@code nextCursor}
     */
    record Filter(
            @Nullable String tenantId,
            @Nullable String keyId,
            @Nullable Long sinceMicros,
            @Nullable Long untilMicros,
            int limit,
            @Nullable String cursor) {}

    /** A page of records; {@code nextCursor} is null on the last. */
    record Page(List<UsageRecord> usage, @Nullable String nextCursor) {}

    /**
     * A tenant in PostgreSQL.
     *
     * @param spentNanoUsd all charges so far
     * @param budgets what was spent in each bucket that still counts
     * @param limits the budgets that the database keeps for the tenant and for its keys in force
     * @param bounds what else limits it
     */
    record TenantAccount(
            String id,
            boolean prepaid,
            long balanceNanoUsd,
            long version,
            long spentNanoUsd,
            List<BudgetSpent> budgets,
            List<BudgetLimit> limits,
            TenantBounds bounds) {
        /** Copies the lists. */
        public TenantAccount {
            budgets = List.copyOf(budgets);
            limits = List.copyOf(limits);
        }

        /** Without budgets. */
        public TenantAccount(
                String id, boolean prepaid, long balanceNanoUsd, long version, long spentNanoUsd, TenantBounds bounds) {
            this(id, prepaid, balanceNanoUsd, version, spentNanoUsd, List.of(), List.of(), bounds);
        }

        /** With what was spent in these buckets. */
        public TenantAccount withBudgets(List<BudgetSpent> other) {
            return new TenantAccount(id, prepaid, balanceNanoUsd, version, spentNanoUsd, other, limits, bounds);
        }

        /** With these limits. */
        public TenantAccount withLimits(List<BudgetLimit> other) {
            return new TenantAccount(id, prepaid, balanceNanoUsd, version, spentNanoUsd, budgets, other, bounds);
        }
    }

    /**
     * What limits a tenant beside its budgets.
     *
     * @param maxConcurrency requests of all keys together open at once; 0 means unlimited
     * @param creditLimitNanoUsd how far below zero a prepaid balance may be spent
     */
    record TenantBounds(int maxConcurrency, long creditLimitNanoUsd) {
        /** Nothing else does. */
        public static final TenantBounds NONE = new TenantBounds(0, 0);
    }
}
