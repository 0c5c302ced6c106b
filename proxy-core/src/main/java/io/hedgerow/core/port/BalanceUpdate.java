package io.hedgerow.core.port;

import java.util.List;

/**
 * A tenant's settled balance, absolute, so that applying it twice or late does no harm.
 *
 * @param balanceNanoUsd the balance after all settled charges; may be negative
 * @param version grows with every change of the balance; a lower one than the known is ignored
 * @param settledRequestIds requests whose charge became part of the balance with this update; their holds and pending
 *     costs end, whatever the version
 * @param budgets what was spent in buckets, each with its own version
 * @param complete whether {@code budgets} has every bucket that still counts: only then a budget is known
 */
public record BalanceUpdate(
        String tenantId,
        long balanceNanoUsd,
        long version,
        List<String> settledRequestIds,
        List<BudgetSpent> budgets,
        boolean complete) {
    /** Copies the lists. */
    public BalanceUpdate {
        settledRequestIds = List.copyOf(settledRequestIds);
        budgets = List.copyOf(budgets);
    }

    /** The same, declared to be all there is. */
    public BalanceUpdate asComplete() {
        return new BalanceUpdate(tenantId, balanceNanoUsd, version, settledRequestIds, budgets, true);
    }
}
