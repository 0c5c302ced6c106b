package io.hedgerow.redis;

import static io.hedgerow.redis.Patience.await;
import static io.hedgerow.redis.TestNodes.admit;
import static io.hedgerow.redis.TestNodes.balance;
import static io.hedgerow.redis.TestNodes.join;
import static io.hedgerow.redis.TestNodes.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.AdmissionDecision;
import io.hedgerow.core.port.AdmissionDecision.Admitted;
import io.hedgerow.core.port.AdmissionDecision.Reason;
import io.hedgerow.core.port.AdmissionDecision.Refused;
import io.hedgerow.core.port.BalanceSource;
import io.hedgerow.core.port.BalanceUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("B13")
@ParameterizedClass
@EnumSource(Store.class)
class ColdBalancesAreWarmedOnceTest {
    private final Store store;

    private TestNodes nodes;

    ColdBalancesAreWarmedOnceTest(Store store) {
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
    void aHundredColdRequestsOfTwoNodesMakeOneQuery() {
        Map<String, CompletableFuture<Void>> gates = new ConcurrentHashMap<>();
        BalanceSource gated = tenant -> {
            nodes.queries.incrementAndGet();
            return gates.computeIfAbsent(tenant, of -> new CompletableFuture<>())
                    .thenApply(opened -> Optional.ofNullable(nodes.database.get(tenant)));
        };
        RedisStores one = nodes.node(settings -> settings, gated);
        RedisStores two = nodes.node(settings -> settings, gated);
        AtomicInteger tries = new AtomicInteger();
        // The other node waits for a tenth of a second, and asks itself where a stall takes longer.
        await().until(() -> {
            String tenant = "t" + tries.incrementAndGet();
            CompletableFuture<Void> gate = new CompletableFuture<>();
            gates.put(tenant, gate);
            return queriesForAHundred(tenant, one, two, gate) == 1;
        });
        assertThat(nodes.redis().exists(nodes.key("{t:t" + tries + "}:warming")))
                .isZero();
    }

    /** The source answers when requests wait for each other. */
    private int queriesForAHundred(String tenant, RedisStores one, RedisStores two, CompletableFuture<Void> gate) {
        int before = nodes.queries.get();
        double racesBefore = nodes.count("cache.warm_race_count");
        nodes.database.put(tenant, balance(tenant, 1_000_000, 1));
        List<CompletionStage<AdmissionDecision>> asked = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            asked.add((i % 2 == 0 ? one : two).admission().admit(request(tenant, 1)));
        }
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> nodes.count("cache.warm_race_count") > racesBefore);
        gate.complete(null);
        asked.forEach(decision -> assertThat(join(decision)).isInstanceOf(Admitted.class));
        int queries = nodes.queries.get() - before;
        assertThat(queries).as("at most one per node").isBetween(1, 2);
        return queries;
    }

    @Test
    void aForeignLockDelaysButDoesNotPrevent() {
        RedisStores node = nodes.node();
        nodes.database.put("t", balance("t", 10, 1));
        nodes.redis().set(nodes.key("{t:t}:warming"), "somebody");
        await().until(() -> admit(node, request("t", 1)) instanceof Admitted);
        assertThat(nodes.redis().get(nodes.key("{t:t}:warming"))).isEqualTo("somebody");
    }

    @Test
    void onlyTheOwnerEndsTheLock() {
        String lock = nodes.key("{t:t}:warming");
        CompletableFuture<Optional<BalanceUpdate>> answer = new CompletableFuture<>();
        AtomicInteger questions = new AtomicInteger();
        RedisStores node = nodes.node(settings -> settings, tenant -> {
            questions.incrementAndGet();
            return answer;
        });
        CompletionStage<AdmissionDecision> asked = node.admission().admit(request("t", 1));
        await().until(() -> questions.get() == 1);
        nodes.redis().set(lock, "somebody");
        answer.complete(Optional.of(balance("t", 10, 1)));
        assertThat(join(asked)).isInstanceOf(Admitted.class);
        // The request was admitted by a command that was sent behind the one that ends the lock.
        assertThat(nodes.redis().get(lock)).isEqualTo("somebody");
    }

    @Test
    void aDatabaseThatIsAwayFollowsThePolicy() {
        RedisStores node = nodes.node(
                settings -> settings,
                tenant -> CompletableFuture.failedFuture(new IllegalStateException("database away")));
        assertThat(admit(node, request("t", 1)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Reason.STORE_UNAVAILABLE));
    }

    @Test
    void aDatabaseThatHangsIsNotWaitedFor() {
        CompletableFuture<Optional<BalanceUpdate>> slow = new CompletableFuture<>();
        AtomicInteger asked = new AtomicInteger();
        RedisStores node = nodes.node(settings -> settings.commandTimeout(Duration.ofMillis(500)), tenant -> {
            asked.incrementAndGet();
            return slow;
        });
        await().until(() -> {
            assertThat(admit(node, request("t", 1))).isInstanceOf(Refused.class);
            return asked.get() > 0;
        });
        assertThat(admit(node, request("t", 1))).isInstanceOf(Refused.class);
        assertThat(asked).hasValue(1);
        slow.complete(Optional.of(balance("t", 10, 1)));
        await().until(() -> admit(node, request("t", 1)) instanceof Admitted);
    }
}
