package io.hedgerow.redis;

import static io.hedgerow.redis.Patience.await;
import static io.hedgerow.redis.TestNodes.granted;
import static io.hedgerow.redis.TestNodes.inUse;
import static io.hedgerow.redis.TestNodes.reserve;
import static io.hedgerow.redis.TestNodes.slot;
import static io.hedgerow.redis.TestNodes.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.SlotDecision.Denied;
import io.hedgerow.core.port.SlotDecision.Granted;
import io.hedgerow.core.port.SlotDecision.Reason;
import io.hedgerow.core.port.SlotLease;
import io.hedgerow.core.port.SlotLease.Outcome;
import io.hedgerow.core.port.SlotRequest;
import io.hedgerow.testkit.stores.TestStores;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S10")
class SessionsFollowTheirLeasesTest {
    private TestNodes nodes;
    private RedisStores node;

    @BeforeEach
    void open() {
        nodes = new TestNodes(TestStores.redis().url());
        node = nodes.node();
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private int sessions() {
        return usage(node, "p").sessions();
    }

    @Test
    void theLimitCountsDistinctSessionsAndNotTheirRequests() {
        granted(node, slot("p", 2, "one"));
        granted(node, slot("p", 2, "one"));
        granted(node, slot("p", 2, "two"));
        assertThat(reserve(node, slot("p", 2, "three"))).isEqualTo(new Denied(Reason.SESSIONS_FULL));
        granted(node, slot("p", 2, "two"));
        assertThat(sessions()).isEqualTo(2);
        assertThat(inUse(node, "p")).isEqualTo(4);
    }

    @Test
    void aRequestWithoutASessionIsNoSession() {
        granted(node, slot("p", 1, "one"));
        granted(node, slot("p", 5));
        assertThat(sessions()).isEqualTo(1);
        assertThat(inUse(node, "p")).isEqualTo(2);
    }

    @Test
    void aSessionStaysUntilItsLastLeaseEndsAndIsGoneAtOnceThen() {
        SlotLease first = granted(node, slot("p", 1, "one"));
        SlotLease second = granted(node, slot("p", 1, "one"));
        first.release(Outcome.COMPLETED);
        await().until(() -> inUse(node, "p") == 1);
        assertThat(sessions()).isEqualTo(1);
        assertThat(reserve(node, slot("p", 1, "two"))).isEqualTo(new Denied(Reason.SESSIONS_FULL));
        second.release(Outcome.FAILED);
        await().until(() -> inUse(node, "p") == 0);
        assertThat(sessions()).isZero();
        granted(node, slot("p", 1, "two"));
    }

    @Test
    void aHundredSuccessesAndAFailureLeaveNothing() {
        for (int i = 0; i < 100; i++) {
            granted(node, slot("p", 1, "one")).release(Outcome.COMPLETED);
        }
        SlotRequest asked = slot("p", 1, "one");
        granted(node, asked);
        granted(node, asked).release(Outcome.FAILED);
        await().until(() -> inUse(node, "p") == 0);
        assertThat(sessions()).isZero();
        assertThat(nodes.redis().exists(nodes.key("{p:p}:members"), nodes.key("{p:p}:owners")))
                .isZero();
    }

    @Test
    @Tag("S11")
    void whatExpiresTakesItsSessionAlong() {
        RedisCommands<String, String> redis = nodes.redis();
        granted(node, slot("p", 0, "alive"));
        double later = System.currentTimeMillis() + 600_000.0;
        redis.zadd(nodes.key("{p:p}:leases"), later, "dead.1");
        redis.hset(nodes.key("{p:p}:owners"), "dead.1", "dead");
        redis.zadd(nodes.key("{p:p}:members"), 0, "dead dead.1");
        redis.zadd(nodes.key("{p:p}:sessions"), later, "dead");
        assertThat(sessions()).isEqualTo(2);
        redis.zadd(nodes.key("{p:p}:leases"), System.currentTimeMillis() - 1.0, "dead.1");
        assertThat(sessions()).isEqualTo(1);
        assertThat(redis.hgetall(nodes.key("{p:p}:owners"))).hasSize(1).doesNotContainKey("dead.1");
        assertThat(redis.zrange(nodes.key("{p:p}:members"), 0, -1)).hasSize(1);
        assertThat(inUse(node, "p")).isEqualTo(1);
    }

    @Test
    @Tag("S12")
    void anEntryWithoutAnOwnerIsRemovedByTheReleaseThatFindsIt() {
        // Scheme 0, which never was: a session is entered by its name only and nobody knows for which lease.
        RedisCommands<String, String> redis = nodes.redis();
        double later = System.currentTimeMillis() + 600_000.0;
        redis.zadd(nodes.key("{p:p}:sessions"), later, "old");
        redis.zadd(nodes.key("{p:p}:leases"), later, "old.1");
        assertThat(reserve(node, slot("p", 1, "two"))).isEqualTo(new Denied(Reason.SESSIONS_FULL));

        SlotLease mine = granted(node, slot("p", 1, "old"));
        SlotLease another = granted(node, slot("p", 1, "old"));
        mine.release(Outcome.COMPLETED);
        await().until(() -> inUse(node, "p") == 2);
        assertThat(sessions()).as("somebody else holds it").isEqualTo(1);
        another.release(Outcome.COMPLETED);
        await().until(() -> inUse(node, "p") == 1);
        assertThat(sessions()).isZero();

        SlotLease ownerless = granted(node, slot("p", 1, "two"));
        redis.del(nodes.key("{p:p}:owners"), nodes.key("{p:p}:members"));
        assertThat(sessions()).isEqualTo(1);
        ownerless.release(Outcome.COMPLETED);
        await().until(() -> inUse(node, "p") == 1);
        assertThat(sessions()).isZero();
    }

    @Test
    void nodesTogetherNeverExceedTheLimitOfSessions() {
        RedisStores other = nodes.node();
        List<CompletableFuture<Boolean>> asked = IntStream.range(0, 300)
                .mapToObj(i -> (i % 2 == 0 ? node : other)
                        .slots()
                        .reserve(slot("p", 7, "session-" + i % 60))
                        .thenApply(Granted.class::isInstance)
                        .toCompletableFuture())
                .toList();
        assertThat(asked.stream().filter(TestNodes::join)).hasSizeGreaterThanOrEqualTo(7 * 5);
        assertThat(sessions()).isEqualTo(7);
    }

    @Test
    void lostDataIsRegisteredWithItsSessions() {
        granted(node, slot("p", 0, "one"));
        granted(node, slot("p", 0, "two"));
        nodes.redis().flushall();
        await().until(() -> usage(node, "p").inUse() == 2);
        assertThat(sessions()).isEqualTo(2);
    }

    @Test
    @Tag("S11")
    void membersAndLeasesAgreeUnderStress() {
        RedisStores brief = nodes.node(settings -> settings.lease(Duration.ofMillis(600)));
        RedisCommands<String, String> redis = nodes.redis();
        Random random = new Random(1);
        List<SlotLease> held = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        for (int round = 0; round < 150; round++) {
            List<CompletableFuture<?>> asked = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                SlotRequest request = slot("p", 6, "session-" + random.nextInt(9));
                for (int again = random.nextInt(2); again >= 0; again--) {
                    asked.add((random.nextBoolean() ? node : brief)
                            .slots()
                            .reserve(request)
                            .thenAccept(decision -> {
                                if (decision instanceof Granted granted) {
                                    synchronized (held) {
                                        held.add(granted.lease());
                                    }
                                }
                            })
                            .toCompletableFuture());
                }
            }
            seedDeadLease(redis, "dead-" + round, "session-" + random.nextInt(9));
            broken.addAll(disagreements(redis));
            asked.forEach(TestNodes::join);
            synchronized (held) {
                while (held.size() > 20) {
                    held.remove(random.nextInt(held.size())).release(Outcome.DROPPED);
                }
            }
        }
        held.forEach(lease -> lease.release(Outcome.COMPLETED));
        assertThat(broken).isEmpty();
        await().until(() -> inUse(node, "p") == 0);
        assertThat(sessions()).isZero();
        assertThat(disagreements(redis)).isEmpty();
        assertThat(usage(node, "p").leaked()).isZero();
    }

    /** A lease of a node that is no more, entered as the script enters it. */
    private void seedDeadLease(RedisCommands<String, String> redis, String id, String session) {
        String script = "redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1]);"
                + "redis.call('HSET', KEYS[2], ARGV[1], ARGV[2]);"
                + "redis.call('ZADD', KEYS[3], 0, ARGV[2] .. ' ' .. ARGV[1]);"
                + "redis.call('ZADD', KEYS[4], 'GT', ARGV[3], ARGV[2]);"
                + "return redis.call('HINCRBY', KEYS[5], 'acquired', 1)";
        Long counted = redis.eval(
                script,
                io.lettuce.core.ScriptOutputType.INTEGER,
                keys("leases", "owners", "members", "sessions", "slots"),
                id,
                session,
                Long.toString(System.currentTimeMillis() + 50));
        assertThat(counted).isPositive();
    }

    private String[] keys(String... names) {
        return java.util.Arrays.stream(names).map(n -> nodes.key("{p:p}:" + n)).toArray(String[]::new);
    }

    /** Read in one step: what is a member and no lease, a lease and no member, or a session without either. */
    private List<String> disagreements(RedisCommands<String, String> redis) {
        List<List<String>> read = redis.eval(
                "return {redis.call('ZRANGE', KEYS[1], 0, -1), redis.call('HKEYS', KEYS[2]),"
                        + " redis.call('ZRANGE', KEYS[3], 0, -1), redis.call('ZRANGE', KEYS[4], 0, -1)}",
                io.lettuce.core.ScriptOutputType.MULTI,
                keys("leases", "owners", "members", "sessions"));
        Set<String> leases = Set.copyOf(read.get(0));
        Set<String> owners = Set.copyOf(read.get(1));
        Set<String> members =
                read.get(2).stream().map(m -> m.substring(m.indexOf(' ') + 1)).collect(Collectors.toSet());
        Set<String> sessions =
                read.get(2).stream().map(m -> m.substring(0, m.indexOf(' '))).collect(Collectors.toSet());
        List<String> found = new ArrayList<>();
        if (!leases.equals(owners) || !leases.equals(members)) {
            found.add("leases " + leases + ", owners " + owners + ", members " + members);
        }
        if (!sessions.equals(Set.copyOf(read.get(3)))) {
            found.add("sessions of members " + sessions + ", sessions " + read.get(3));
        }
        return found;
    }
}
