package io.hedgerow.redis.slots;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.SlotUsage;
import io.hedgerow.core.transport.EventLoops;
import io.hedgerow.core.transport.TransportKind;
import io.hedgerow.redis.link.Backend;
import io.hedgerow.redis.link.Keys;
import io.hedgerow.redis.link.Link;
import io.hedgerow.redis.link.Membership;
import io.hedgerow.redis.link.StoreLoop;
import io.hedgerow.redis.link.Wires;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Connections that write down what is sent and answer when they are told to. */
@Tag("S16")
class LoadsAreReadInOneRoundTripTest {
    private final EventLoops loops = EventLoops.open(TransportKind.AUTO, 1);
    private final StoreLoop loop = new StoreLoop(loops);
    private final List<String> keys = new ArrayList<>();
    private final List<CompletableFuture<Object>> answers = new ArrayList<>();
    private final RedisSlotPool pool = pool();

    private RedisSlotPool pool() {
        Wires wires = (Wires) Proxy.newProxyInstance(
                Wires.class.getClassLoader(), new Class<?>[] {Wires.class}, (self, method, arguments) -> {
                    if (!method.getName().equals("send")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    keys.add((String) arguments[1]);
                    CompletableFuture<Object> answer = new CompletableFuture<>();
                    answers.add(answer);
                    return answer;
                });
        Link link = new Link(wires, loop);
        Keys names = new Keys("test");
        Membership membership = new Membership(
                new Membership.Rules("node", Duration.ofSeconds(1), Duration.ofSeconds(3), false), link, names, loop);
        return new RedisSlotPool(
                new SlotRules(Duration.ofMinutes(1), false),
                new Backend(link, names, loop, membership),
                new SimpleMeterRegistry());
    }

    @AfterEach
    void close() {
        loop.close();
        loops.close();
    }

    @Test
    void allAreAskedForBeforeTheFirstAnswers() {
        CompletionStage<Map<String, SlotUsage>> asked = pool.usage(List.of("a", "b", "c"));
        assertThat(keys).containsExactly("test:v1:{p:a}:leases", "test:v1:{p:b}:leases", "test:v1:{p:c}:leases");
        for (int i = 0; i < 3; i++) {
            assertThat(asked.toCompletableFuture()).isNotDone();
            answers.get(i).complete(List.of("usage", (long) i, 0L, 0L, (long) i, 0L, 0L));
        }
        assertThat(asked.toCompletableFuture()).isDone();
        assertThat(asked.toCompletableFuture().join())
                .containsOnlyKeys("a", "b", "c")
                .hasEntrySatisfying("c", usage -> assertThat(usage.inUse()).isEqualTo(2));
    }

    @Test
    void anEmptyBatchAsksNothing() {
        assertThat(pool.usage(List.of()).toCompletableFuture().join()).isEmpty();
        assertThat(keys).isEmpty();
    }
}
