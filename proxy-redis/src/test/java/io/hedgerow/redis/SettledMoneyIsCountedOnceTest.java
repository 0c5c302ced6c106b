package io.hedgerow.redis;

import static io.hedgerow.redis.Patience.await;
import static io.hedgerow.redis.TestNodes.admit;
import static io.hedgerow.redis.TestNodes.admitted;
import static io.hedgerow.redis.TestNodes.balance;
import static io.hedgerow.redis.TestNodes.balanceAlone;
import static io.hedgerow.redis.TestNodes.join;
import static io.hedgerow.redis.TestNodes.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.AdmissionDecision;
import io.hedgerow.core.port.AdmissionDecision.Admitted;
import io.hedgerow.core.port.AdmissionRequest;
import io.hedgerow.core.port.AdmissionRequest.KeyLimits;
import io.hedgerow.core.port.BalanceMirror.MirroredBalance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("B12")
@ParameterizedClass
@EnumSource(Store.class)
class SettledMoneyIsCountedOnceTest {
    private final Store store;

    private TestNodes nodes;
    private RedisStores node;

    SettledMoneyIsCountedOnceTest(Store store) {
        this.store = store;
    }

    @BeforeEach
    void open() {
        nodes = new TestNodes(store.url());
        node = nodes.node();
        nodes.database.put("t", balance("t", 100, 1));
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private MirroredBalance mirrored() {
        return TestNodes.balanceAlone(join(node.mirror().read("t")).orElseThrow());
    }

    private void awaitMirrored(long balance, long version, long held, long pending) {
        MirroredBalance expected = balanceAlone(balance, version, held, pending);
        await().untilAsserted(() -> assertThat(mirrored()).isEqualTo(expected));
    }

    @Test
    void aHoldBecomesItsCostUntilABalanceContainsIt() {
        Admitted admitted = admitted(node, request("r1", "t", "key", new KeyLimits(0, 0, 0), true, 40));
        awaitMirrored(100, 1, 40, 0);
        admitted.hold().settle(25, 0);
        admitted.hold().settle(99, 0);
        admitted.hold().cancel();
        awaitMirrored(100, 1, 0, 25);
        join(node.mirror().apply(balance("t", 75, 2, "r1")));
        awaitMirrored(75, 2, 0, 0);
    }

    @Test
    void aBalanceThatOvertakesTheSettlementLeavesNothingPending() {
        Admitted admitted = admitted(node, request("r1", "t", "key", new KeyLimits(1, 0, 0), true, 40));
        join(node.mirror().apply(balance("t", 75, 2, "r1")));
        assertThat(mirrored()).isEqualTo(balanceAlone(75, 2, 0, 0));
        admitted.hold().settle(25, 0);
        await().until(() -> nodes.redis().exists(nodes.key("{t:t}:k:key:open")) == 0);
        assertThat(mirrored()).isEqualTo(balanceAlone(75, 2, 0, 0));
    }

    @Test
    void aLowerVersionIsIgnoredButItsRequestsEnd() {
        Admitted admitted = admitted(node, request("r1", "t", "key", new KeyLimits(0, 0, 0), true, 40));
        admitted.hold().settle(25, 0);
        awaitMirrored(100, 1, 0, 25);
        join(node.mirror().apply(balance("t", 50, 10)));
        join(node.mirror().apply(balance("t", 75, 9, "r1")));
        join(node.mirror().apply(balance("t", 75, 9, "r1")));
        awaitMirrored(50, 10, 0, 0);
    }

    @Test
    void aCancelledHoldIsGoneAndAsksForNothing() {
        admitted(node, request("t", 40)).hold().cancel();
        awaitMirrored(100, 1, 0, 0);
    }

    @Test
    void aCostOfNothingIsNotPending() {
        admitted(node, request("t", 40)).hold().settle(0, 0);
        awaitMirrored(100, 1, 0, 0);
    }

    @Test
    void manySettlementsAreAppliedInOneUpdate() {
        nodes.database.put("t", balance("t", 1_000_000, 1));
        List<String> ids = new ArrayList<>();
        List<CompletionStage<AdmissionDecision>> asked = new ArrayList<>();
        for (int i = 0; i < 1200; i++) {
            AdmissionRequest request = request("t", 10);
            ids.add(request.requestId());
            asked.add(node.admission().admit(request));
        }
        asked.forEach(decision -> settle(join(decision), 7));
        awaitMirrored(1_000_000, 1, 0, 8400);
        join(node.mirror().apply(balance("t", 991_600, 2, ids.toArray(String[]::new))));
        awaitMirrored(991_600, 2, 0, 0);
    }

    private static void settle(AdmissionDecision decision, long nanoUsd) {
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Admitted.class, admitted -> admitted.hold().settle(nanoUsd, 0));
    }

    @Test
    void lostDataIsRebuiltFromTheNodesAndTheDatabase() {
        Admitted open = admitted(node, request("open", "t", "key", new KeyLimits(0, 0, 0), true, 40));
        admitted(node, request("settled", "t", "key", new KeyLimits(0, 0, 0), true, 20))
                .hold()
                .settle(15, 0);
        awaitMirrored(100, 1, 40, 15);
        nodes.redis().flushall();
        awaitAdmitted(1);
        awaitMirrored(100, 1, 41, 15);
        open.hold().settle(30, 0);
        awaitMirrored(100, 1, 1, 45);
    }

    @Test
    void nothingIsAdmittedOnLostDataBeforeItIsRebuilt() {
        admitted(node, request("t", 60));
        admitted(node, request("t", 20)).hold().settle(20, 0);
        awaitMirrored(100, 1, 60, 20);
        nodes.redis().flushall();
        IntStream.range(0, 200)
                .forEach(i -> assertThat(admit(node, request("t", 21))).isNotInstanceOf(Admitted.class));
        awaitAdmitted(20);
    }

    @Test
    void whatABalanceContainsIsNotPutBackAfterALoss() {
        admitted(node, request("r1", "t", "key", new KeyLimits(0, 0, 0), true, 20))
                .hold()
                .settle(15, 0);
        admitted(node, request("r2", "t", "key", new KeyLimits(0, 0, 0), true, 20))
                .hold()
                .settle(1, 0);
        awaitMirrored(100, 1, 0, 16);
        nodes.database.put("t", balance("t", 85, 2));
        join(node.mirror().apply(balance("t", 85, 2, "r1")));
        awaitQuestionAboutOne();
        nodes.redis().flushall();
        awaitAdmitted(84);
        awaitMirrored(85, 2, 84, 1);
    }

    /**
     * The node goes on to ask as long as a cost is pending, and looks for each with one HEXISTS. It believes an answer only
     * when a beat has shown that nothing was lost: once it asks about one cost, it has forgotten the other.
     */
    private void awaitQuestionAboutOne() {
        AtomicLong seen = new AtomicLong(nodes.calls("hexists"));
        await().until(() -> {
            long now = nodes.calls("hexists");
            return now - seen.getAndSet(now) == 1;
        });
    }

    @Test
    void whoAsksAfterALossThatNobodyNoticedForgetsNothing() {
        RedisStores slow = nodes.node(settings -> settings.heartbeat(Duration.ofDays(1), Duration.ofDays(1)));
        admitted(slow, request("r1", "t", "key", new KeyLimits(0, 0, 0), true, 20))
                .hold()
                .settle(15, 0);
        awaitMirrored(100, 1, 0, 15);
        nodes.redis().flushall();
        long asked = nodes.calls("hexists");
        await().until(() -> nodes.calls("hexists") > asked + 1);
        awaitAdmitted(84);
        awaitMirrored(100, 1, 84, 15);
    }

    private void awaitAdmitted(long nanoUsd) {
        await().until(() -> {
            nodes.graceIsOver();
            return admit(node, request("t", nanoUsd)) instanceof Admitted;
        });
    }

    @Test
    void aSettlementDuringAStallArrivesAfterwards() {
        RedisStores hasty = nodes.node(settings -> settings.commandTimeout(Duration.ofMillis(500)));
        List<Admitted> admitted = new ArrayList<>();
        await().until(() -> {
            if (admit(hasty, request("t", 40)) instanceof Admitted one) {
                admitted.add(one);
            }
            return !admitted.isEmpty();
        });
        store.stall();
        try {
            admitted.get(0).hold().settle(25, 0);
            // Sent after the settlement, and given up.
            join(hasty.ping());
        } finally {
            store.goOn();
        }
        await().ignoreExceptions().until(() -> mirrored().equals(balanceAlone(100, 1, 0, 25)));
    }
}
