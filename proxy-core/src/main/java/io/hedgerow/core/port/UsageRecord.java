package io.hedgerow.core.port;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one record of an admitted request, and what is charged for it.
 *
 * @param requestId the gateway's own id, unique; the record's key
 * @param model the name that the client sent
 * @param dialect the client's dialect: {@code openai}, {@code anthropic} or {@code gemini}
 * @param providerId the winner's account, null without a winner
 * @param httpStatus what the client was answered; 499 if it left before an answer
 * @param costNanoUsd what the tenant is charged
 * @param ttftMicros from the request's arrival to the first content, null if none came
 * @param budgets where the cost is counted, as chosen at admission
 * @param clamped whether absurd counts of the provider were cut down
 * @param losersCharged whether {@code costNanoUsd} holds what {@link #losersCostNanoUsd} says
 */
public record UsageRecord(
        String requestId,
        @Nullable String clientRequestId,
        String tenantId,
        String keyId,
        String model,
        String dialect,
        @Nullable String providerId,
        @Nullable String upstreamModel,
        UsageStatus status,
        int httpStatus,
        TokenUsage tokens,
        UsageSource source,
        UnitPrices unitPrices,
        long costNanoUsd,
        long startedAtMicros,
        @Nullable Long ttftMicros,
        long durationMicros,
        boolean hedged,
        boolean clamped,
        List<AttemptRecord> attempts,
        List<BudgetBucket> budgets,
        boolean losersCharged) {
    /** Copies the lists. */
    public UsageRecord {
        attempts = List.copyOf(attempts);
        budgets = List.copyOf(budgets);
    }

    /** The same with these budgets. */
    public UsageRecord withBudgets(List<BudgetBucket> buckets) {
        return with(attempts, buckets, costNanoUsd, losersCharged);
    }

    /** The same with these attempts. */
    public UsageRecord withAttempts(List<AttemptRecord> others) {
        return with(others, budgets, costNanoUsd, losersCharged);
    }

    /** The same with the cost of its losers charged to the tenant. */
    public UsageRecord chargingLosers() {
        return with(attempts, budgets, Math.addExact(costNanoUsd, losersCostNanoUsd()), true);
    }

    /** What all attempts cost at their providers, as far as known or estimated. */
    public long providerCostNanoUsd() {
        return attempts.stream().mapToLong(AttemptRecord::providerCostNanoUsd).sum();
    }

    /**
     * The part of {@link #providerCostNanoUsd} that went to attempts which were given up in favour of the one that
     * answered. Failed ones are none of them.
     */
    public long losersCostNanoUsd() {
        return attempts.stream()
                .filter(this::lost)
                .mapToLong(AttemptRecord::providerCostNanoUsd)
                .sum();
    }

    private boolean lost(AttemptRecord attempt) {
        boolean givenUp = attempt.outcome() == AttemptRecord.Outcome.LOST
                || attempt.outcome() == AttemptRecord.Outcome.CLIENT_ABORTED;
        return givenUp && providerId != null && !providerId.equals(attempt.providerId());
    }

    private UsageRecord with(List<AttemptRecord> others, List<BudgetBucket> buckets, long cost, boolean charged) {
        return new UsageRecord(
                requestId,
                clientRequestId,
                tenantId,
                keyId,
                model,
                dialect,
                providerId,
                upstreamModel,
                status,
                httpStatus,
                tokens,
                source,
                unitPrices,
                cost,
                startedAtMicros,
                ttftMicros,
                durationMicros,
                hedged,
                clamped,
                others,
                buckets,
                charged);
    }
}
