package io.hedgerow.redis;

import static io.hedgerow.redis.Patience.await;
import static io.hedgerow.redis.TestNodes.granted;
import static io.hedgerow.redis.TestNodes.inUse;
import static io.hedgerow.redis.TestNodes.join;
import static io.hedgerow.redis.TestNodes.reserve;
import static io.hedgerow.redis.TestNodes.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.SlotDecision.Denied;
import io.hedgerow.core.port.SlotDecision.Granted;
import io.hedgerow.core.port.SlotDecision.Reason;
import io.hedgerow.core.port.SlotLease;
import io.hedgerow.core.port.SlotLease.Outcome;
import io.hedgerow.core.port.SlotRequest;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Store.class)
class SlotsAreGrantedUpToTheLimitTest {
    private final Store store;

    private TestNodes nodes;
    private RedisStores node;

    SlotsAreGrantedUpToTheLimitTest(Store store) {
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

    @Test
    void theLimitIsGrantedAndNotOneMore() {
        SlotLease first = granted(node, slot("p", 2));
        granted(node, slot("p", 2));
        assertThat(reserve(node, slot("p", 2))).isEqualTo(new Denied(Reason.FULL));
        assertThat(inUse(node, "p")).isEqualTo(2);

        first.release(Outcome.COMPLETED);
        await().until(() -> inUse(node, "p") == 1);
        granted(node, slot("p", 2));
    }

    @Test
    @Tag("S5")
    void askingAgainRefreshesAndTakesNoSecondPlace() {
        SlotRequest request = slot("p", 1);
        SlotLease lease = granted(node, request);
        assertThat(granted(node, request)).isSameAs(lease);
        assertThat(inUse(node, "p")).isEqualTo(1);
        lease.release(Outcome.COMPLETED);
        await().until(() -> inUse(node, "p") == 0);
    }

    @Test
    @Tag("S5")
    void releaseRemovesItsOwnLeaseOnceAndNobodyElses() {
        SlotLease mine = granted(node, slot("p", 0));
        granted(node, slot("p", 0));
        mine.release(Outcome.FAILED);
        mine.release(Outcome.FAILED);
        await().until(() -> inUse(node, "p") == 1);
        assertThat(nodes.redis().hget(nodes.key("{p:p}:slots"), "released")).isEqualTo("1");
    }

    @Test
    @Tag("S13")
    void noLimitIsStillCounted() {
        IntStream.range(0, 50).forEach(i -> granted(node, slot("p", 0)));
        assertThat(inUse(node, "p")).isEqualTo(50);
    }

    @Test
    @Tag("S13")
    void aLeaseOfNoLengthFallsBackToTheDefaultAndEndsNoOther() {
        RedisStores other = nodes.node(settings -> settings.lease(Duration.ofSeconds(-1)));
        granted(node, slot("p", 0));
        granted(other, slot("p", 0));
        assertThat(inUse(node, "p")).isEqualTo(2);
        assertThat(RedisSettings.builder("redis://x", "n")
                        .lease(Duration.ZERO)
                        .build()
                        .lease())
                .isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    @Tag("S13")
    void theKeysOutliveTheLongestLease() {
        RedisStores patient = nodes.node(settings -> settings.lease(Duration.ofDays(30)));
        granted(patient, slot("p", 0));
        RedisCommands<String, String> redis = nodes.redis();
        assertThat(redis.pttl(nodes.key("{p:p}:leases")))
                .isGreaterThan(Duration.ofDays(31).toMillis());
        assertThat(redis.pttl(nodes.key("{p:p}:slots")))
                .isGreaterThan(Duration.ofDays(31).toMillis());
    }

    @Test
    @Tag("S17")
    void theCountersAccountForEveryLease() {
        List<SlotLease> leases = new ArrayList<>();
        IntStream.range(0, 20).forEach(i -> leases.add(granted(node, slot("p", 0))));
        leases.subList(0, 12).forEach(lease -> lease.release(Outcome.COMPLETED));
        await().until(() -> inUse(node, "p") == 8);
        RedisCommands<String, String> redis = nodes.redis();
        String facts = nodes.key("{p:p}:slots");
        assertThat(redis.hget(facts, "acquired")).isEqualTo("20");
        assertThat(redis.hget(facts, "released")).isEqualTo("12");
        assertThat(nodes.count("hedgerow.slots.acquired")).isEqualTo(20);
        await().until(() -> nodes.count("hedgerow.slots.released") == 12);
        assertThat(nodes.count("hedgerow.slots.release_failed")).isZero();
    }

    @Test
    @Tag("S16")
    void manyProvidersAreReadTogetherAndNoneAsksNothing() {
        granted(node, slot("a", 0));
        granted(node, slot("b", 0));
        granted(node, slot("b", 0));
        assertThat(join(node.slots().usage(List.of("a", "b", "c"))).values())
                .extracting(usage -> usage.inUse())
                .containsExactlyInAnyOrder(1, 2, 0);
        assertThat(join(node.slots().usage(List.of()))).isEmpty();
    }

    @Test
    @Tag("S5")
    void nodesTogetherNeverExceedTheLimit() {
        RedisStores other = nodes.node();
        List<CompletableFuture<Boolean>> asked = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            asked.add((i % 2 == 0 ? node : other)
                    .slots()
                    .reserve(slot("p", 7))
                    .thenApply(Granted.class::isInstance)
                    .toCompletableFuture());
        }
        assertThat(asked.stream().filter(TestNodes::join)).hasSize(7);
        assertThat(inUse(node, "p")).isEqualTo(7);
    }

    @Test
    @Tag("S15")
    void anOutageOfAllProvidersLeavesNothingBehind() {
        List<String> providers = List.of("a", "b", "c", "d");
        List<CompletableFuture<Void>> failed = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            failed.add(node.slots()
                    .reserve(slot(providers.get(i % 4), 0))
                    .thenAccept(decision -> ((Granted) decision).lease().release(Outcome.FAILED))
                    .toCompletableFuture());
        }
        failed.forEach(TestNodes::join);
        await().until(() ->
                join(node.slots().usage(providers)).values().stream().allMatch(usage -> usage.inUse() == 0));
        assertThat(nodes.count("hedgerow.slots.release_failed")).isZero();
    }

    @Test
    @Tag("S7")
    void aNodeThatStartsOrStopsTouchesNoOtherNodesLeases() {
        SlotLease mine = granted(node, slot("p", 3));
        RedisStores other = nodes.node();
        granted(other, slot("p", 3));
        granted(other, slot("p", 3));
        assertThat(inUse(node, "p")).isEqualTo(3);
        other.close();
        nodes.node();
        assertThat(nodes.redis().zscore(nodes.key("{p:p}:leases"), mine.id())).isNotNull();
    }

    @Test
    @Tag("S7")
    void aNodeThatStopsGivesBackWhatItHolds() {
        AtomicInteger tries = new AtomicInteger();
        // It waits for a second at most, which a stall may take up.
        await().until(() -> {
            String provider = "p" + tries.incrementAndGet();
            granted(node, slot(provider, 0));
            RedisStores other = nodes.node();
            granted(other, slot(provider, 0));
            granted(other, slot(provider, 0));
            other.close();
            return inUse(node, provider) == 1;
        });
    }

    @Test
    @Tag("S9")
    void aScriptThatRedisForgotIsSentAgain() {
        granted(node, slot("p", 5));
        nodes.redis().scriptFlush();
        granted(node, slot("p", 5)).release(Outcome.COMPLETED);
        nodes.redis().scriptFlush();
        await().until(() -> inUse(node, "p") == 1);
    }
}
