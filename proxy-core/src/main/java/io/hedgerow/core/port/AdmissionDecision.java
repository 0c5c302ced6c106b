package io.hedgerow.core.port;

import org.jspecify.annotations.Nullable;

/** The answer to an {@link AdmissionRequest}. */
public sealed interface AdmissionDecision {
    /** The key's limits per minute after this decision; null where it has none, or they are not known. */
    @Nullable
    RateStatus rate();

    /** Admitted. The receiver owns the hold and settles or cancels it exactly once. */
    record Admitted(BudgetHold hold, @Nullable RateStatus rate) implements AdmissionDecision {}

    /**
     * Refused; nothing is held.
     *
     * @param retryAfterMillis when a retry may succeed; 0 where waiting does not help or is unknown
     */
    record Refused(
            Reason reason, long retryAfterMillis, @Nullable RateStatus rate) implements AdmissionDecision {}

    /**
     * The key's limits per minute, as every dialect tells them in its headers; null where there is no such limit.
     *
     * @param requests requests per minute
     * @param tokens tokens per minute
     */
    record RateStatus(@Nullable Rate requests, @Nullable Rate tokens) {}

    /**
     * One limit per minute.
     *
     * @param remaining what would be admitted at once
     * @param resetMillis until the limit is whole again
     */
    record Rate(long limit, long remaining, long resetMillis) {}

    /** Why a request was refused. */
    enum Reason {
        /** The balance less holds and unsettled charges does not cover the estimate. */
        INSUFFICIENT_BALANCE,
        /** A budget of the tenant or the key does not cover the estimate. */
        BUDGET_EXHAUSTED,
        /** The key's requests per minute are used up. */
        REQUESTS_PER_MINUTE,
        /** The key's tokens per minute do not cover the estimate. */
        TOKENS_PER_MINUTE,
        /** The estimate is more than the key's tokens of a whole minute: waiting does not help. */
        REQUEST_OVER_TOKEN_LIMIT,
        /** The key has as many requests open as it may. */
        KEY_CONCURRENCY,
        /** The tenant's keys together have as many requests open as they may. */
        TENANT_CONCURRENCY,
        /** The store could not be asked and the policy is to refuse. */
        STORE_UNAVAILABLE
    }
}
