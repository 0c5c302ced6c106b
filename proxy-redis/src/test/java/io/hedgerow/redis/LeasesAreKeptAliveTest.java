package io.hedgerow.redis;

import static io.hedgerow.redis.Patience.await;
import static io.hedgerow.redis.TestNodes.granted;
import static io.hedgerow.redis.TestNodes.inUse;
import static io.hedgerow.redis.TestNodes.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.SlotDecision;
import io.hedgerow.core.port.SlotLease;
import io.hedgerow.core.port.SlotLease.Outcome;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("S6")
@ParameterizedClass
@EnumSource(Store.class)
class LeasesAreKeptAliveTest {
    private static final SlotDecision FULL = new SlotDecision.Denied(SlotDecision.Reason.FULL);

    private final Store store;

    private TestNodes nodes;

    LeasesAreKeptAliveTest(Store store) {
        this.store = store;
    }

    @BeforeEach
    void open() {
        nodes = new TestNodes(store.url());
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    @Test
    void aStreamOfManyLeasesLengthKeepsItsSlot() throws Exception {
        Patience.atSomePace(slower -> {
            Duration length = Duration.ofMillis(700L * slower);
            RedisStores node = nodes.node(settings -> settings.lease(length));
            String provider = "p" + slower;
            SlotLease lease = granted(node, slot(provider, 1));
            await().during(length.multipliedBy(3)).until(() -> {
                assertThat(inUse(node, provider)).isEqualTo(1);
                assertThat(lease.lost().toCompletableFuture()).isNotDone();
                return true;
            });
            assertThat(nodes.redis().hget(nodes.key("{p:" + provider + "}:slots"), "expired"))
                    .isNull();
            lease.release(Outcome.COMPLETED);
            await().until(() -> inUse(node, provider) == 0);
            assertThat(lease.lost().toCompletableFuture()).isNotDone();
        });
    }

    @Test
    void lostDataIsHealedByOneRegistrationAndNotBeforeTheGrace() {
        RedisStores one = nodes.node();
        RedisStores two = nodes.node();
        granted(one, slot("p", 3));
        granted(two, slot("p", 3));
        granted(two, slot("p", 3));
        nodes.redis().flushall();

        await().until(() -> {
            assertThat(TestNodes.reserve(one, slot("p", 4))).isInstanceOf(SlotDecision.Denied.class);
            return inUse(one, "p") == 3;
        });
        assertThat(TestNodes.reserve(two, slot("p", 4))).isInstanceOf(SlotDecision.Denied.class);
        nodes.awaitBack(one, two);
        granted(one, slot("p", 4));
        assertThat(inUse(two, "p")).isEqualTo(4);
    }

    @Test
    void lostDataGrantsNothingBeyondTheLimit() {
        RedisStores one = nodes.node();
        RedisStores two = nodes.node();
        granted(one, slot("p", 2));
        granted(two, slot("p", 2));
        nodes.redis().flushall();
        await().until(() -> {
            assertThat(TestNodes.reserve(one, slot("p", 2))).isInstanceOf(SlotDecision.Denied.class);
            assertThat(TestNodes.reserve(two, slot("p", 2))).isInstanceOf(SlotDecision.Denied.class);
            return inUse(one, "p") == 2;
        });
        nodes.awaitBack(one, two);
        assertThat(TestNodes.reserve(one, slot("p", 2))).isEqualTo(FULL);
        assertThat(TestNodes.reserve(two, slot("p", 2))).isEqualTo(FULL);
        assertThat(inUse(one, "p")).isEqualTo(2);
    }

    @Test
    void nothingIsGrantedBeforeANewEpochIsAsOldAsTheGrace() {
        long grace = 700;
        RedisStores node = nodes.node(settings -> settings.heartbeat(Duration.ofMillis(100), Duration.ofMillis(grace)));
        granted(node, slot("p", 0)).release(Outcome.COMPLETED);
        nodes.redis().flushall();
        await().until(() -> TestNodes.reserve(node, slot("p", 0)) instanceof SlotDecision.Granted);
        String since = nodes.redis().hget(store.epochKey(nodes, "{p:p}:slots"), "since");
        List<String> now = nodes.redis().time();
        long millis = Long.parseLong(now.get(0)) * 1000 + Long.parseLong(now.get(1)) / 1000;
        assertThat(millis - Long.parseLong(since)).isGreaterThanOrEqualTo(grace);
    }

    @Test
    void aSoleNodeGoesOnAtOnceAfterALoss() {
        RedisStores node =
                nodes.node(settings -> settings.sole(true).heartbeat(Duration.ofSeconds(1), Duration.ofMinutes(10)));
        granted(node, slot("p", 2));
        nodes.redis().flushall();
        granted(node, slot("p", 2));
        assertThat(inUse(node, "p")).isEqualTo(2);
    }

    @Test
    void whatADeadNodeHeldIsFreeAfterOneLease() {
        RedisStores node = nodes.node();
        granted(node, slot("p", 2));
        String leases = nodes.key("{p:p}:leases");
        nodes.redis().zadd(leases, System.currentTimeMillis() + 600_000.0, "lease of a dead node");
        assertThat(inUse(node, "p")).isEqualTo(2);
        long expires = System.currentTimeMillis() + 300;
        nodes.redis().zadd(leases, (double) expires, "lease of a dead node");
        await().until(() -> inUse(node, "p") == 1);
        assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(expires);
        await().until(() -> nodes.count("hedgerow.slots.expired") == 1);
    }

    @Test
    @Tag("S2")
    void aLeaseThatCannotBeRenewedIsLostBeforeItExpires() {
        RedisStores node =
                nodes.node(settings -> settings.lease(Duration.ofMillis(1200)).onFailure(FailurePolicy.REFUSE));
        SlotLease lease = granted(node, slot("p", 1));
        store.stall();
        try {
            await().until(() -> lease.lost().toCompletableFuture().isDone());
            lease.release(Outcome.FAILED);
        } finally {
            store.goOn();
        }
        await().until(() -> node.connected() && inUse(node, "p") == 0);
    }

    @Test
    @Tag("S9")
    void underTheBoundedPolicyALeaseGoesOnAndIsCounted() throws Exception {
        Patience.atSomePace(slower -> {
            RedisStores node = nodes.node(settings ->
                    settings.lease(Duration.ofMillis(1200L * slower)).commandTimeout(Duration.ofMillis(200L * slower)));
            String provider = "p" + slower;
            SlotLease lease = granted(node, slot(provider, 1));
            Counter overLimit = nodes.meters.counter("hedgerow.slots.over_limit", "provider", provider);
            store.stall();
            try {
                await().until(() -> {
                    assertThat(lease.lost().toCompletableFuture()).isNotDone();
                    return overLimit.count() == 1;
                });
            } finally {
                store.goOn();
            }
            await().ignoreException(NullPointerException.class).until(() -> {
                assertThat(lease.lost().toCompletableFuture()).isNotDone();
                return node.connected() && inUse(node, provider) == 1;
            });
            lease.release(Outcome.COMPLETED);
            await().ignoreException(NullPointerException.class).until(() -> inUse(node, provider) == 0);
        });
    }
}
