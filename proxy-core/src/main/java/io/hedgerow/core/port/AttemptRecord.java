package io.hedgerow.core.port;

import org.jspecify.annotations.Nullable;

/**
 * One attempt of a finished exchange.
 *
 * @param n 1 for the first
 * @param ttftMicros time to first content, null if none came
 * @param httpStatus the provider's status, 0 if none came
 * @param errorKind a stable lower-case word such as {@code timeout} or {@code http_429}, null without an error
 * @param inputTokens as the provider told, else as its cost is estimated; 0 if it cost nothing
 * @param outputTokens known output tokens, 0 if unknown
 * @param providerCostNanoUsd what the provider charges for it, as far as known
 * @param costKnown whether {@code providerCostNanoUsd} is final
 */
public record AttemptRecord(
        int n,
        String providerId,
        String upstreamModel,
        Reason reason,
        Outcome outcome,
        long startedAtMicros,
        @Nullable Long ttftMicros,
        long durationMicros,
        int httpStatus,
        @Nullable String errorKind,
        long inputTokens,
        long outputTokens,
        long providerCostNanoUsd,
        boolean costKnown) {
    /** The same with another number of input tokens. */
    public AttemptRecord withInputTokens(long tokens) {
        return new AttemptRecord(
                n,
                providerId,
                upstreamModel,
                reason,
                outcome,
                startedAtMicros,
                ttftMicros,
                durationMicros,
                httpStatus,
                errorKind,
                tokens,
                outputTokens,
                providerCostNanoUsd,
                costKnown);
    }

    /** Why the attempt was started. The lower-case name is the wire name. */
    public enum Reason {
        /** The first. */
        PRIMARY,
        /** Another one was slow. */
        HEDGE,
        /** Another one failed. */
        FAILOVER,
        /** The same provider again. */
        RETRY
    }

    /** What became of it. The lower-case name is the wire name. */
    public enum Outcome {
        /** Its bytes went to the client. */
        WON,
        /** Another one was faster. */
        LOST,
        /** It failed. */
        FAILED,
        /** The client left. */
        CLIENT_ABORTED,
        /** It got no slot and sent nothing. */
        DENIED
    }
}
