package io.hedgerow.redis;

import static io.hedgerow.redis.Patience.await;
import static io.hedgerow.redis.TestNodes.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.transport.EventLoops;
import io.hedgerow.core.transport.TransportKind;
import io.hedgerow.redis.cluster.ClusterWires;
import io.hedgerow.redis.link.Keys;
import io.hedgerow.redis.link.Link;
import io.hedgerow.redis.link.Link.Lane;
import io.hedgerow.redis.link.NotSentException;
import io.hedgerow.redis.link.Reply;
import io.hedgerow.redis.link.Script;
import io.hedgerow.redis.link.StoreLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that does not answer is not sent ever more. */
@Tag("S9")
@ParameterizedClass
@EnumSource(Store.class)
class CommandsThatWaitAreBoundedTest {
    private static final int MOST = 3;

    private final Store store;
    private final EventLoops loops = EventLoops.open(TransportKind.AUTO, 1);
    private final StoreLoop loop = new StoreLoop(loops);
    private TestNodes nodes;
    private Link link;
    private Keys keys;

    CommandsThatWaitAreBoundedTest(Store store) {
        this.store = store;
    }

    @BeforeEach
    void open() {
        nodes = new TestNodes(store.url());
        keys = new Keys(nodes.namespace);
        Link.Address address = new Link.Address(store.url(), null, null, null, Duration.ofMinutes(5), MOST);
        link = address.isCluster() ? new Link(new ClusterWires(address, loop), loop) : new Link(address, loop);
        link.start(() -> {});
        await().until(link::connected);
        join(read());
    }

    @AfterEach
    void close() {
        link.close();
        loop.close();
        loops.close();
        nodes.close();
    }

    @Test
    void oneMoreThanMayWaitFailsAtOnceAndTheOthersAreAnswered() {
        List<CompletableFuture<Reply>> waiting = new ArrayList<>();
        store.stall();
        try {
            for (int i = 0; i < MOST; i++) {
                waiting.add(read().toCompletableFuture());
            }
            assertThat(read().toCompletableFuture())
                    .isCompletedExceptionally()
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withRootCauseInstanceOf(NotSentException.class);
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
        } finally {
            store.goOn();
        }
        waiting.forEach(TestNodes::join);
        assertThat(join(read()).is("cold")).isTrue();
    }

    private CompletionStage<Reply> read() {
        return link.run(Lane.FRONT, Script.READ, keys.account("t"));
    }
}
