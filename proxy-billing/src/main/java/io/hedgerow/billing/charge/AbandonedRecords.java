package io.hedgerow.billing.charge;

import io.hedgerow.core.port.AdmittedEntry;
import io.hedgerow.core.port.ProgressEntry;
import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.port.UsageSource;
import io.hedgerow.core.port.UsageStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The record of a request whose node died: what it had produced when it was last heard of. */
public final class AbandonedRecords {
    private AbandonedRecords() {}

    /**
     * Makes the record. Input is charged only where output was seen: without it nothing shows that the request was sent.
     *
     * @param nowMicros ends the duration
     */
    public static UsageRecord of(AdmittedEntry admitted, @Nullable ProgressEntry progress, long nowMicros) {
        TokenUsage tokens = progress == null ? TokenUsage.NONE : produced(admitted, progress.tokens());
        return new UsageRecord(
                admitted.requestId(),
                admitted.clientRequestId(),
                admitted.tenantId(),
                admitted.keyId(),
                admitted.model(),
                admitted.dialect(),
                progress == null ? null : progress.providerId(),
                progress == null ? null : progress.upstreamModel(),
                UsageStatus.ABANDONED,
                0,
                tokens,
                UsageSource.ESTIMATED,
                admitted.unitPrices(),
                admitted.unitPrices().cost(tokens),
                admitted.startedAtMicros(),
                null,
                Math.max(0, nowMicros - admitted.startedAtMicros()),
                false,
                false,
                List.of(),
                admitted.budgets(),
                false);
    }

    private static TokenUsage produced(AdmittedEntry admitted, TokenUsage seen) {
        if (seen.output() <= 0) {
            return TokenUsage.NONE;
        }
        long input = seen.input() > 0 ? seen.input() : admitted.inputTokensEstimate();
        return new TokenUsage(
                input, seen.cachedInput(), seen.cacheWrite(), seen.output(), seen.reasoning(), seen.cacheWriteHour());
    }
}
