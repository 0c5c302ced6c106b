package io.hedgerow.billing.support;

import io.hedgerow.core.port.AdmittedEntry;
import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.port.KeyTerms;
import io.hedgerow.core.port.TenantSeed;
import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UnitPrices;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.port.UsageSource;
import io.hedgerow.core.port.UsageStatus;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sample content. */
public final class Samples {
    public static final String TENANT = "acme";
    public static final String KEY = "acme-ci";
    public static final long BALANCE = 100_000_000_000L;
    public static final long STARTED = 1_700_000_000_000_000L;
    public static final UnitPrices PRICES = new UnitPrices(
            new BigDecimal("0.25"), new BigDecimal("2.00"), new BigDecimal("0.025"), new BigDecimal("0.3125"));

    private Samples() {}

    public static TenantSeed seed() {
        return seed(TENANT, KEY, BALANCE);
    }

    public static TenantSeed seed(String tenant, String key, @Nullable Long balance) {
        return new TenantSeed(
                tenant, balance, 0, List.of(), List.of(new TenantSeed.KeySeed(key, "00ff", KeyTerms.UNLIMITED)), 0);
    }

    public static AdmittedEntry admitted(String requestId) {
        return new AdmittedEntry(
                requestId, "client-1", TENANT, KEY, "gpt-fast", "openai", PRICES, 100, STARTED, List.of());
    }

    /** A completed request that costs so many nano-USD. */
    public static UsageRecord settled(String requestId, long costNanoUsd) {
        return settled(requestId, UsageStatus.COMPLETED, UsageSource.PROVIDER, costNanoUsd);
    }

    public static UsageRecord settled(String requestId, UsageStatus status, UsageSource source, long costNanoUsd) {
        return record(new Who(requestId, TENANT, KEY, "mock-b"), status, source, costNanoUsd);
    }

    /** Whose request it is. */
    public record Who(String requestId, String tenantId, String keyId, String providerId) {}

    public static UsageRecord record(Who who, UsageStatus status, UsageSource source, long costNanoUsd) {
        return new UsageRecord(
                who.requestId(),
                "client-1",
                who.tenantId(),
                who.keyId(),
                "gpt-fast",
                "openai",
                who.providerId(),
                "gpt-5-mini",
                status,
                200,
                new TokenUsage(120, 20, 0, 300, 50),
                source,
                PRICES,
                costNanoUsd,
                STARTED,
                250_000L,
                1_500_000,
                true,
                false,
                List.of(
                        attempt(1, "mock-a", AttemptRecord.Reason.PRIMARY, AttemptRecord.Outcome.LOST),
                        attempt(
                                2,
                                who.providerId(),
                                AttemptRecord.Reason.HEDGE,
                                status == UsageStatus.CLIENT_ABORTED
                                        ? AttemptRecord.Outcome.CLIENT_ABORTED
                                        : AttemptRecord.Outcome.WON)),
                List.of(),
                false);
    }

    /** A free request with such a duration and so many output tokens. */
    public static UsageRecord afterClockJump(String requestId, long durationMicros, long output) {
        return new UsageRecord(
                requestId,
                null,
                TENANT,
                KEY,
                "gpt-fast",
                "openai",
                null,
                null,
                UsageStatus.UPSTREAM_FAILED,
                502,
                new TokenUsage(0, 0, 0, output, 0),
                UsageSource.ESTIMATED,
                UnitPrices.FREE,
                0,
                STARTED,
                null,
                durationMicros,
                false,
                true,
                List.of(),
                List.of(),
                false);
    }

    private static AttemptRecord attempt(
            int n, String provider, AttemptRecord.Reason reason, AttemptRecord.Outcome outcome) {
        boolean won = n == 2;
        return new AttemptRecord(
                n,
                provider,
                "gpt-5-mini",
                reason,
                outcome,
                STARTED + n,
                won ? 250_000L : null,
                1_000_000,
                won ? 200 : 0,
                won ? null : "lost",
                won ? 120 : 110,
                won ? 300 : 0,
                won ? 12_345 : 0,
                won);
    }
}
