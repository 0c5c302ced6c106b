package io.hedgerow.redis;

import static io.hedgerow.redis.Patience.await;
import static io.hedgerow.redis.TestNodes.admit;
import static io.hedgerow.redis.TestNodes.admitted;
import static io.hedgerow.redis.TestNodes.balance;
import static io.hedgerow.redis.TestNodes.balanceAlone;
import static io.hedgerow.redis.TestNodes.granted;
import static io.hedgerow.redis.TestNodes.inUse;
import static io.hedgerow.redis.TestNodes.join;
import static io.hedgerow.redis.TestNodes.request;
import static io.hedgerow.redis.TestNodes.reserve;
import static io.hedgerow.redis.TestNodes.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.AdmissionDecision.Admitted;
import io.hedgerow.core.port.SlotDecision.Denied;
import io.hedgerow.core.port.SlotDecision.Granted;
import io.hedgerow.core.port.SlotDecision.Reason;
import io.hedgerow.core.port.SlotLease;
import io.hedgerow.core.port.SlotLease.Outcome;
import io.hedgerow.testkit.stores.EmbeddedRedis;
import io.hedgerow.testkit.stores.RedisCluster;
import io.hedgerow.testkit.stores.TestStores;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What happens to one master happens to its slots only, and lifts no limit. */
@Tag("S8")
@Tag("S9")
class ClusterShardsFailAloneTest {
    private static final Denied AWAY = new Denied(Reason.STORE_UNAVAILABLE);
    private static final Denied FULL = new Denied(Reason.FULL);

    private final RedisCluster cluster = TestStores.cluster();
    private TestNodes nodes;
    private RedisStores one;
    private RedisStores two;
    private EmbeddedRedis victim;
    private String hit;
    private String spared;

    @BeforeEach
    void open() {
        nodes = new TestNodes(cluster.url());
        one = nodes.node(ClusterShardsFailAloneTest::refusing);
        two = nodes.node(ClusterShardsFailAloneTest::refusing);
        List<EmbeddedRedis> masters = cluster.masters();
        victim = masters.get(0);
        hit = providerOn(victim);
        spared = providerOn(masters.get(1));
    }

    @AfterEach
    void close() {
        nodes.close();
        cluster.awaitHealthy();
    }

    private static RedisSettingsBuilder refusing(RedisSettingsBuilder settings) {
        return settings.onFailure(FailurePolicy.REFUSE);
    }

    /** For what a suspended master does not answer. Its commands may fail whenever the machine stalls. */
    private static RedisSettingsBuilder hasty(RedisSettingsBuilder settings) {
        return refusing(settings).commandTimeout(Duration.ofSeconds(1));
    }

    private static void awaitGranted(RedisStores node, String provider, int limit) {
        await().until(() -> reserve(node, slot(provider, limit)) instanceof Granted);
    }

    private int slotOf(String provider) {
        return SlotHash.getSlot(nodes.key("{p:" + provider + "}:leases"));
    }

    private String providerOn(EmbeddedRedis master) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> "p" + i)
                .filter(provider -> cluster.masterOf(slotOf(provider)) == master)
                .findFirst()
                .orElseThrow();
    }

    private void awaitBack() {
        await().until(() -> one.connected() && two.connected());
    }

    @Test
    @Tag("S6")
    void whatAFailoverHadNotReplicatedIsPutBackByItsNode() {
        granted(one, slot(hit, 3));
        EmbeddedRedis replica = cluster.cutOffReplica(victim);
        SlotLease unreplicated = granted(one, slot(hit, 3));
        granted(two, slot(hit, 3));
        victim.kill();
        await().until(() -> reserve(one, slot(hit, 4)).equals(AWAY));
        assertThat(reserve(one, slot(spared, 4))).isInstanceOf(Granted.class);
        assertThat(one.deciding()).isTrue();
        assertThat(one.trouble()).isNotNull();
        replica.resume();
        assertThat(cluster.awaitFailover(slotOf(hit), victim)).isSameAs(replica);

        awaitBack();
        assertThat(inUse(one, hit)).isEqualTo(3);
        assertThat(nodes.count("hedgerow.slots.over_limit"))
                .as("not replicated")
                .isEqualTo(2);
        assertThat(reserve(two, slot(hit, 3))).isEqualTo(FULL);
        granted(two, slot(hit, 4));
        unreplicated.release(Outcome.COMPLETED);
        await().until(() -> inUse(one, hit) == 3);
        assertThat(one.trouble()).isNull();
    }

    @Test
    @Tag("S6")
    void theLossOfOneShardsDataIsSeenAndHealedBeforeAnythingIsGrantedThere() {
        granted(one, slot(hit, 2));
        granted(two, slot(hit, 2));
        cluster.flush(victim);
        await().until(() -> {
            assertThat(reserve(one, slot(hit, 4))).isInstanceOf(Denied.class);
            assertThat(reserve(two, slot(hit, 4))).isInstanceOf(Denied.class);
            granted(one, slot(spared, 0));
            granted(two, slot(spared, 0));
            return inUse(one, hit) == 2;
        });
        assertThat(reserve(one, slot(hit, 4))).isInstanceOf(Denied.class);
        nodes.awaitBack(one, two);
        assertThat(reserve(one, slot(hit, 2))).isEqualTo(FULL);
        await().until(() -> reserve(one, slot(hit, 3)) instanceof Granted);
        assertThat(inUse(two, hit)).isEqualTo(3);
        assertThat(reserve(two, slot(hit, 3))).isEqualTo(FULL);
    }

    @Test
    @Tag("B12")
    void theLossOfEveryShardsDataIsRebuilt() {
        nodes.database.put("t", balance("t", 100, 1));
        Admitted open = admitted(one, request("t", 40));
        granted(two, slot(hit, 1));
        cluster.flushAll();
        await().until(() ->
                "40".equals(nodes.redis().hget(nodes.key("{t:t}:account"), "held")) && inUse(two, hit) == 1);
        nodes.awaitBack(one, two);
        await().until(() -> !(admit(two, request("t", 61)) instanceof Admitted)
                && admit(two, request("t", 60)) instanceof Admitted);
        assertThat(join(one.mirror().read("t"))).isEqualTo(Optional.of(balanceAlone(100, 1, 100, 0)));
        open.hold().settle(7, 0);
        await().until(() -> reserve(one, slot(hit, 1)).equals(FULL));
    }

    @Test
    void aSlotThatMovesUnderLoadKeepsItsLimitAndRefusesNothing() throws Exception {
        EmbeddedRedis other = cluster.masters().get(2);
        RedisStores patient = one;
        RedisStores second = two;
        SlotLease held = granted(patient, slot(hit, 3));
        int slot = slotOf(hit);
        Load load = Load.start(List.of(patient, second), hit, 3);
        try {
            cluster.beginMove(slot, other);
            // Not all keys of a provider exist, and until the slot has moved such a script is told to try again.
            int moved = 0;
            while (cluster.moveKeys(slot, other, 1) > 0) {
                moved++;
            }
            assertThat(moved).isGreaterThan(1);
            cluster.endMove(slot, other);
            load.awaitMore();
            cluster.move(slot, victim);
            load.awaitMore();
        } finally {
            load.stop();
        }
        assertThat(load.most()).isLessThanOrEqualTo(2);
        assertThat(load.unavailable()).isZero();
        await().until(() -> inUse(patient, hit) == 1);
        held.release(Outcome.COMPLETED);
        await().until(() -> inUse(second, hit) == 0);
    }

    @Test
    void mastersThatForgetTheScriptsGetThemAgain() {
        SlotLease here = granted(one, slot(hit, 1));
        SlotLease there = granted(two, slot(spared, 1));
        cluster.flushScripts();
        here.release(Outcome.COMPLETED);
        there.release(Outcome.COMPLETED);
        await().until(() -> inUse(one, hit) == 0 && inUse(one, spared) == 0);
        cluster.flushScripts();
        granted(one, slot(hit, 1));
        granted(two, slot(spared, 1));
    }

    @Test
    @Tag("S4")
    void aMasterThatHangsStopsNoOther() {
        SlotLease held = granted(one, slot(hit, 1));
        RedisStores hasty = nodes.node(ClusterShardsFailAloneTest::hasty);
        victim.suspend();
        assertThat(reserve(hasty, slot(hit, 2))).isEqualTo(AWAY);
        held.release(Outcome.COMPLETED);
        granted(two, slot(spared, 0));
        awaitGranted(hasty, spared, 0);
        victim.resume();
        await().ignoreExceptions().until(() -> inUse(one, hit) == 0);
        await().until(() -> reserve(two, slot(hit, 1)) instanceof Granted);
    }

    @Test
    void aSuspendedMasterIsReplacedAndLateCommandsInItChangeNothing() {
        one = nodes.node(ClusterShardsFailAloneTest::hasty);
        two = nodes.node(ClusterShardsFailAloneTest::hasty);
        awaitGranted(one, hit, 2);
        await().ignoreExceptions().until(() -> inUse(one, hit) == 1);
        victim.suspend();
        assertThat(reserve(two, slot(hit, 2))).isEqualTo(AWAY);
        awaitGranted(two, spared, 0);
        cluster.awaitFailover(slotOf(hit), victim);
        awaitBack();
        await().ignoreExceptions().until(() -> inUse(two, hit) == 1);
        awaitGranted(two, hit, 2);
        victim.resume();
        cluster.awaitHealthy();
        awaitBack();
        await().ignoreExceptions().until(() -> inUse(one, hit) == 2);
        await().until(() -> reserve(one, slot(hit, 2)).equals(FULL));
    }
}
