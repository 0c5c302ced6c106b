package io.hedgerow.core.port;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The fast copy of the balances that admission decides on. */
public interface BalanceMirror {
    /** Applies an absolute balance. Idempotent; completes exceptionally when the store did not confirm it. */
    CompletionStage<Void> apply(BalanceUpdate update);

    /** Reads the copy; empty where the store holds none for the tenant. */
    CompletionStage<Optional<MirroredBalance>> read(String tenantId);

    /**
     * A tenant as the fast copy sees it.
     *
     * @param reservedNanoUsd open holds
     * @param pendingNanoUsd exact costs that the balance does not contain yet
     * @param complete whether every bucket that counts is known
     */
    record MirroredBalance(
            long balanceNanoUsd,
            long version,
            long reservedNanoUsd,
            long pendingNanoUsd,
            List<MirroredBudget> budgets,
            boolean complete) {
        /** Copies the list. */
        public MirroredBalance {
            budgets = List.copyOf(budgets);
        }
    }

    /**
     * A bucket as the fast copy sees it.
     *
     * @param spent the settled figure; its version is 0 where none has arrived yet
     * @param openNanoUsd holds and pending costs
     */
    record MirroredBudget(BudgetSpent spent, long openNanoUsd) {}
}
