package io.hedgerow.billing.key;

import static io.hedgerow.billing.support.TestBilling.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.ApiKey;
import io.hedgerow.core.port.KeyTerms;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("D7")
class MemoryOfKeysTest {
    private static final Optional<ApiKey> KEY =
            Optional.of(new ApiKey("made", new ApiKey.Tenant("acme", true, 0, List.of(), 0), KeyTerms.UNLIMITED));

    private final List<KeyMemory.Flight> asked = new ArrayList<>();
    private long now = 1_000;
    private final KeyMemory memory = new KeyMemory(asked::add, new KeyMeters(new SimpleMeterRegistry()), () -> now);

    @Test
    void anAnswerThatWasOnItsWayDuringAChangeIsNotKept() {
        CompletionStage<Optional<ApiKey>> before = memory.find("aa");
        memory.forget("aa");
        CompletionStage<Optional<ApiKey>> after = memory.find("aa");
        memory.found(asked.get(0), KEY);
        memory.found(asked.get(1), Optional.empty());
        assertThat(get(before)).isPresent();
        assertThat(get(after)).isEmpty();
        assertThat(get(memory.find("aa"))).isEmpty();
        assertThat(asked).hasSize(2);
    }

    @Test
    void everythingIsAskedForAnewAfterAGap() {
        memory.find("aa");
        memory.forgetAll();
        memory.found(asked.get(0), KEY);
        memory.find("aa");
        assertThat(asked).hasSize(2);
    }

    @Test
    void whatIsDoubtedIsAskedForAnewAndCountsOnWhileNobodyAnswers() {
        remember("aa", KEY);
        remember("bb", Optional.empty());
        memory.doubtAll();
        CompletionStage<Optional<ApiKey>> known = memory.find("aa");
        CompletionStage<Optional<ApiKey>> unknown = memory.find("bb");
        assertThat(asked).hasSize(4);
        memory.failed(asked.get(2), new IllegalStateException("away"));
        memory.failed(asked.get(3), new IllegalStateException("away"));
        assertThat(get(known)).isPresent();
        assertThat(unknown.toCompletableFuture()).isCompletedExceptionally();
        remember("aa", Optional.empty());
        assertThat(get(memory.find("aa"))).isEmpty();
    }

    @Test
    void whatIsDoubtedCountsForAnHourAtMostAndNotOnceItIsKnownToHaveChanged() {
        remember("aa", KEY);
        remember("bb", KEY);
        memory.doubtAll();
        memory.forget("bb");
        CompletionStage<Optional<ApiKey>> changed = memory.find("bb");
        memory.failed(asked.get(asked.size() - 1), new IllegalStateException("away"));
        assertThat(changed.toCompletableFuture()).isCompletedExceptionally();
        now += KeyMemory.KEEP_WITHOUT_DATABASE_NANOS;
        CompletionStage<Optional<ApiKey>> tooOld = memory.find("aa");
        memory.failed(asked.get(asked.size() - 1), new IllegalStateException("away"));
        assertThat(tooOld.toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void aKeyIsAskedForAgainAfterAMinuteAndAMissAfterSeconds() {
        remember("aa", KEY);
        remember("bb", Optional.empty());
        now += KeyMemory.KEEP_MISS_NANOS - 1;
        memory.find("bb");
        assertThat(asked).hasSize(2);
        now++;
        memory.find("aa");
        assertThat(asked).hasSize(2);
        memory.find("bb");
        assertThat(asked).hasSize(3);
        now += KeyMemory.KEEP_NANOS;
        memory.find("aa");
        assertThat(asked).hasSize(4);
    }

    @Test
    void anOldAnswerCountsWhileThereIsNoNewOne() {
        remember("aa", KEY);
        now += KeyMemory.KEEP_NANOS;
        CompletionStage<Optional<ApiKey>> stale = memory.find("aa");
        memory.failed(asked.get(1), new IllegalStateException("away"));
        assertThat(get(stale)).isPresent();
        now += KeyMemory.KEEP_WITHOUT_DATABASE_NANOS;
        CompletionStage<Optional<ApiKey>> tooOld = memory.find("aa");
        memory.failed(asked.get(2), new IllegalStateException("away"));
        assertThat(tooOld.toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void inventedSecretsPushNoKeyOut() {
        remember("aa", KEY);
        for (int i = 0; i < 25_000; i++) {
            remember("invented-" + i, Optional.empty());
        }
        int before = asked.size();
        memory.find("aa");
        assertThat(asked).hasSize(before);
        assertThat(memory.misses()).isLessThanOrEqualTo(10_000);
    }

    private void remember(String secret, Optional<ApiKey> key) {
        memory.find(secret);
        memory.found(asked.get(asked.size() - 1), key);
    }
}
