package io.hedgerow.redis;

import static io.hedgerow.redis.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.Notices;
import io.hedgerow.testkit.stores.TestStores;
import io.lettuce.core.KillArgs;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("D7")
class NoticesReachEveryNodeTest {
    private final TestNodes nodes = new TestNodes(TestStores.redis().url());

    @AfterEach
    void close() {
        nodes.close();
    }

    /** What a node has heard. */
    private static final class Ear implements Notices.Listener {
        private final List<String> texts = new CopyOnWriteArrayList<>();
        private final AtomicInteger gaps = new AtomicInteger();

        static Ear of(RedisStores node) {
            Ear ear = new Ear();
            node.notices().listen(ear);
            return ear;
        }

        @Override
        public void notice(String text) {
            texts.add(text);
        }

        @Override
        public void gap() {
            gaps.incrementAndGet();
        }
    }

    @Test
    void theOthersAndTheSenderHearIt() {
        RedisStores sender = nodes.node();
        RedisStores other = nodes.node();
        Ear here = Ear.of(sender);
        Ear there = Ear.of(other);
        await().untilAsserted(() -> {
            sender.notices().publish("until all listen");
            assertThat(here.texts).isNotEmpty();
            assertThat(there.texts).isNotEmpty();
        });

        await().untilAsserted(() -> {
            sender.notices().publish("key-changed ünï 7");
            assertThat(here.texts).contains("key-changed ünï 7");
            assertThat(there.texts).contains("key-changed ünï 7");
        });
    }

    @Test
    void aSubscriptionThatBreaksIsMadeAgainAndTellsOfTheGap() {
        RedisStores node = nodes.node();
        Ear ear = Ear.of(node);
        await().untilAsserted(() -> {
            node.notices().publish("until it listens");
            assertThat(ear.texts).isNotEmpty();
        });
        int gaps = ear.gaps.get();

        nodes.redis().clientKill(KillArgs.Builder.typePubsub());

        await().untilAsserted(() -> assertThat(ear.gaps.get()).isGreaterThan(gaps));
        ear.texts.clear();
        await().untilAsserted(() -> {
            node.notices().publish("again");
            assertThat(ear.texts).contains("again");
        });
    }

    @Test
    void whatWasToldWhileANodeDidNotListenIsHeardWhenItDoes() {
        RedisStores sender = nodes.node();
        sender.notices().publish("first");
        sender.notices().publish("second");
        Ear here = Ear.of(sender);
        await().untilAsserted(() -> assertThat(here.texts).contains("second"));

        Ear late = Ear.of(nodes.node());

        await().untilAsserted(() -> assertThat(late.texts).contains("first", "second"));
    }

    @Test
    void whatRedisDidNotTakeIsToldWhenItComesBack() {
        RedisStores sender = nodes.node();
        Ear other = Ear.of(nodes.node());
        await().untilAsserted(() -> {
            sender.notices().publish("until it listens");
            assertThat(other.texts).isNotEmpty();
        });
        nodes.redis().replicaof("127.0.0.1", 1);
        try {
            sender.notices().publish("told in vain");
            await().until(() -> "it is a read-only replica".equals(sender.trouble()));
        } finally {
            nodes.redis().replicaofNoOne();
        }
        await().untilAsserted(() -> assertThat(other.texts).contains("told in vain"));
    }

    @Test
    void aNamespaceIsNotDisturbedByAnother() {
        RedisStores node = nodes.node();
        RedisStores stranger = nodes.node(settings -> settings.namespace("another"));
        Ear ear = Ear.of(node);
        Ear strange = Ear.of(stranger);
        await().untilAsserted(() -> {
            stranger.notices().publish("theirs");
            assertThat(strange.texts).isNotEmpty();
        });
        await().untilAsserted(() -> {
            node.notices().publish("ours");
            assertThat(ear.texts).isNotEmpty();
        });
        assertThat(ear.texts).containsOnly("ours");
        assertThat(strange.texts).containsOnly("theirs");
    }
}
