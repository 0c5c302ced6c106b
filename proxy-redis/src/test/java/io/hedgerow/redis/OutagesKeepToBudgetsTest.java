package io.hedgerow.redis;

import static io.hedgerow.redis.Patience.await;
import static io.hedgerow.redis.TestNodes.admit;
import static io.hedgerow.redis.TestNodes.admitted;
import static io.hedgerow.redis.TestNodes.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.AdmissionDecision.Admitted;
import io.hedgerow.core.port.AdmissionDecision.Reason;
import io.hedgerow.core.port.AdmissionDecision.Refused;
import io.hedgerow.core.port.AdmissionRequest;
import io.hedgerow.core.port.AdmissionRequest.Estimate;
import io.hedgerow.core.port.AdmissionRequest.KeyLimits;
import io.hedgerow.core.port.BalanceMirror.MirroredBudget;
import io.hedgerow.core.port.BalanceUpdate;
import io.hedgerow.core.port.BudgetHold;
import io.hedgerow.core.port.BudgetLimit;
import io.hedgerow.core.port.BudgetWindow;
import io.hedgerow.testkit.stores.EmbeddedRedis;
import io.hedgerow.testkit.stores.TestStores;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S7")
@Tag("B10")
class OutagesKeepToBudgetsTest {
    private static final AtomicLong IDS = new AtomicLong();
    private static final BudgetLimit BUDGET = BudgetLimit.ofTenant(BudgetWindow.TOTAL, false, ZoneOffset.UTC, 100);
    private static final BudgetLimit UNHEARD = BudgetLimit.ofKey("key", BudgetWindow.MONTH, true, ZoneOffset.UTC, 100);
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
        nodes.database.put("t", new BalanceUpdate("t", 1_000_000, 1, List.of(), List.of(), true));
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private RedisStores node(FailurePolicy policy) {
        return nodes.node(settings -> settings.onFailure(policy));
    }

    private static AdmissionRequest request(long estimate, long tokens, BudgetLimit... budgets) {
        return new AdmissionRequest(
                "o-" + IDS.incrementAndGet(),
                "t",
                "key",
                new KeyLimits(0, 0, tokens > 0 ? 1000 : 0),
                new AdmissionRequest.TenantLimits(true, 0, 0),
                List.of(budgets),
                new Estimate(estimate, tokens));
    }

    private static long open(RedisStores node) {
        return join(node.mirror().read("t")).orElseThrow().budgets().stream()
                .mapToLong(MirroredBudget::openNanoUsd)
                .sum();
    }

    @Test
    void boundedSpendsThisNodesShareOfWhatWasLeftOfABudgetAndEntersItWhenRedisIsBack() {
        RedisStores one = node(FailurePolicy.ALLOW_BOUNDED);
        RedisStores two = node(FailurePolicy.ALLOW_BOUNDED);
        await().until(() -> join(one.ping()) && join(two.ping()));
        admitted(one, request(20, 0, BUDGET));
        redis.kill();
        await().until(() -> !one.connected() && !two.connected());

        BudgetHold hold = admitted(one, request(30, 0, BUDGET)).hold();
        assertThat(join(hold.extend(5))).isTrue();
        assertThat(join(hold.extend(6))).isFalse();
        assertThat(admit(one, request(6, 0, BUDGET))).isInstanceOf(Refused.class);
        assertThat(admit(one, request(1, 0, UNHEARD))).isInstanceOf(Refused.class);
        assertThat(admit(two, request(1, 0, BUDGET))).isInstanceOf(Refused.class);
        admitted(one, request(5, 0, BUDGET));
        assertThat(admit(one, request(1, 0, BUDGET))).isInstanceOf(Refused.class);

        redis.restart();
        nodes.awaitBack(one, two);
        await().untilAsserted(
                        () -> assertThat(admit(two, request(41, 0, BUDGET))).isInstanceOf(Refused.class));
        await().untilAsserted(() -> assertThat(open(one)).isEqualTo(60));
        admitted(two, request(40, 0, BUDGET));
        hold.settle(10, 0);
        await().untilAsserted(() -> assertThat(open(one)).isEqualTo(75));
    }

    @Test
    void boundedKeepsToThisNodesShareOfTheTokens() {
        RedisStores one = node(FailurePolicy.ALLOW_BOUNDED);
        RedisStores two = node(FailurePolicy.ALLOW_BOUNDED);
        await().until(() -> join(one.ping()) && join(two.ping()));
        admitted(one, request(0, 1));
        redis.kill();
        await().until(() -> !one.connected() && !two.connected());
        admitted(one, request(0, 400));
        assertThat(admit(one, request(0, 101)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Reason.TOKENS_PER_MINUTE));
        admitted(one, request(0, 100));
        redis.restart();
        nodes.awaitBack(one, two);
    }

    @Test
    void refuseRefusesAndExtendsNothing() {
        RedisStores node = node(FailurePolicy.REFUSE);
        BudgetHold hold = admitted(node, request(20, 0, BUDGET)).hold();
        redis.kill();
        await().until(() -> !node.connected());
        assertThat(admit(node, request(1, 0, BUDGET)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Reason.STORE_UNAVAILABLE));
        assertThat(join(hold.extend(1))).isFalse();
        redis.restart();
        nodes.awaitBack(node);
        await().until(() -> admit(node, request(1, 0, BUDGET)) instanceof Admitted);
    }
}
