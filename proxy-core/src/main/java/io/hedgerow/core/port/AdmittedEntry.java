package io.hedgerow.core.port;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Written before anything is dispatched, so that a request leaves a record even when its node dies.
 *
 * @param inputTokensEstimate prompt tokens by the admission's rule of thumb; what an orphan is charged for input once an
 *     attempt was sent
 * @param budgets where its cost will be counted
 */
public record AdmittedEntry(
        String requestId,
        @Nullable String clientRequestId,
        String tenantId,
        String keyId,
        String model,
        String dialect,
        UnitPrices unitPrices,
        long inputTokensEstimate,
        long startedAtMicros,
        List<BudgetBucket> budgets) {
    /** Copies the list. */
    public AdmittedEntry {
        budgets = List.copyOf(budgets);
    }
}
