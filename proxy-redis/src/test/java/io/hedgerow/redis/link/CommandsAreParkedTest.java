package io.hedgerow.redis.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hedgerow.core.transport.EventLoops;
import io.hedgerow.core.transport.TransportKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** While a shard confirms nothing, one command at a time asks for it, however many wait; then they go in batches. */
@Tag("S9")
class CommandsAreParkedTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final int MOST = 1_000;

    private final EventLoops loops = EventLoops.open(TransportKind.AUTO, 1);
    private final StoreLoop loop = new StoreLoop(loops);
    private final Retries retries = new Retries(loop, key -> key, MOST);
    private final List<CompletableFuture<Reply>> sent = new CopyOnWriteArrayList<>();
    private final List<Integer> confirmed = new CopyOnWriteArrayList<>();
    private final List<Integer> givenUp = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        loop.close();
        loops.close();
    }

    private void start(int first, int behind, String shard, Duration matters) {
        loop.execute(() -> {
            for (int i = first; i < behind; i++) {
                int number = i;
                retries.start(new Retries.Task(
                        "command " + i,
                        shard,
                        this::send,
                        matters,
                        reply -> confirmed.add(number),
                        () -> {},
                        () -> givenUp.add(number)));
            }
        });
        barrier();
    }

    private CompletableFuture<Reply> send() {
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        sent.add(answer);
        return answer;
    }

    private void barrier() {
        CompletableFuture<Void> passed = new CompletableFuture<>();
        loop.execute(() -> passed.complete(null));
        passed.orTimeout(1, TimeUnit.MINUTES).join();
    }

    /** Waits until so many have been sent in all, and returns those that are new. */
    private List<CompletableFuture<Reply>> awaitSent(int before, int now) {
        await().atMost(1, TimeUnit.MINUTES).until(() -> sent.size() >= now);
        barrier();
        assertThat(sent).hasSize(now);
        return sent.subList(before, now);
    }

    private static void fail(List<CompletableFuture<Reply>> answers) {
        List.copyOf(answers).forEach(answer -> answer.completeExceptionally(NotSentException.noConnection()));
    }

    private static void confirm(List<CompletableFuture<Reply>> answers) {
        List.copyOf(answers).forEach(answer -> answer.complete(new Reply(List.of("done"))));
    }

    /** One that is sent and not confirmed. */
    private void outage() {
        start(0, 1, "a", LONG);
        fail(awaitSent(0, 1));
        barrier();
    }

    @Test
    void oneAsksForAllAndWhoIsAnsweredLetsTwiceAsManyGo() {
        outage();
        start(1, 500, "a", LONG);
        fail(awaitSent(1, 2));
        fail(awaitSent(2, 3));
        confirm(awaitSent(3, 4));
        confirm(awaitSent(4, 6));
        confirm(awaitSent(6, 10));
        int before = 10;
        for (int window : new int[] {8, 16, 32, 64, 128, 200, 45}) {
            confirm(awaitSent(before, before + window));
            before += window;
        }
        await().atMost(1, TimeUnit.MINUTES).until(() -> confirmed.size() == 500);
        assertThat(confirmed).doesNotHaveDuplicates();
        start(500, 501, "a", LONG);
        confirm(awaitSent(before, before + 1));
    }

    @Test
    void anotherShardDoesNotWait() {
        outage();
        start(1, 100, "a", LONG);
        int before = sent.size();
        start(100, 150, "b", LONG);
        assertThat(sent.size()).isGreaterThanOrEqualTo(before + 50);
    }

    @Test
    void theOldestGoWhereThereAreTooMany() {
        outage();
        awaitSent(1, 2);
        start(1, MOST + 6, "a", LONG);
        assertThat(givenUp).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void whatNoLongerMattersIsGivenUpUnsent() throws InterruptedException {
        outage();
        awaitSent(1, 2);
        start(1, 300, "a", Duration.ZERO);
        confirm(sent.subList(1, 2));
        await().atMost(1, TimeUnit.MINUTES).until(() -> givenUp.size() == 299);
        assertThat(sent).hasSize(2);
        assertThat(retries.await(Duration.ofMinutes(1))).isTrue();
    }

    @Test
    void aPartBeginsWhenTheOneBeforeIsAnswered() {
        List<CompletableFuture<?>> parts = new ArrayList<>();
        CompletableFuture<CompletableFuture<Void>> begun = new CompletableFuture<>();
        loop.execute(() -> begun.complete(InTurns.run(loop, () -> {
            if (parts.size() == 3) {
                return List.of();
            }
            CompletableFuture<Reply> part = send();
            parts.add(part);
            return List.of(part);
        })));
        CompletableFuture<Void> done = begun.orTimeout(1, TimeUnit.MINUTES).join();
        for (int i = 0; i < 3; i++) {
            assertThat(done).isNotDone();
            confirm(awaitSent(i, i + 1));
        }
        done.orTimeout(1, TimeUnit.MINUTES).join();
    }
}
