package io.hedgerow.redis;

import static io.hedgerow.redis.Patience.await;

import io.hedgerow.core.port.AdmissionDecision;
import io.hedgerow.core.port.AdmissionRequest;
import io.hedgerow.core.port.AdmissionRequest.Estimate;
import io.hedgerow.core.port.AdmissionRequest.KeyLimits;
import io.hedgerow.core.port.BalanceMirror.MirroredBalance;
import io.hedgerow.core.port.BalanceSource;
import io.hedgerow.core.port.BalanceUpdate;
import io.hedgerow.core.port.SlotDecision;
import io.hedgerow.core.port.SlotLease;
import io.hedgerow.core.port.SlotRequest;
import io.hedgerow.core.port.SlotUsage;
import io.hedgerow.redis.affinity.AffinityLayout;
import io.hedgerow.redis.cluster.ShardTags;
import io.hedgerow.redis.scheme.Schemes;
import io.hedgerow.testkit.stores.TestStores;
import io.lettuce.core.api.sync.RedisCommands;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Nodes on one Redis and one namespace, a database of balances, and a direct look into Redis. */
final class TestNodes implements AutoCloseable {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final AtomicLong IDS = new AtomicLong();

    final String namespace = "test" + NAMES.incrementAndGet() + "-" + Long.toString(System.nanoTime(), 36);
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Map<String, BalanceUpdate> database = new ConcurrentHashMap<>();
    final AtomicInteger queries = new AtomicInteger();
    private final String url;
    private final DirectLook look;
    private final List<RedisStores> open = new ArrayList<>();
    private final AtomicInteger nodes = new AtomicInteger();

    TestNodes(String url) {
        this.url = url;
        this.look = DirectLook.into(url);
    }

    RedisStores node() {
        return node(settings -> settings);
    }

    RedisStores node(UnaryOperator<RedisSettingsBuilder> change) {
        return node(change, tenant -> {
            queries.incrementAndGet();
            return CompletableFuture.completedFuture(Optional.ofNullable(database.get(tenant)));
        });
    }

    /** Connected, however slow the machine is. */
    RedisStores node(UnaryOperator<RedisSettingsBuilder> change, BalanceSource balances) {
        RedisSettings settings = change.apply(at(url)).build();
        found(settings.namespace());
        RedisStores stores = open(settings, balances);
        await().until(stores::connected);
        return stores;
    }

    /** With these layouts of bindings. */
    RedisStores node(Schemes<AffinityLayout> bindings) {
        RedisSettings settings = at(url).build();
        found(settings.namespace());
        RedisStores stores = RedisStores.open(
                settings, tenant -> CompletableFuture.completedFuture(Optional.empty()), meters, bindings);
        open.add(stores);
        await().until(stores::connected);
        return stores;
    }

    /** While Redis is away. */
    RedisStores stranger(UnaryOperator<RedisSettingsBuilder> change) {
        return open(change.apply(at(url)).build(), tenant -> CompletableFuture.completedFuture(Optional.empty()));
    }

    private RedisStores open(RedisSettings settings, BalanceSource balances) {
        RedisStores stores = RedisStores.open(settings, balances, meters);
        open.add(stores);
        return stores;
    }

    /** Nothing that works expires or counts as dead while the machine stalls. */
    RedisSettingsBuilder at(String server) {
        return RedisSettings.builder(server, "node" + nodes.incrementAndGet())
                .namespace(namespace)
                .lease(Duration.ofMinutes(10))
                .commandTimeout(Duration.ofMinutes(5))
                .heartbeat(Duration.ofMillis(100), Duration.ofMinutes(5));
    }

    /** A store that has been there for long: its first node need not wait for the grace to end. */
    private void found(String space) {
        for (String tag : shardTags()) {
            String epoch = space + ":v1:{" + tag + "}:epoch";
            redis().hsetnx(epoch, "id", "first");
            redis().hsetnx(epoch, "since", "0");
        }
    }

    private List<String> shardTags() {
        return url.startsWith("redis-cluster:") ? ShardTags.of(TestStores.cluster()) : List.of("nodes");
    }

    /** Lets time fly: whatever epoch has begun is older than any grace now. */
    void graceIsOver() {
        for (String tag : shardTags()) {
            String epoch = key("{" + tag + "}:epoch");
            if (redis().hexists(epoch, "id")) {
                redis().hset(epoch, "since", "0");
            }
        }
    }

    /** Waits until the store decides for these nodes after a loss of data, without waiting for the grace. */
    void awaitBack(RedisStores... stores) {
        await().until(() -> {
            graceIsOver();
            return Stream.of(stores).allMatch(RedisStores::connected);
        });
    }

    /** How often the store ran a command, see {@link DirectLook#calls}. */
    long calls(String command) {
        return look.calls(command);
    }

    /** How often an error was the store's answer. */
    long errors(String error) {
        return look.errors(error);
    }

    /** Nothing is answered for so long, see {@link DirectLook#pause}. */
    void pause(long millis) {
        look.pause(millis);
    }

    RedisCommands<String, String> redis() {
        return look.commands();
    }

    String key(String rest) {
        return namespace + ":v1:" + rest;
    }

    static SlotRequest slot(String provider, int limit) {
        long id = IDS.incrementAndGet();
        return new SlotRequest(provider, limit, "lease-" + id + ".1", "request-" + id, 0, null, 0);
    }

    static SlotRequest slot(String provider, int sessionLimit, String session) {
        long id = IDS.incrementAndGet();
        return new SlotRequest(provider, 0, "lease-" + id + ".1", "request-" + id, sessionLimit, session, 0);
    }

    static SlotUsage usage(RedisStores node, String provider) {
        return Objects.requireNonNull(
                join(node.slots().usage(List.of(provider))).get(provider));
    }

    static AdmissionRequest request(String tenant, long estimate) {
        return request("request-" + IDS.incrementAndGet(), tenant, "key", new KeyLimits(0, 0, 0), true, estimate);
    }

    /** Without budgets. */
    static AdmissionRequest request(
            String id, String tenant, String key, KeyLimits limits, boolean prepaid, long estimate) {
        return new AdmissionRequest(
                id,
                tenant,
                key,
                limits,
                new AdmissionRequest.TenantLimits(prepaid, 0, 0),
                List.of(),
                new Estimate(estimate, 0));
    }

    static SlotDecision reserve(RedisStores node, SlotRequest request) {
        return join(node.slots().reserve(request));
    }

    static SlotLease granted(RedisStores node, SlotRequest request) {
        if (reserve(node, request) instanceof SlotDecision.Granted granted) {
            return granted.lease();
        }
        throw new AssertionError("no slot for " + request);
    }

    static AdmissionDecision admit(RedisStores node, AdmissionRequest request) {
        return join(node.admission().admit(request));
    }

    static AdmissionDecision.Admitted admitted(RedisStores node, AdmissionRequest request) {
        AdmissionDecision decision = admit(node, request);
        if (decision instanceof AdmissionDecision.Admitted admitted) {
            return admitted;
        }
        throw new AssertionError(decision + " for " + request);
    }

    static int inUse(RedisStores node, String provider) {
        return usage(node, provider).inUse();
    }

    static BalanceUpdate balance(String tenant, long nanoUsd, long version, String... settled) {
        return new BalanceUpdate(tenant, nanoUsd, version, List.of(settled), List.of(), false);
    }

    /** The balance without its budgets. */
    static MirroredBalance balanceAlone(MirroredBalance copy) {
        return balanceAlone(copy.balanceNanoUsd(), copy.version(), copy.reservedNanoUsd(), copy.pendingNanoUsd());
    }

    /** The copy of a tenant without budgets. */
    static MirroredBalance balanceAlone(long nanoUsd, long version, long held, long pending) {
        return new MirroredBalance(nanoUsd, version, held, pending, List.of(), true);
    }

    double count(String name) {
        return meters.find(name).counters().stream().mapToDouble(Counter::count).sum();
    }

    static <T> T join(CompletionStage<T> stage) {
        // Not by orTimeout: the JDK's timer takes a lock on the thread that completes the stage, an event loop.
        try {
            return stage.toCompletableFuture().get(3, TimeUnit.MINUTES);
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    @Override
    public void close() {
        open.forEach(RedisStores::close);
        look.close();
    }
}
