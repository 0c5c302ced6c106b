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
import io.hedgerow.core.port.BalanceMirror.MirroredBalance;
import io.hedgerow.core.port.BalanceMirror.MirroredBudget;
import io.hedgerow.core.port.BalanceUpdate;
import io.hedgerow.core.port.BudgetBucket;
import io.hedgerow.core.port.BudgetHold;
import io.hedgerow.core.port.BudgetLimit;
import io.hedgerow.core.port.BudgetSpent;
import io.hedgerow.core.port.BudgetWindow;
import io.hedgerow.testkit.stores.TestStores;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("B10")
@Tag("B11")
class BudgetsAreHeldTogetherTest {
    private static final AtomicLong IDS = new AtomicLong();
    /** One where no day, week or month begins while the test runs. */
    private static final ZoneId ZONE = Stream.of("Europe/Berlin", "America/Los_Angeles", "Asia/Tokyo")
            .map(ZoneId::of)
            .filter(zone -> Math.abs(ZonedDateTime.now(zone).getHour() - 12) < 8)
            .findFirst()
            .orElseThrow();

    private TestNodes nodes;
    private RedisStores node;

    @BeforeEach
    void open() {
        nodes = new TestNodes(TestStores.redis().url());
        node = nodes.node();
        settled(1_000_000, 1);
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private void settled(long balance, long version, BudgetSpent... spent) {
        nodes.database.put("t", new BalanceUpdate("t", balance, version, List.of(), List.of(spent), true));
    }

    private static BudgetLimit ofTenant(BudgetWindow window, boolean rolling, long limit) {
        return BudgetLimit.ofTenant(window, rolling, ZONE, limit);
    }

    private static AdmissionRequest request(long estimate, BudgetLimit... budgets) {
        return new AdmissionRequest(
                "b-" + IDS.incrementAndGet(),
                "t",
                "key",
                new KeyLimits(0, 0, 0),
                new AdmissionRequest.TenantLimits(true, 0, 0),
                List.of(budgets),
                new Estimate(estimate, 0));
    }

    private Reason refused(AdmissionRequest request) {
        return ((Refused) admit(node, request)).reason();
    }

    private MirroredBalance mirrored() {
        return join(node.mirror().read("t")).orElseThrow();
    }

    private MirroredBudget budget(BudgetHold hold, int index) {
        BudgetBucket bucket = hold.buckets().get(index);
        return mirrored().budgets().stream()
                .filter(budget -> budget.spent().bucket().equals(bucket))
                .findFirst()
                .orElseThrow();
    }

    private void awaitBudget(BudgetHold hold, long spent, long open) {
        await().untilAsserted(() -> {
            MirroredBudget seen = budget(hold, 0);
            assertThat(seen.spent().spentNanoUsd()).isEqualTo(spent);
            assertThat(seen.openNanoUsd()).isEqualTo(open);
        });
    }

    @ParameterizedTest
    @CsvSource({"DAY,false", "MONTH,true", "TOTAL,false"})
    void aThousandAtOnceGetNoMoreThanABudgetOfTen(BudgetWindow window, boolean rolling) {
        RedisStores other = nodes.node();
        BudgetLimit budget = ofTenant(window, rolling, 109);
        List<CompletableFuture<Boolean>> asked = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            asked.add((i % 2 == 0 ? node : other)
                    .admission()
                    .admit(request(10, budget))
                    .thenApply(Admitted.class::isInstance)
                    .toCompletableFuture());
        }
        assertThat(asked.stream().filter(TestNodes::join)).hasSize(10);
        assertThat(mirrored().budgets().stream()
                        .mapToLong(MirroredBudget::openNanoUsd)
                        .sum())
                .isEqualTo(100);
        assertThat(mirrored().reservedNanoUsd()).isEqualTo(100);
    }

    @Test
    void aRefusalByOneBudgetTakesNothingOfTheOthersNorOfTheBalance() {
        BudgetLimit wide = ofTenant(BudgetWindow.DAY, false, 100);
        BudgetLimit narrow = BudgetLimit.ofKey("key", BudgetWindow.TOTAL, false, ZoneOffset.UTC, 9);
        assertThat(refused(request(10, wide, narrow))).isEqualTo(Reason.BUDGET_EXHAUSTED);
        assertThat(mirrored().reservedNanoUsd()).isZero();
        assertThat(mirrored().budgets()).isEmpty();
        admitted(node, request(9, wide, narrow));
        assertThat(refused(request(1, wide, narrow))).isEqualTo(Reason.BUDGET_EXHAUSTED);
        admitted(node, request(91, wide));
        assertThat(refused(request(1, wide))).isEqualTo(Reason.BUDGET_EXHAUSTED);
    }

    @Test
    @Tag("B12")
    void aHoldBecomesItsCostAndStaysPendingUntilTheFigureArrives() {
        BudgetHold hold = admitted(node, request(40, ofTenant(BudgetWindow.MONTH, true, 100)))
                .hold();
        awaitBudget(hold, 0, 40);
        hold.settle(25, 0);
        awaitBudget(hold, 0, 25);
        BudgetSpent spent = new BudgetSpent(hold.buckets().get(0), 25, 2);
        String id = "b-" + IDS.get();
        join(node.mirror().apply(new BalanceUpdate("t", 75, 2, List.of(id), List.of(spent), false)));
        awaitBudget(hold, 25, 0);
        join(node.mirror().apply(new BalanceUpdate("t", 75, 2, List.of(id), List.of(spent), false)));
        BudgetSpent older = new BudgetSpent(hold.buckets().get(0), 3, 1);
        join(node.mirror().apply(new BalanceUpdate("t", 99, 1, List.of(), List.of(older), false)));
        awaitBudget(hold, 25, 0);
        assertThat(mirrored().balanceNanoUsd()).isEqualTo(75);
    }

    @Test
    void aCancelledHoldIsGone() {
        BudgetHold hold = admitted(node, request(40, ofTenant(BudgetWindow.DAY, false, 100)))
                .hold();
        hold.cancel();
        awaitBudget(hold, 0, 0);
    }

    @Test
    @Tag("B12")
    void lostBudgetsAreRebuiltFromTheNodesAndTheDatabaseBeforeAnythingIsAdmitted() {
        BudgetLimit budget = ofTenant(BudgetWindow.DAY, false, 100);
        BudgetHold open = admitted(node, request(30, budget)).hold();
        BudgetHold done = admitted(node, request(20, budget)).hold();
        done.settle(15, 0);
        awaitBudget(open, 0, 45);
        settled(1_000_000, 2, new BudgetSpent(open.buckets().get(0), 50, 2));
        nodes.redis().flushall();
        await().until(() -> {
            assertThat(admit(node, request(6, budget))).isNotInstanceOf(Admitted.class);
            nodes.graceIsOver();
            return admit(node, request(5, budget)) instanceof Admitted;
        });
        awaitBudget(open, 50, 50);
        open.settle(30, 0);
        awaitBudget(open, 50, 50);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("B12")
    void aBalanceAloneIsNotTakenForTheBudgets(boolean prepaid) {
        BudgetLimit budget = ofTenant(BudgetWindow.TOTAL, false, 100);
        settled(1_000_000, 2, new BudgetSpent(budget.bucketAt(0), 95, 2));
        join(node.mirror().apply(new BalanceUpdate("t", 1_000_000, 2, List.of(), List.of(), false)));
        AdmissionRequest tooMuch = new AdmissionRequest(
                "b-" + IDS.incrementAndGet(),
                "t",
                "key",
                new KeyLimits(0, 0, 0),
                new AdmissionRequest.TenantLimits(prepaid, 0, 0),
                List.of(budget),
                new Estimate(6, 0));
        assertThat(refused(tooMuch)).isEqualTo(Reason.BUDGET_EXHAUSTED);
        assertThat(nodes.queries).hasValue(1);
        admitted(node, request(5, budget));
        assertThat(nodes.queries).hasValue(1);
    }

    @Test
    void bucketsBeyondTheRingAreForgottenAndThoseInItCount() {
        BudgetLimit budget = ofTenant(BudgetWindow.FIVE_HOURS, true, 100);
        long now = System.currentTimeMillis();
        long step = budget.bucketMillis();
        settled(
                1_000_000,
                2,
                new BudgetSpent(budget.bucketAt(now - 61 * step), 1_000, 2),
                new BudgetSpent(budget.bucketAt(now - 50 * step), 40, 2),
                new BudgetSpent(budget.bucketAt(now), 40, 2));
        assertThat(refused(request(21, budget))).isEqualTo(Reason.BUDGET_EXHAUSTED);
        admitted(node, request(20, budget));
    }

    @Test
    @Tag("B7")
    void amountsBeyondFiftyThreeBitsAreExact() {
        long huge = (1L << 60) + 1;
        settled(Long.MAX_VALUE, 1);
        for (boolean rolling : new boolean[] {false, true}) {
            BudgetLimit budget = ofTenant(BudgetWindow.DAY, rolling, huge);
            assertThat(refused(request(huge + 1, budget))).isEqualTo(Reason.BUDGET_EXHAUSTED);
            BudgetHold hold = admitted(node, request(huge - 1, budget)).hold();
            assertThat(refused(request(2, budget))).isEqualTo(Reason.BUDGET_EXHAUSTED);
            admitted(node, request(1, budget)).hold().cancel();
            hold.cancel();
            await().until(() -> mirrored().reservedNanoUsd() == 0);
        }
    }

    @Test
    void aHoldGrowsAsFarAsBalanceAndBudgetsGo() {
        BudgetLimit budget = ofTenant(BudgetWindow.WEEK, true, 100);
        BudgetHold hold = admitted(node, request(40, budget)).hold();
        assertThat(join(hold.extend(40))).isTrue();
        awaitBudget(hold, 0, 80);
        assertThat(join(hold.extend(40))).isFalse();
        awaitBudget(hold, 0, 80);
        assertThat(mirrored().reservedNanoUsd()).isEqualTo(80);
        assertThat(refused(request(21, budget))).isEqualTo(Reason.BUDGET_EXHAUSTED);
        hold.settle(100, 0);
        awaitBudget(hold, 0, 100);
        assertThat(join(hold.extend(1))).isFalse();
        BudgetHold poor = admitted(node, request(999_800)).hold();
        assertThat(join(poor.extend(101))).isFalse();
        assertThat(join(poor.extend(100))).isTrue();
    }

    @Test
    void theStoresTimePicksTheBucketAlthoughTheNodesClockIsElsewhere() {
        BudgetLimit budget = ofTenant(BudgetWindow.FIVE_HOURS, true, 100);
        BudgetHold hold = admitted(node, request(1, budget)).hold();
        String time = nodes.redis().time().get(0);
        assertThat(hold.buckets().get(0).startMillis())
                .isBetween((Long.parseLong(time) - 2 * 300) * 1000, Long.parseLong(time) * 1000 + 1000);
    }

    @Test
    void aReplayedSettlementCountsOnce() {
        BudgetLimit budget = ofTenant(BudgetWindow.TOTAL, false, 100);
        BudgetHold hold = admitted(node, request(40, budget)).hold();
        hold.settle(25, 0);
        awaitBudget(hold, 0, 25);
        String id = "b-" + IDS.get();
        BudgetSpent spent = new BudgetSpent(hold.buckets().get(0), 25, 2);
        for (int i = 0; i < 1000; i++) {
            join(node.mirror().apply(new BalanceUpdate("t", 75, 2, List.of(id), List.of(spent), false)));
        }
        awaitBudget(hold, 25, 0);
    }

    @Test
    void whatADeadNodeHeldEndsWithItsLease() {
        BudgetHold hold = admitted(node, request(10, ofTenant(BudgetWindow.DAY, false, 100)))
                .hold();
        String account = nodes.key("{t:t}:account");
        nodes.redis().hset(account, "h:dead", "6");
        nodes.redis().hset(account, "w:dead", hold.buckets().get(0).name());
        nodes.redis().hincrby(account, "held", 6);
        nodes.redis().hincrby(account, "free", -6);
        nodes.redis()
                .hincrby(
                        nodes.key("{t:t}:budgets"), "u:" + hold.buckets().get(0).name(), 6);
        String ends = nodes.key("{t:t}:ends");
        nodes.redis().zadd(ends, System.currentTimeMillis() + 600_000.0, "h:dead");
        awaitBudget(hold, 0, 16);
        nodes.redis().zadd(ends, System.currentTimeMillis() - 1.0, "h:dead");
        awaitBudget(hold, 0, 10);
        assertThat(nodes.redis().hexists(account, "w:dead")).isFalse();
    }
}
