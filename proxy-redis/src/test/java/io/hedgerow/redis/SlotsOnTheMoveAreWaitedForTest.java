package io.hedgerow.redis;

import static io.hedgerow.redis.Patience.await;
import static io.hedgerow.redis.TestNodes.admit;
import static io.hedgerow.redis.TestNodes.admitted;
import static io.hedgerow.redis.TestNodes.balance;
import static io.hedgerow.redis.TestNodes.join;
import static io.hedgerow.redis.TestNodes.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.AdmissionDecision;
import io.hedgerow.core.port.AdmissionDecision.Admitted;
import io.hedgerow.core.port.AdmissionDecision.Reason;
import io.hedgerow.core.port.AdmissionDecision.Refused;
import io.hedgerow.testkit.stores.EmbeddedRedis;
import io.hedgerow.testkit.stores.RedisCluster;
import io.hedgerow.testkit.stores.TestStores;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Not all keys of an admission exist, and a slot that is being moved answers TRYAGAIN to a script some of whose keys are
 * missing: as long as it takes, within the time that a command has.
 */
@Tag("S8")
@Tag("S9")
class SlotsOnTheMoveAreWaitedForTest {
    private final RedisCluster cluster = TestStores.cluster();
    private TestNodes nodes;
    private RedisStores node;
    private EmbeddedRedis from;
    private EmbeddedRedis to;
    private int slot;

    @BeforeEach
    void open() {
        nodes = new TestNodes(cluster.url());
        node = nodes.node(settings -> settings.onFailure(FailurePolicy.REFUSE));
        nodes.database.put("t", balance("t", 100, 1));
        slot = SlotHash.getSlot(account());
        from = cluster.masterOf(slot);
        to = cluster.masters().stream()
                .filter(master -> master != from)
                .findFirst()
                .orElseThrow();
        admitted(node, request("t", 1));
    }

    @AfterEach
    void close() {
        nodes.close();
        if (cluster.masterOf(slot) == from) {
            finishMove();
        }
        cluster.move(slot, from);
        cluster.awaitHealthy();
    }

    private String account() {
        return nodes.key("{t:t}:account");
    }

    private void finishMove() {
        while (cluster.moveKeys(slot, to, 100) > 0) {}
        cluster.endMove(slot, to);
    }

    private void awaitTries(int more) {
        long before = nodes.errors("TRYAGAIN");
        await().until(() -> nodes.errors("TRYAGAIN") >= before + more);
    }

    @Test
    void anAdmissionIsTriedUntilTheSlotHasMovedAndTakesItsMoneyOnce() {
        cluster.beginMove(slot, to);
        CompletableFuture<AdmissionDecision> waiting =
                node.admission().admit(request("t", 40)).toCompletableFuture();
        awaitTries(2);
        assertThat(cluster.moveKeys(slot, to, 1)).isEqualTo(1);
        awaitTries(2);
        assertThat(waiting).isNotDone();
        finishMove();
        assertThat(join(waiting)).isInstanceOf(Admitted.class);
        assertThat(nodes.redis().hget(account(), "held")).isEqualTo("41");
        assertThat(cluster.masterOf(slot)).isSameAs(to);
    }

    @Test
    void aMoveThatTakesLongerThanACommandMayIsNotWaitedForAndHoldsNothing() {
        RedisStores hasty =
                nodes.node(settings -> settings.onFailure(FailurePolicy.REFUSE).commandTimeout(Duration.ofSeconds(1)));
        await().until(() -> admit(hasty, request("t", 1)) instanceof Admitted);
        cluster.beginMove(slot, to);
        assertThat(admit(hasty, request("t", 40)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Reason.STORE_UNAVAILABLE));
        finishMove();
        await().until(() -> admit(hasty, request("t", 90)) instanceof Admitted);
    }
}
