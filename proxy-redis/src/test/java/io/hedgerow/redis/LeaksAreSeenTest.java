package io.hedgerow.redis;

import static io.hedgerow.redis.Patience.await;
import static io.hedgerow.redis.TestNodes.granted;
import static io.hedgerow.redis.TestNodes.inUse;
import static io.hedgerow.redis.TestNodes.slot;
import static io.hedgerow.redis.TestNodes.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.SlotLease;
import io.hedgerow.core.port.SlotLease.Outcome;
import io.hedgerow.core.port.SlotRequest;
import io.hedgerow.testkit.stores.TestStores;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S17")
class LeaksAreSeenTest {
    private TestNodes nodes;

    @BeforeEach
    void open() {
        nodes = new TestNodes(TestStores.redis().url());
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    @Test
    void leasesThatEndAsTheyShouldLeakNothing() {
        RedisStores node = nodes.node();
        granted(node, slot("p", 0)).release(Outcome.COMPLETED);
        granted(node, slot("p", 0, "session")).release(Outcome.FAILED);
        granted(node, slot("p", 0));
        double soon = System.currentTimeMillis() + 300.0;
        nodes.redis().zadd(nodes.key("{p:p}:leases"), soon, "of a dead node");
        nodes.redis().hincrby(nodes.key("{p:p}:slots"), "acquired", 1);
        await().until(() -> inUse(node, "p") == 1);
        assertThat(usage(node, "p").leaked()).isZero();
    }

    @Test
    void aLeaseThatVanishesUncountedIsALeak() {
        RedisStores node = nodes.node();
        SlotLease lease = granted(node, slot("p", 0));
        granted(node, slot("p", 0));
        nodes.redis().zrem(nodes.key("{p:p}:leases"), lease.id());
        assertThat(usage(node, "p").leaked()).isEqualTo(1);
    }

    @Test
    void aLeaseOlderThanItsAttemptCanBeIsReportedOnceAndKept() {
        // Looked at once a second, and not lost before ten.
        RedisStores node = nodes.node(settings -> settings.lease(Duration.ofSeconds(12)));
        granted(node, new SlotRequest("p", 0, "forgotten.1", "forgotten", 0, null, 1));
        granted(node, new SlotRequest("p", 0, "patient.1", "patient", 0, null, 600_000));
        granted(node, slot("p", 0));
        await().until(() -> overaged("p") == 1);
        // Each is reported by another look, and the former look is over by then.
        for (String later : List.of("q", "r")) {
            granted(node, new SlotRequest(later, 0, later + ".1", later, 0, null, 1));
            await().until(() -> overaged(later) == 1);
        }
        assertThat(overaged("p")).isEqualTo(1);
        assertThat(inUse(node, "p")).isEqualTo(3);
    }

    private double overaged(String provider) {
        return nodes.meters
                .counter("hedgerow.slots.overaged", "provider", provider)
                .count();
    }
}
