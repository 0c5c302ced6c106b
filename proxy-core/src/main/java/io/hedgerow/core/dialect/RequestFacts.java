package io.hedgerow.core.dialect;

import io.hedgerow.core.money.ServiceTier;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway needs to know of a request, taken from its body in one pass.
 *
 * @param model the model as the client named it
 * @param stream whether the answer is to be streamed
 * @param usageAsked whether the client asked for the usage chunk of a stream
 * @param maxOutputTokens the maximum that the request names per choice, 0 if it names none
 * @param choices how many answers it asks for, at least 1
 * @param serviceTier the tier that it asks for; standard where it leaves the choice to the provider
 * @param bodyBytes the body's length
 * @param modelSpan where the model's JSON value lies in the body
 * @param askUsage the change that makes a stream report its usage; null where none is needed
 * @param session what the dialect's own clients name their session by, as they sent it; null if nothing is named
 * @param opening where the prompt's first messages lie, up to the end of the first one that a user wrote: the part that
 *     every later request of the same conversation repeats; null where there is none
 */
public record RequestFacts(
        String model,
        boolean stream,
        boolean usageAsked,
        long maxOutputTokens,
        int choices,
        ServiceTier serviceTier,
        int bodyBytes,
        Span modelSpan,
        @Nullable Splice askUsage,
        @Nullable String session,
        @Nullable Span opening) {
    /** A range of the body. */
    public record Span(int from, int to) {}

    /**
     * A range of the body and what takes its place; an empty range inserts.
     *
     * @param text not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Splice(int from, int to, byte[] text) {}

    /** Input tokens by the rule of thumb of three bytes each, rounded up. */
    public long inputTokensEstimate() {
        return (bodyBytes + 2L) / 3;
    }

    /** The most output tokens over all choices, with a default for requests that name none. */
    public long outputTokensLimit(long defaultMaxOutputTokens) {
        long each = maxOutputTokens > 0 ? maxOutputTokens : defaultMaxOutputTokens;
        return each > Long.MAX_VALUE / choices ? Long.MAX_VALUE : each * choices;
    }
}
