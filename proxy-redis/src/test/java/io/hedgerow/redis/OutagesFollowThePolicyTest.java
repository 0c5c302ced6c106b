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

import io.hedgerow.core.port.AdmissionDecision;
import io.hedgerow.core.port.AdmissionDecision.Admitted;
import io.hedgerow.core.port.AdmissionDecision.Refused;
import io.hedgerow.core.port.AdmissionRequest;
import io.hedgerow.core.port.AdmissionRequest.KeyLimits;
import io.hedgerow.core.port.SlotDecision.Denied;
import io.hedgerow.core.port.SlotDecision.Granted;
import io.hedgerow.core.port.SlotDecision.Reason;
import io.hedgerow.core.port.SlotLease;
import io.hedgerow.core.port.SlotLease.Outcome;
import io.hedgerow.core.port.SlotRequest;
import io.hedgerow.testkit.stores.EmbeddedRedis;
import io.hedgerow.testkit.stores.TestStores;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S9")
class OutagesFollowThePolicyTest {
    private static EmbeddedRedis redis;
    private TestNodes nodes;

    @BeforeAll
    static void start() {
        redis = TestStores.newRedis();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void open() {
        nodes = new TestNodes(redis.url());
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private static RedisSettingsBuilder bounded(RedisSettingsBuilder settings) {
        return settings.onFailure(FailurePolicy.ALLOW_BOUNDED);
    }

    private static RedisSettingsBuilder refusing(RedisSettingsBuilder settings) {
        return settings.onFailure(FailurePolicy.REFUSE);
    }

    private static RedisSettingsBuilder hasty(RedisSettingsBuilder settings, int slower) {
        return refusing(settings).commandTimeout(Duration.ofMillis(700L * slower));
    }

    private static void awaitAway(RedisStores... stores) {
        for (RedisStores node : stores) {
            await().until(() -> !node.connected());
        }
    }

    @Test
    void refuseGrantsAndAdmitsNothingUntilRedisIsBack() {
        RedisStores node = nodes.node(OutagesFollowThePolicyTest::refusing);
        nodes.database.put("t", balance("t", 1000, 1));
        admitted(node, request("t", 1)).hold().cancel();
        redis.kill();
        assertThat(reserve(node, slot("p", 10))).isEqualTo(new Denied(Reason.STORE_UNAVAILABLE));
        assertThat(reserve(node, slot("p", 0))).isEqualTo(new Denied(Reason.STORE_UNAVAILABLE));
        assertThat(admit(node, request("t", 1)))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(AdmissionDecision.Reason.STORE_UNAVAILABLE));
        redis.restart();
        nodes.awaitBack(node);
        granted(node, slot("p", 10));
        admitted(node, request("t", 1));
    }

    @Test
    void boundedHoldsThisNodesShareAndEntersItWhenRedisIsBack() {
        RedisStores one = nodes.node(OutagesFollowThePolicyTest::bounded);
        RedisStores two = nodes.node(OutagesFollowThePolicyTest::bounded);
        await().until(() -> join(one.ping()) && join(two.ping()));
        SlotLease held = granted(one, slot("p", 5));
        redis.kill();
        awaitAway(one, two);

        granted(one, slot("p", 5));
        assertThat(reserve(one, slot("p", 5))).isEqualTo(new Denied(Reason.STORE_UNAVAILABLE));
        granted(two, slot("p", 5));
        SlotLease brief = granted(two, slot("p", 5));
        assertThat(reserve(two, slot("p", 5))).isEqualTo(new Denied(Reason.STORE_UNAVAILABLE));
        assertThat(reserve(two, slot("p", 5))).isEqualTo(new Denied(Reason.STORE_UNAVAILABLE));
        brief.release(Outcome.FAILED);
        await().until(() -> reserve(two, slot("p", 5)) instanceof Granted);
        granted(one, slot("unlimited", 0));
        assertThat(nodes.count("hedgerow.slots.over_limit")).isEqualTo(5);

        redis.restart();
        nodes.awaitBack(one, two);
        assertThat(inUse(one, "p")).isEqualTo(4);
        granted(two, slot("p", 5));
        assertThat(reserve(one, slot("p", 5))).isEqualTo(new Denied(Reason.FULL));
        held.release(Outcome.COMPLETED);
        await().until(() -> inUse(two, "p") == 4);
    }

    @Test
    void aShareOfNothingAndUnknownNodesAreRefused() {
        RedisStores one = nodes.node(OutagesFollowThePolicyTest::bounded);
        RedisStores two = nodes.node(OutagesFollowThePolicyTest::bounded);
        await().until(() -> join(one.ping()) && join(two.ping()));
        redis.kill();
        awaitAway(one, two);
        assertThat(reserve(one, slot("p", 1))).isEqualTo(new Denied(Reason.STORE_UNAVAILABLE));

        RedisStores stranger = nodes.stranger(OutagesFollowThePolicyTest::bounded);
        assertThat(stranger.connected()).isFalse();
        assertThat(reserve(stranger, slot("p", 100))).isEqualTo(new Denied(Reason.STORE_UNAVAILABLE));
        assertThat(admit(stranger, request("t", 0))).isInstanceOf(Refused.class);
        redis.restart();
        nodes.awaitBack(stranger);
        granted(stranger, slot("p", 1));
    }

    @Test
    void aLeaseThatWasTakenAndGivenBackDuringTheOutageNeverShowsUp() {
        RedisStores node = nodes.node(OutagesFollowThePolicyTest::bounded);
        granted(node, slot("p", 5));
        redis.kill();
        awaitAway(node);
        granted(node, slot("p", 5)).release(Outcome.COMPLETED);
        granted(node, slot("p", 5)).release(Outcome.UNUSED);
        redis.restart();
        nodes.awaitBack(node);
        assertThat(inUse(node, "p")).isEqualTo(1);
    }

    @Test
    @Tag("S4")
    void aGrantThatNobodyHeardOfIsWithdrawn() throws Exception {
        RedisStores patient = nodes.node();
        granted(patient, slot("p", 3)).release(Outcome.COMPLETED);
        await().until(() -> inUse(patient, "p") == 0);
        Patience.atSomePace(slower -> {
            RedisStores node = nodes.node(settings -> hasty(settings, slower));
            SlotRequest unheard = slot("p", 3);
            assertThat(node.connected()).isTrue();
            redis.suspend();
            try {
                assertThat(reserve(node, unheard)).isEqualTo(new Denied(Reason.STORE_UNAVAILABLE));
            } finally {
                redis.resume();
            }
            await().until(() -> nodes.redis().zscore(nodes.key("{p:p}:released"), unheard.leaseId()) != null);
            await().until(() -> inUse(patient, "p") == 0);
        });
    }

    @Test
    @Tag("S4")
    void aStalledReleaseReturnsAtOnceAndFreesTheSlotAfterwards() throws Exception {
        Patience.atSomePace(slower -> {
            RedisStores node = nodes.node(settings -> hasty(settings, slower));
            String provider = "p" + slower;
            SlotLease lease = granted(node, slot(provider, 1));
            redis.suspend();
            try {
                lease.release(Outcome.DROPPED);
                await().until(() -> nodes.meters
                                .counter("hedgerow.slots.release_failed", "provider", provider)
                                .count()
                        == 1);
            } finally {
                redis.resume();
            }
            await().until(() -> node.connected() && reserve(node, slot(provider, 1)) instanceof Granted);
        });
    }

    @Test
    void aScriptThatFailsLiftsNoLimitSilently() {
        RedisStores refusing = nodes.node(OutagesFollowThePolicyTest::refusing);
        RedisStores bounded = nodes.node(OutagesFollowThePolicyTest::bounded);
        await().until(() -> join(refusing.ping()) && join(bounded.ping()));
        nodes.redis().set(nodes.key("{p:broken}:leases"), "not a zset");
        assertThat(reserve(refusing, slot("broken", 4))).isEqualTo(new Denied(Reason.STORE_UNAVAILABLE));
        assertThat(reserve(bounded, slot("broken", 4))).isInstanceOf(Granted.class);
        assertThat(reserve(bounded, slot("broken", 4))).isInstanceOf(Granted.class);
        assertThat(reserve(bounded, slot("broken", 4))).isEqualTo(new Denied(Reason.STORE_UNAVAILABLE));
        assertThat(nodes.count("hedgerow.slots.over_limit")).isEqualTo(2);
    }

    @Test
    @Tag("B10")
    void boundedSpendsThisNodesShareOfTheLastKnownBalance() {
        RedisStores one = nodes.node(OutagesFollowThePolicyTest::bounded);
        RedisStores two = nodes.node(OutagesFollowThePolicyTest::bounded);
        await().until(() -> join(one.ping()) && join(two.ping()));
        nodes.database.put("t", balance("t", 100, 1));
        admitted(one, request("t", 10));
        redis.kill();
        awaitAway(one, two);

        Admitted within = admitted(one, request("t", 40));
        assertThat(admit(one, request("t", 10))).isInstanceOf(Refused.class);
        assertThat(admit(two, request("t", 1))).isInstanceOf(Refused.class);
        within.hold().settle(20, 0);
        Admitted second = admitted(one, request("t", 5));
        AdmissionRequest postpaid = request("post", "post", "key", new KeyLimits(0, 0, 0), false, 1_000_000);
        admitted(one, postpaid).hold().cancel();

        redis.restart();
        nodes.awaitBack(one, two);
        assertThat(admit(one, request("t", 66))).isInstanceOf(Refused.class);
        admitted(two, request("t", 65)).hold().cancel();
        second.hold().cancel();
        await().until(() -> join(one.mirror().read("t"))
                .map(TestNodes::balanceAlone)
                .equals(Optional.of(balanceAlone(100, 1, 10, 20))));
    }

    @Test
    @Tag("B12")
    void aSettlementUnderWayIsPutBackAfterALossBeforeAnythingIsAdmitted() {
        RedisStores node = nodes.node();
        nodes.database.put("t", balance("t", 100, 1));
        Admitted open = admitted(node, request("r1", "t", "broken", new KeyLimits(0, 0, 0), true, 40));
        String broken = nodes.key("{t:t}:k:broken:open");
        nodes.redis().del(broken);
        nodes.redis().set(broken, "what fails every settlement of this key");
        open.hold().settle(25, 0);
        nodes.redis().multi();
        nodes.redis().flushall();
        nodes.redis().set(broken, "still");
        nodes.redis().exec();
        await().until(() -> {
            nodes.graceIsOver();
            assertThat(admit(node, request("t", 76))).isNotInstanceOf(Admitted.class);
            return admit(node, request("t", 75)) instanceof Admitted;
        });
        nodes.redis().del(broken);
        await().until(() -> join(node.mirror().read("t"))
                .map(TestNodes::balanceAlone)
                .equals(Optional.of(balanceAlone(100, 1, 75, 25))));
    }

    @Test
    @Tag("B10")
    void boundedLimitsRatesAndConcurrencyByShare() {
        RedisStores one = nodes.node(OutagesFollowThePolicyTest::bounded);
        RedisStores two = nodes.node(OutagesFollowThePolicyTest::bounded);
        await().until(() -> join(one.ping()) && join(two.ping()));
        redis.kill();
        awaitAway(one, two);
        for (int i = 0; i < 2; i++) {
            admitted(one, request("r" + i, "t", "rated", new KeyLimits(0, 5, 0), false, 0));
            admitted(one, request("c" + i, "t", "narrow", new KeyLimits(4, 0, 0), false, 0));
        }
        assertThat(admit(one, request("r3", "t", "rated", new KeyLimits(0, 5, 0), false, 0)))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused ->
                                assertThat(refused.reason()).isEqualTo(AdmissionDecision.Reason.REQUESTS_PER_MINUTE));
        assertThat(admit(one, request("c3", "t", "narrow", new KeyLimits(4, 0, 0), false, 0)))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(AdmissionDecision.Reason.KEY_CONCURRENCY));
        admitted(one, crowded("t1", "a"));
        admitted(one, crowded("t2", "b"));
        assertThat(admit(one, crowded("t3", "c")))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(AdmissionDecision.Reason.TENANT_CONCURRENCY));
        redis.restart();
    }

    /** Of a tenant that may have four requests open. */
    private static AdmissionRequest crowded(String id, String key) {
        return new AdmissionRequest(
                id,
                "crowd",
                key,
                new KeyLimits(0, 0, 0),
                new AdmissionRequest.TenantLimits(false, 4, 0),
                List.of(),
                new AdmissionRequest.Estimate(0, 0));
    }
}
