package io.hedgerow.billing.charge;

import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.port.LateUsage;
import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UnitPrices;
import io.hedgerow.core.port.UsageRecord;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 over everything that a record says but the rounded cost: tokens and prices stand for it, so that another
 * rounding never looks like another content. Nor does it cover the input of attempts: no charge is made of it, and former
 * versions, which may have to replay a record after this one, do not know of it.
 */
public final class Fingerprint {
    private final MessageDigest digest = sha256();

    private Fingerprint() {}

    /** The fingerprint of a record. */
    public static byte[] of(UsageRecord usage) {
        Fingerprint content = new Fingerprint()
                .add(usage.requestId())
                .add(usage.clientRequestId())
                .add(usage.tenantId())
                .add(usage.keyId())
                .add(usage.model())
                .add(usage.dialect())
                .add(usage.providerId())
                .add(usage.upstreamModel())
                .add(usage.status().name())
                .add(usage.httpStatus())
                .add(usage.tokens())
                .add(usage.source().name())
                .add(usage.unitPrices())
                .add(usage.startedAtMicros())
                .add(usage.ttftMicros())
                .add(usage.durationMicros())
                .add(usage.hedged() ? 1 : 0)
                .add(usage.clamped() ? 1 : 0);
        usage.attempts().forEach(content::add);
        usage.budgets().forEach(bucket -> content.add(bucket.name()));
        if (usage.losersCharged()) {
            content.add("losers");
        }
        return content.digest.digest();
    }

    /** The fingerprint of a late usage. */
    public static byte[] of(LateUsage usage) {
        return new Fingerprint()
                .add(usage.requestId())
                .add(usage.attempt())
                .add(usage.tokens())
                .add(usage.providerCostNanoUsd())
                .digest
                .digest();
    }

    private void add(AttemptRecord attempt) {
        add(attempt.n())
                .add(attempt.providerId())
                .add(attempt.upstreamModel())
                .add(attempt.reason().name())
                .add(attempt.outcome().name())
                .add(attempt.startedAtMicros())
                .add(attempt.ttftMicros())
                .add(attempt.durationMicros())
                .add(attempt.httpStatus())
                .add(attempt.errorKind())
                .add(attempt.outputTokens())
                .add(attempt.providerCostNanoUsd())
                .add(attempt.costKnown() ? 1 : 0);
    }

    private Fingerprint add(TokenUsage tokens) {
        return add(tokens.input())
                .add(tokens.cachedInput())
                .add(tokens.cacheWrite())
                .add(tokens.output())
                .add(tokens.reasoning())
                .addUnless(tokens.cacheWriteHour() == 0, tokens.cacheWriteHour());
    }

    /** What records of former versions could not say is left out where it says nothing: theirs are replayed too. */
    private Fingerprint addUnless(boolean absent, long value) {
        return absent ? this : add(value);
    }

    private Fingerprint add(UnitPrices prices) {
        add(prices.input()).add(prices.output()).add(prices.cachedInput()).add(prices.cacheWrite());
        return prices.plain()
                ? this
                : add(prices.cacheWriteHour()).add(prices.reasoning()).add(prices.tier());
    }

    private Fingerprint add(BigDecimal value) {
        return add(value.stripTrailingZeros().toPlainString());
    }

    private Fingerprint add(@Nullable Long value) {
        return value == null ? add((String) null) : add((long) value);
    }

    private Fingerprint add(long value) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(value).flip());
        return this;
    }

    /** Length first, so that no two lists of values read alike. */
    private Fingerprint add(@Nullable String value) {
        if (value == null) {
            return add(-1);
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        add(bytes.length);
        digest.update(bytes);
        return this;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
