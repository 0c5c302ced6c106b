package io.hedgerow.launcher.admin;

import io.hedgerow.core.port.AccountAdmin;
import io.hedgerow.core.port.AccountException;
import io.hedgerow.core.port.AccountException.Kind;
import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UsageQueries.TenantBounds;
import io.hedgerow.core.port.UsageSummaries;
import io.hedgerow.core.port.UsageSummaries.Spent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Tenants and keys in memory. */
final class FakeAccounts implements AccountAdmin, UsageSummaries {
    volatile boolean away;
    final Map<String, NewTenant> tenants =
            new TreeMap<>(Map.of("acme", new NewTenant("acme", 1L, List.of(), TenantBounds.NONE)));
    final Map<String, KeyEntry> keys = new TreeMap<>();
    final List<NewKey> made = new ArrayList<>();
    final List<NewBooking> credits = new ArrayList<>();
    final List<UsageSummaries.Filter> summed = new ArrayList<>();

    @Override
    public CompletionStage<List<String>> tenantIds(@Nullable String after, int limit) {
        if (away) {
            return CompletableFuture.failedFuture(new IllegalStateException("no database"));
        }
        return CompletableFuture.completedFuture(tenants.keySet().stream()
                .filter(id -> after == null || id.compareTo(after) > 0)
                .limit(limit)
                .toList());
    }

    @Override
    public CompletionStage<Void> createTenant(NewTenant tenant) {
        return tenants.putIfAbsent(tenant.id(), tenant) == null
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(new AccountException(Kind.CONFLICT, "there is one"));
    }

    @Override
    public CompletionStage<Booking> book(NewBooking asked) {
        credits.add(asked);
        return CompletableFuture.completedFuture(new Booking(
                asked.tenantId(),
                asked.kind(),
                asked.idempotencyKey(),
                asked.amountNanoUsd() == null ? 3 : asked.amountNanoUsd(),
                5,
                asked.requestId(),
                asked.reason(),
                1_767_225_600_000_000L));
    }

    @Override
    public CompletionStage<List<KeyEntry>> keys(KeyFilter filter) {
        String after = filter.after();
        return CompletableFuture.completedFuture(keys.values().stream()
                .filter(key -> after == null || key.id().compareTo(after) > 0)
                .limit(filter.limit())
                .toList());
    }

    @Override
    public CompletionStage<KeyEntry> createKey(NewKey key) {
        made.add(key);
        KeyEntry entry = new KeyEntry(
                key.id(), key.tenantId(), false, key.hint(), key.terms(), 1_767_225_600_000_000L, null, 0, 0);
        keys.put(key.id(), entry);
        return CompletableFuture.completedFuture(entry);
    }

    @Override
    public CompletionStage<KeyEntry> revokeKey(String id) {
        KeyEntry key = keys.get(id);
        return key == null
                ? CompletableFuture.failedFuture(new AccountException(Kind.NOT_FOUND, "no key \"" + id + "\""))
                : CompletableFuture.completedFuture(key);
    }

    @Override
    public CompletionStage<Void> purgeKey(String id) {
        keys.remove(id);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<List<Row>> summary(UsageSummaries.Filter filter) {
        summed.add(filter);
        return CompletableFuture.completedFuture(
                List.of(new Row("gpt-fast", 3, 2, new TokenUsage(10, 4, 0, 20, 5), 41_600, new Spent(0, 0, 0))));
    }
}
