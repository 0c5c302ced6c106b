package io.hedgerow.billing.support;

import io.hedgerow.core.port.BalanceMirror;
import io.hedgerow.core.port.BalanceUpdate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A mirror that keeps the port's promise, counts, and can be away or lose everything. */
public final class FakeMirror implements BalanceMirror {
    private final Map<String, MirroredBalance> balances = new ConcurrentHashMap<>();
    private final List<BalanceUpdate> applied = new CopyOnWriteArrayList<>();
    private volatile boolean away;

    public void setAway(boolean isAway) {
        away = isAway;
    }

    public void flushAll() {
        balances.clear();
    }

    public void put(String tenant, long balance, long version) {
        balances.put(tenant, new MirroredBalance(balance, version, 0, 0, List.of(), true));
    }

    public long balance(String tenant) {
        MirroredBalance found = balances.get(tenant);
        return found == null ? Long.MIN_VALUE : found.balanceNanoUsd();
    }

    public long version(String tenant) {
        MirroredBalance found = balances.get(tenant);
        return found == null ? -1 : found.version();
    }

    /** Every confirmed update, repeats included. */
    public List<BalanceUpdate> applied() {
        return applied;
    }

    public List<String> settledIds() {
        return applied.stream()
                .flatMap(update -> update.settledRequestIds().stream())
                .toList();
    }

    @Override
    public CompletionStage<Void> apply(BalanceUpdate update) {
        if (away) {
            return CompletableFuture.failedFuture(new IllegalStateException("the mirror is away"));
        }
        balances.merge(
                update.tenantId(),
                new MirroredBalance(update.balanceNanoUsd(), update.version(), 0, 0, List.of(), true),
                (known, fresh) -> fresh.version() > known.version() ? fresh : known);
        applied.add(update);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Optional<MirroredBalance>> read(String tenantId) {
        return away
                ? CompletableFuture.failedFuture(new IllegalStateException("the mirror is away"))
                : CompletableFuture.completedFuture(Optional.ofNullable(balances.get(tenantId)));
    }
}
