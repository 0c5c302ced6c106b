package io.hedgerow.core.port;

import java.util.List;

/**
 * What admission is asked for.
 *
 * @param requestId the exchange's id, unique over nodes and restarts
 * @param tenantId the tenant that pays
 * @param keyId the key that asks
 * @param budgets the tenant's and the key's
 */
public record AdmissionRequest(
        String requestId,
        String tenantId,
        String keyId,
        KeyLimits key,
        TenantLimits tenant,
        List<BudgetLimit> budgets,
        Estimate estimate) {
    /** Copies the list. */
    public AdmissionRequest {
        budgets = List.copyOf(budgets);
    }

    /**
     * What a key may do at once and within a minute; 0 means unlimited.
     *
     * @param maxConcurrency requests open at once
     */
    public record KeyLimits(int maxConcurrency, int requestsPerMinute, int tokensPerMinute) {}

    /**
     * What limits all keys of the tenant together, beside its budgets.
     *
     * @param prepaid whether its balance does; false for tenants that are billed afterwards
     * @param maxConcurrency requests open at once; 0 means unlimited
     * @param creditNanoUsd how far below zero the balance may be spent
     */
    public record TenantLimits(boolean prepaid, int maxConcurrency, long creditNanoUsd) {}

    /**
     * What is held until the request is settled.
     *
     * @param nanoUsd against the balance and the budgets, in nano-USD, not negative
     * @param tokens against the tokens per minute: input and the most output, not negative
     */
    public record Estimate(long nanoUsd, long tokens) {}

    /** Whether the tenant's balance limits it. */
    public boolean prepaid() {
        return tenant.prepaid();
    }

    /** What is held against the balance. */
    public long estimateNanoUsd() {
        return estimate.nanoUsd();
    }
}
