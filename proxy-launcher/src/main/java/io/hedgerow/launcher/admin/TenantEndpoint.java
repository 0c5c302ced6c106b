package io.hedgerow.launcher.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hedgerow.core.config.TenantConfig;
import io.hedgerow.core.port.BalanceMirror.MirroredBalance;
import io.hedgerow.core.port.UsageQueries.TenantAccount;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code GET tenants} and {@code GET tenants/{id}}: the database's figures and Redis's, side by side. */
final class TenantEndpoint {
    private static final Logger log = LoggerFactory.getLogger(TenantEndpoint.class);

    private TenantEndpoint() {}

    static CompletionStage<Reply> list(AdminBackend backend, Call call) {
        call.allowParameters(List.of("limit", "cursor"));
        int limit = Paging.limit(call);
        return backend.usage()
                .tenants(call.parameter("cursor"), limit + 1)
                .thenCompose(accounts -> page(backend, accounts, limit));
    }

    private static CompletionStage<Reply> page(AdminBackend backend, List<TenantAccount> accounts, int limit) {
        List<CompletableFuture<ObjectNode>> tenants = accounts.stream()
                .limit(limit)
                .map(account -> mirrored(backend, account.id())
                        .thenApply(mirror -> json(account, mirror, configured(backend, account.id())))
                        .toCompletableFuture())
                .toList();
        List<String> ids = accounts.stream().map(TenantAccount::id).toList();
        return CompletableFuture.allOf(tenants.toArray(CompletableFuture[]::new))
                .thenApply(ignored -> {
                    ObjectNode json = Json.object();
                    ArrayNode array = json.putArray("tenants");
                    tenants.forEach(tenant -> array.add(tenant.join()));
                    json.put("next_cursor", Paging.next(ids, limit));
                    return Reply.json(200, json);
                });
    }

    static CompletionStage<Reply> one(AdminBackend backend, String id) {
        return tenant(backend, id)
                .thenApply(found -> found.map(json -> Reply.json(200, json))
                        .orElseThrow(() -> AdminException.notFound("no tenant \"" + id + "\"")));
    }

    private static CompletionStage<Optional<ObjectNode>> tenant(AdminBackend backend, String id) {
        return backend.usage()
                .tenant(id)
                .thenCombine(
                        mirrored(backend, id),
                        (account, mirror) -> account.map(found -> json(found, mirror, configured(backend, id))));
    }

    private static CompletionStage<Optional<MirroredBalance>> mirrored(AdminBackend backend, String id) {
        return backend.balances().read(id).exceptionally(failure -> {
            log.atDebug().addKeyValue("tenant", id).setCause(failure).log("Redis has no word on the balance");
            return Optional.empty();
        });
    }

    private static @Nullable TenantConfig configured(AdminBackend backend, String id) {
        return backend.config().get().tenants().stream()
                .filter(tenant -> tenant.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    private static ObjectNode json(
            TenantAccount account, Optional<MirroredBalance> mirror, @Nullable TenantConfig tenant) {
        ObjectNode json = Json.object();
        json.put("id", account.id());
        json.put("prepaid", account.prepaid());
        json.put("balance", Json.money(account.balanceNanoUsd()));
        json.put(
                "reserved",
                mirror.map(copy -> Json.money(copy.reservedNanoUsd())).orElse(null));
        json.put("spent", Json.money(account.spentNanoUsd()));
        json.put("credit_limit", Json.money(account.bounds().creditLimitNanoUsd()));
        json.put("max_concurrency", account.bounds().maxConcurrency());
        json.put("version", account.version());
        new BudgetJson(account, mirror, System.currentTimeMillis()).write(json.putArray("budgets"), tenant);
        json.set("redis", mirror.<ObjectNode>map(TenantEndpoint::redis).orElse(null));
        return json;
    }

    private static ObjectNode redis(MirroredBalance copy) {
        ObjectNode json = Json.object();
        json.put("balance", Json.money(copy.balanceNanoUsd()));
        json.put("version", copy.version());
        json.put("reserved", Json.money(copy.reservedNanoUsd()));
        json.put("pending", Json.money(copy.pendingNanoUsd()));
        return json;
    }
}
