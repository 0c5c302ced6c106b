package io.hedgerow.launcher.admin;

import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.port.BalanceMirror;
import io.hedgerow.core.port.BalanceUpdate;
import io.hedgerow.core.port.SlotDecision;
import io.hedgerow.core.port.SlotPool;
import io.hedgerow.core.port.SlotRequest;
import io.hedgerow.core.port.SlotUsage;
import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UnitPrices;
import io.hedgerow.core.port.UsageQueries;
import io.hedgerow.core.port.UsageQueries.TenantBounds;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.port.UsageSource;
import io.hedgerow.core.port.UsageStatus;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Ports that answer what a test put into them. */
final class FakeStores implements SlotPool, BalanceMirror, UsageQueries {
    static final UsageRecord RECORD = new UsageRecord(
            "req-1",
            null,
            "acme",
            "acme-ci",
            "gpt-fast",
            "openai",
            "azure-b",
            "gpt-5-mini",
            UsageStatus.COMPLETED,
            200,
            new TokenUsage(10, 4, 0, 20, 5),
            UsageSource.PROVIDER,
            new UnitPrices(
                    new BigDecimal("0.25"), new BigDecimal("2.00"), new BigDecimal("0.025"), new BigDecimal("0.3125")),
            41_600L,
            1_767_225_600_123_456L,
            250_500L,
            1_000_000L,
            true,
            false,
            List.of(
                    new AttemptRecord(
                            1,
                            "openai-a",
                            "gpt-5-mini",
                            AttemptRecord.Reason.PRIMARY,
                            AttemptRecord.Outcome.LOST,
                            1_767_225_600_123_500L,
                            null,
                            250_000L,
                            0,
                            null,
                            12,
                            0,
                            0,
                            false),
                    new AttemptRecord(
                            2,
                            "azure-b",
                            "gpt-5-mini",
                            AttemptRecord.Reason.HEDGE,
                            AttemptRecord.Outcome.WON,
                            1_767_225_600_323_500L,
                            50_000L,
                            800_000L,
                            200,
                            null,
                            12,
                            20,
                            41_600L,
                            true)),
            List.of(),
            false);

    final List<Filter> filters = new CopyOnWriteArrayList<>();
    volatile boolean redisAway;
    volatile boolean databaseAway;

    @Override
    public CompletionStage<SlotDecision> reserve(SlotRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Map<String, SlotUsage>> usage(Collection<String> providerIds) {
        if (redisAway) {
            return CompletableFuture.failedFuture(new IllegalStateException("no Redis"));
        }
        Map<String, SlotUsage> usage = new LinkedHashMap<>();
        providerIds.forEach(id -> usage.put(id, new SlotUsage(3, 2, 0)));
        return CompletableFuture.completedFuture(usage);
    }

    @Override
    public CompletionStage<Void> apply(BalanceUpdate update) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Optional<MirroredBalance>> read(String tenantId) {
        return redisAway
                ? CompletableFuture.failedFuture(new IllegalStateException("no Redis"))
                : CompletableFuture.completedFuture(
                        Optional.of(new MirroredBalance(99_500_000_000L, 7, 1_000_000L, 500L, List.of(), true)));
    }

    @Override
    public CompletionStage<Page> usage(Filter filter) {
        filters.add(filter);
        return databaseAway
                ? CompletableFuture.failedFuture(new IllegalStateException("no database at jdbc:secret"))
                : CompletableFuture.completedFuture(new Page(List.of(RECORD), "next"));
    }

    @Override
    public CompletionStage<Optional<UsageRecord>> usage(String requestId) {
        return CompletableFuture.completedFuture(
                Optional.of(RECORD).filter(r -> r.requestId().equals(requestId)));
    }

    @Override
    public CompletionStage<List<TenantAccount>> tenants(@Nullable String after, int limit) {
        return tenant("acme").thenApply(found -> found.stream().toList());
    }

    @Override
    public CompletionStage<Optional<TenantAccount>> tenant(String tenantId) {
        return CompletableFuture.completedFuture(
                Optional.of(new TenantAccount("acme", true, 99_500_000_000L, 7, 500_000_000L, TenantBounds.NONE))
                        .filter(account -> account.id().equals(tenantId)));
    }
}
