package io.hedgerow.redis;

import static io.hedgerow.redis.Patience.await;
import static io.hedgerow.redis.TestNodes.admit;
import static io.hedgerow.redis.TestNodes.admitted;
import static io.hedgerow.redis.TestNodes.balance;
import static io.hedgerow.redis.TestNodes.balanceAlone;
import static io.hedgerow.redis.TestNodes.join;
import static io.hedgerow.redis.TestNodes.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.AdmissionDecision.Admitted;
import io.hedgerow.core.port.AdmissionDecision.Rate;
import io.hedgerow.core.port.AdmissionDecision.RateStatus;
import io.hedgerow.core.port.AdmissionDecision.Reason;
import io.hedgerow.core.port.AdmissionDecision.Refused;
import io.hedgerow.core.port.AdmissionRequest;
import io.hedgerow.core.port.AdmissionRequest.KeyLimits;
import io.hedgerow.core.port.BalanceMirror.MirroredBalance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("B10")
@ParameterizedClass
@EnumSource(Store.class)
class AdmissionIsAllOrNothingTest {
    private final Store store;

    private TestNodes nodes;
    private RedisStores node;

    AdmissionIsAllOrNothingTest(Store store) {
        this.store = store;
    }

    @BeforeEach
    void open() {
        nodes = new TestNodes(store.url());
        node = nodes.node();
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private Refused refused(AdmissionRequest request) {
        return (Refused) admit(node, request);
    }

    private Rate rate(AdmissionRequest request) {
        return requests(admitted(node, request));
    }

    private static Rate requests(Admitted admitted) {
        return Objects.requireNonNull(Objects.requireNonNull(admitted.rate()).requests());
    }

    private MirroredBalance mirrored(String tenant) {
        return TestNodes.balanceAlone(join(node.mirror().read(tenant)).orElseThrow());
    }

    @Test
    void aThousandAtOnceGetNoMoreThanTheBalanceCovers() {
        RedisStores other = nodes.node();
        join(node.mirror().apply(balance("t", 109, 1)));
        List<CompletableFuture<Boolean>> asked = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            asked.add((i % 2 == 0 ? node : other)
                    .admission()
                    .admit(request("t", 10))
                    .thenApply(Admitted.class::isInstance)
                    .toCompletableFuture());
        }
        assertThat(asked.stream().filter(TestNodes::join)).hasSize(10);
        assertThat(mirrored("t")).isEqualTo(balanceAlone(109, 1, 100, 0));
    }

    @Test
    void theSameRequestIsAdmittedOnce() {
        nodes.database.put("t", balance("t", 10, 1));
        AdmissionRequest request = request("r1", "t", "key", new KeyLimits(1, 1, 0), true, 10);
        Admitted first = admitted(node, request);
        Admitted again = admitted(node, request);
        assertThat(again.hold()).isSameAs(first.hold());
        assertThat(requests(again).remaining()).isZero();
        assertThat(mirrored("t")).isEqualTo(balanceAlone(10, 1, 10, 0));
    }

    @Test
    void aRefusalLeavesNothingBehind() {
        nodes.database.put("t", balance("t", 10, 1));
        assertThat(refused(request("r1", "t", "key", new KeyLimits(1, 5, 0), true, 11)))
                .isEqualTo(new Refused(Reason.INSUFFICIENT_BALANCE, 0, new RateStatus(new Rate(5, 5, 0), null)));
        assertThat(mirrored("t")).isEqualTo(balanceAlone(10, 1, 0, 0));
        admitted(node, request("r2", "t", "key", new KeyLimits(1, 5, 0), true, 10));
    }

    @Test
    void theKeysConcurrencyEndsWithTheHold() {
        nodes.database.put("t", balance("t", 1000, 1));
        Admitted one = admitted(node, request("r1", "t", "key", new KeyLimits(2, 0, 0), true, 1));
        Admitted two = admitted(node, request("r2", "t", "key", new KeyLimits(2, 0, 0), true, 1));
        assertThat(refused(request("r3", "t", "key", new KeyLimits(2, 0, 0), true, 1))
                        .reason())
                .isEqualTo(Reason.KEY_CONCURRENCY);
        admitted(node, request("r4", "t", "other", new KeyLimits(2, 0, 0), true, 1));
        one.hold().settle(1, 0);
        await().until(() ->
                admit(node, request("r5", "t", "key", new KeyLimits(2, 0, 0), true, 1)) instanceof Admitted);
        two.hold().cancel();
        await().until(() ->
                admit(node, request("r6", "t", "key", new KeyLimits(2, 0, 0), true, 1)) instanceof Admitted);
    }

    @Test
    void theTenantsConcurrencyCountsAllKeysOnAllNodes() {
        nodes.database.put("t", balance("t", 1000, 1));
        RedisStores other = nodes.node();
        Admitted one = admitted(node, crowded("r1", "a"));
        admitted(node, crowded("r1", "a"));
        Admitted two = admitted(other, crowded("r2", "b"));
        assertThat(refused(crowded("r3", "c"))).isEqualTo(new Refused(Reason.TENANT_CONCURRENCY, 1000, null));
        admitted(node, request("r4", "other", "c", new KeyLimits(0, 0, 0), false, 1));
        one.hold().settle(1, 0);
        AtomicInteger tries = new AtomicInteger();
        await().until(() -> admit(node, crowded("s" + tries.incrementAndGet(), "c")) instanceof Admitted);
        assertThat(refused(crowded("r5", "c")).reason()).isEqualTo(Reason.TENANT_CONCURRENCY);
        two.hold().cancel();
        await().until(() -> admit(node, crowded("c" + tries.incrementAndGet(), "c")) instanceof Admitted);
    }

    @Test
    void theTenantsConcurrencyIsCountedAnewAfterALossOfData() {
        nodes.database.put("t", balance("t", 1000, 1));
        Admitted one = admitted(node, crowded("r1", "a"));
        admitted(node, crowded("r2", "b"));
        nodes.redis().flushall();
        AtomicInteger tries = new AtomicInteger();
        await().until(() -> {
            nodes.graceIsOver();
            return refused(crowded("l" + tries.incrementAndGet(), "c")).reason() == Reason.TENANT_CONCURRENCY;
        });
        one.hold().cancel();
        await().until(() -> admit(node, crowded("m" + tries.incrementAndGet(), "c")) instanceof Admitted);
    }

    /** Of a tenant that may have two requests open. */
    private static AdmissionRequest crowded(String id, String key) {
        return new AdmissionRequest(
                id,
                "t",
                key,
                new KeyLimits(0, 0, 0),
                new AdmissionRequest.TenantLimits(true, 2, 0),
                List.of(),
                new AdmissionRequest.Estimate(1, 0));
    }

    @Test
    void aCreditLimitIsSpentBelowZeroAndNoFurther() {
        nodes.database.put("t", balance("t", 100, 1));
        Admitted held = admitted(node, onCredit("r1", 120, 50));
        assertThat(refused(onCredit("r2", 31, 50)).reason()).isEqualTo(Reason.INSUFFICIENT_BALANCE);
        assertThat(refused(onCredit("r3", 1, 0)).reason()).isEqualTo(Reason.INSUFFICIENT_BALANCE);
        admitted(node, onCredit("r4", 30, 50));
        assertThat(refused(onCredit("r5", 1, 50)).reason()).isEqualTo(Reason.INSUFFICIENT_BALANCE);
        assertThat(mirrored("t")).isEqualTo(balanceAlone(100, 1, 150, 0));
        held.hold().cancel();
        await().until(() -> mirrored("t").reservedNanoUsd() == 30);
        admitted(node, onCredit("r6", 120, 50));
    }

    @Test
    void theLargestCreditOverflowsNothing() {
        long most = 9_000_000_000_000_000_000L;
        nodes.database.put("t", balance("t", most, 1));
        admitted(node, onCredit("r1", 1, most)).hold().cancel();
        nodes.database.put("u", balance("u", 1, 1));
        assertThat(refused(onCredit("u", "r2", most + 2, most)).reason()).isEqualTo(Reason.INSUFFICIENT_BALANCE);
        admitted(node, onCredit("u", "r3", most + 1, most));
        assertThat(refused(onCredit("u", "r4", 1, most)).reason()).isEqualTo(Reason.INSUFFICIENT_BALANCE);
    }

    private static AdmissionRequest onCredit(String id, long estimate, long credit) {
        return onCredit("t", id, estimate, credit);
    }

    private static AdmissionRequest onCredit(String tenant, String id, long estimate, long credit) {
        return new AdmissionRequest(
                id,
                tenant,
                "key",
                new KeyLimits(0, 0, 0),
                new AdmissionRequest.TenantLimits(true, 0, credit),
                List.of(),
                new AdmissionRequest.Estimate(estimate, 0));
    }

    @Test
    void theKeysRateIsExact() {
        for (int i = 1; i <= 3; i++) {
            Rate rate = rate(request("r" + i, "t", "key", new KeyLimits(0, 3, 0), false, 0));
            assertThat(rate.remaining()).isEqualTo(3 - i);
            assertThat(rate.resetMillis()).isBetween(50_000L, 61_000L);
        }
        Refused refused = refused(request("r4", "t", "key", new KeyLimits(0, 3, 0), false, 0));
        assertThat(refused.reason()).isEqualTo(Reason.REQUESTS_PER_MINUTE);
        assertThat(refused.retryAfterMillis()).isBetween(40_000L, 61_000L);
        admitted(node, request("r5", "t", "other", new KeyLimits(0, 3, 0), false, 0));
    }

    @Test
    void theKeysRateForgetsWhatIsOlderThanAMinute() {
        long second = System.currentTimeMillis() / 1000;
        String minute = nodes.key("{t:t}:k:key:minute");
        nodes.redis().hset(minute, Long.toString(second - 65), "100");
        nodes.redis().hset(minute, Long.toString(second - 30), "1");
        Rate rate = rate(request("r1", "t", "key", new KeyLimits(0, 3, 0), false, 0));
        assertThat(rate.remaining()).isEqualTo(1);
    }

    @Test
    void aTenantThatIsBilledAfterwardsNeedsNoBalanceButIsHeld() {
        admitted(node, request("r1", "t", "key", new KeyLimits(0, 0, 0), false, 500));
        assertThat(nodes.queries).hasValue(0);
        join(node.mirror().apply(balance("t", -7, 3)));
        assertThat(mirrored("t")).isEqualTo(balanceAlone(-7, 3, 500, 0));
    }

    @Test
    @Tag("B7")
    void amountsBeyondFiftyThreeBitsAreExact() {
        long huge = (1L << 60) + 1;
        nodes.database.put("t", balance("t", huge, 1));
        assertThat(refused(request("t", huge + 1)).reason()).isEqualTo(Reason.INSUFFICIENT_BALANCE);
        Admitted held = admitted(node, request("t", huge - 1));
        assertThat(refused(request("t", 2)).reason()).isEqualTo(Reason.INSUFFICIENT_BALANCE);
        admitted(node, request("t", 1));
        assertThat(mirrored("t")).isEqualTo(balanceAlone(huge, 1, huge, 0));
        held.hold().settle(huge - 3, 0);
        await().until(() -> mirrored("t").equals(balanceAlone(huge, 1, 1, huge - 3)));
        admitted(node, request("t", 2));
    }

    @Test
    void holdsThatNobodyRenewsEndByThemselves() {
        nodes.database.put("t", balance("t", 10, 1));
        admitted(node, request("t", 4));
        String ends = nodes.key("{t:t}:ends");
        nodes.redis().hset(nodes.key("{t:t}:account"), "h:dead", "6");
        nodes.redis().hincrby(nodes.key("{t:t}:account"), "held", 6);
        nodes.redis().hincrby(nodes.key("{t:t}:account"), "free", -6);
        nodes.redis().zadd(ends, System.currentTimeMillis() + 600_000.0, "h:dead");
        assertThat(refused(request("t", 1)).reason()).isEqualTo(Reason.INSUFFICIENT_BALANCE);
        nodes.redis().zadd(ends, System.currentTimeMillis() - 1.0, "h:dead");
        assertThat(mirrored("t")).isEqualTo(balanceAlone(10, 1, 4, 0));
    }

    @Test
    void aHoldThatIsOpenForManyLeasesStays() throws Exception {
        Patience.atSomePace(slower -> {
            String tenant = "t" + slower;
            Duration length = Duration.ofMillis(500L * slower);
            nodes.database.put(tenant, balance(tenant, 10, 1));
            RedisStores brief = nodes.node(settings -> settings.lease(length));
            admitted(brief, request(tenant, 4));
            await().during(length.multipliedBy(3)).until(() -> {
                assertThat(mirrored(tenant).reservedNanoUsd()).isEqualTo(4);
                return true;
            });
        });
    }

    @Test
    void anUnknownTenantHasNoMoney() {
        assertThat(refused(request("nobody", 1)).reason()).isEqualTo(Reason.INSUFFICIENT_BALANCE);
        assertThat(join(node.mirror().read("nobody"))).isEqualTo(Optional.empty());
    }
}
