package io.hedgerow.billing.journal;

import io.hedgerow.core.port.AdmittedEntry;
import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.port.BudgetBucket;
import io.hedgerow.core.port.LateUsage;
import io.hedgerow.core.port.ProgressEntry;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.port.UsageSource;
import io.hedgerow.core.port.UsageStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Entries to bytes and back: a version byte, a type byte, then the fields in order. */
final class EntryCodec {
    static final int ADMITTED = 1;
    static final int PROGRESS = 2;
    static final int SETTLED = 3;
    static final int LATE = 4;

    private EntryCodec() {}

    static void encode(JournalEntry entry, Packer to) {
        int version = PriceCodec.version(entry);
        to.putByte(version);
        if (entry instanceof JournalEntry.Admitted admitted) {
            to.putByte(ADMITTED);
            admitted(admitted.entry(), to, version);
        } else if (entry instanceof JournalEntry.Progress progress) {
            to.putByte(PROGRESS);
            to.putString(progress.entry().requestId());
            to.putString(progress.entry().providerId());
            to.putString(progress.entry().upstreamModel());
            PriceCodec.tokens(progress.entry().tokens(), to, version);
        } else if (entry instanceof JournalEntry.Settled settled) {
            to.putByte(SETTLED);
            settled(settled.record(), to, version);
        } else if (entry instanceof JournalEntry.Late late) {
            to.putByte(LATE);
            to.putString(late.usage().requestId());
            to.putLong(late.usage().attempt());
            PriceCodec.tokens(late.usage().tokens(), to, version);
            to.putLong(late.usage().providerCostNanoUsd());
        }
    }

    /** Whether a body is one that PostgreSQL has to hear of. */
    static boolean durable(ByteBuffer body) {
        int type = body.get(body.position() + 1);
        return type == SETTLED || type == LATE;
    }

    /** Reads a whole body. Throws an unchecked exception when it is not one. */
    static JournalEntry decode(ByteBuffer body) {
        Unpacker from = new Unpacker(body);
        int version = from.getByte();
        if (version != PriceCodec.PLAIN && version != PriceCodec.FULL) {
            throw new IllegalArgumentException("journal entry of version " + version);
        }
        int type = from.getByte();
        return switch (type) {
            case ADMITTED -> new JournalEntry.Admitted(admitted(from, version));
            case PROGRESS ->
                new JournalEntry.Progress(new ProgressEntry(
                        from.getString(),
                        from.getNullableString(),
                        from.getNullableString(),
                        PriceCodec.tokens(from, version)));
            case SETTLED -> new JournalEntry.Settled(settled(from, version));
            case LATE ->
                new JournalEntry.Late(new LateUsage(
                        from.getString(), (int) from.getLong(), PriceCodec.tokens(from, version), from.getLong()));
            default -> throw new IllegalArgumentException("journal entry of type " + type);
        };
    }

    private static void admitted(AdmittedEntry entry, Packer to, int version) {
        to.putString(entry.requestId());
        to.putString(entry.clientRequestId());
        to.putString(entry.tenantId());
        to.putString(entry.keyId());
        to.putString(entry.model());
        to.putString(entry.dialect());
        PriceCodec.prices(entry.unitPrices(), to, version);
        to.putLong(entry.inputTokensEstimate());
        to.putLong(entry.startedAtMicros());
        budgets(entry.budgets(), to);
    }

    private static AdmittedEntry admitted(Unpacker from, int version) {
        return new AdmittedEntry(
                from.getString(),
                from.getNullableString(),
                from.getString(),
                from.getString(),
                from.getString(),
                from.getString(),
                PriceCodec.prices(from, version),
                from.getLong(),
                from.getLong(),
                budgets(from));
    }

    private static void settled(UsageRecord usage, Packer to, int version) {
        to.putString(usage.requestId());
        to.putString(usage.clientRequestId());
        to.putString(usage.tenantId());
        to.putString(usage.keyId());
        to.putString(usage.model());
        to.putString(usage.dialect());
        to.putString(usage.providerId());
        to.putString(usage.upstreamModel());
        to.putString(usage.status().name());
        to.putLong(usage.httpStatus());
        PriceCodec.tokens(usage.tokens(), to, version);
        to.putString(usage.source().name());
        PriceCodec.prices(usage.unitPrices(), to, version);
        to.putLong(usage.costNanoUsd());
        to.putLong(usage.startedAtMicros());
        to.putNullable(usage.ttftMicros());
        to.putLong(usage.durationMicros());
        to.putBoolean(usage.hedged());
        to.putBoolean(usage.clamped());
        to.putLong(usage.attempts().size());
        for (AttemptRecord attempt : usage.attempts()) {
            attempt(attempt, to);
        }
        if (version >= PriceCodec.FULL) {
            to.putBoolean(usage.losersCharged());
        }
        if (usage.attempts().isEmpty()) {
            budgets(usage.budgets(), to);
        } else {
            to.putString(BudgetBucket.names(usage.budgets()));
            usage.attempts().forEach(attempt -> to.putLong(attempt.inputTokens()));
        }
    }

    private static UsageRecord settled(Unpacker from, int version) {
        UsageRecord usage = new UsageRecord(
                from.getString(),
                from.getNullableString(),
                from.getString(),
                from.getString(),
                from.getString(),
                from.getString(),
                from.getNullableString(),
                from.getNullableString(),
                UsageStatus.valueOf(from.getString()),
                (int) from.getLong(),
                PriceCodec.tokens(from, version),
                UsageSource.valueOf(from.getString()),
                PriceCodec.prices(from, version),
                from.getLong(),
                from.getLong(),
                from.getNullable(),
                from.getLong(),
                from.getBoolean(),
                from.getBoolean(),
                attempts(from),
                List.of(),
                version >= PriceCodec.FULL && from.getBoolean());
        List<BudgetBucket> buckets = budgets(from);
        UsageRecord whole = from.atEnd() ? usage : usage.withAttempts(withInputs(usage.attempts(), from));
        return buckets.isEmpty() ? whole : whole.withBudgets(buckets);
    }

    /** Behind everything else, where former versions, which do not know of them, do not look. */
    private static List<AttemptRecord> withInputs(List<AttemptRecord> attempts, Unpacker from) {
        return attempts.stream()
                .map(attempt -> attempt.withInputTokens(from.getLong()))
                .toList();
    }

    /** At the end of an entry; nothing where there are none, as in entries of former versions. */
    private static void budgets(List<BudgetBucket> buckets, Packer to) {
        if (!buckets.isEmpty()) {
            to.putString(BudgetBucket.names(buckets));
        }
    }

    private static List<BudgetBucket> budgets(Unpacker from) {
        return from.atEnd() ? List.of() : BudgetBucket.parseNames(from.getString());
    }

    private static void attempt(AttemptRecord attempt, Packer to) {
        to.putLong(attempt.n());
        to.putString(attempt.providerId());
        to.putString(attempt.upstreamModel());
        to.putString(attempt.reason().name());
        to.putString(attempt.outcome().name());
        to.putLong(attempt.startedAtMicros());
        to.putNullable(attempt.ttftMicros());
        to.putLong(attempt.durationMicros());
        to.putLong(attempt.httpStatus());
        to.putString(attempt.errorKind());
        to.putLong(attempt.outputTokens());
        to.putLong(attempt.providerCostNanoUsd());
        to.putBoolean(attempt.costKnown());
    }

    private static List<AttemptRecord> attempts(Unpacker from) {
        long count = from.getLong();
        List<AttemptRecord> attempts = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            attempts.add(new AttemptRecord(
                    (int) from.getLong(),
                    from.getString(),
                    from.getString(),
                    AttemptRecord.Reason.valueOf(from.getString()),
                    AttemptRecord.Outcome.valueOf(from.getString()),
                    from.getLong(),
                    from.getNullable(),
                    from.getLong(),
                    (int) from.getLong(),
                    from.getNullableString(),
                    0,
                    from.getLong(),
                    from.getLong(),
                    from.getBoolean()));
        }
        return attempts;
    }
}
