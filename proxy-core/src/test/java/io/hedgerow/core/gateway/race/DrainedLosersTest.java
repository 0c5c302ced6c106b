package io.hedgerow.core.gateway.race;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.bed.Beds;
import io.hedgerow.core.bed.Eventually;
import io.hedgerow.core.bed.GatewayBed;
import io.hedgerow.core.bed.ProviderBuilder;
import io.hedgerow.core.bed.ProviderCall;
import io.hedgerow.core.bed.RawClient;
import io.hedgerow.core.bed.RawProvider;
import io.hedgerow.core.bed.Sse;
import io.hedgerow.core.port.LateUsage;
import io.hedgerow.core.port.MeterNames;
import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UsageStatus;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Providers whose bill goes on when a request to them is cancelled. */
@Tag("H6")
@Tag("B1")
class DrainedLosersTest {
    @RegisterExtension
    static final Beds beds = new Beds();

    private final RawProvider a = beds.provider();
    private final RawProvider b = beds.provider();
    private final GatewayBed bed = beds.with(
            new GatewayBed.Options()
                    .hedgeAfter(Duration.ofMillis(20))
                    .provider(
                            p -> ProviderBuilder.of(p).cancelStopsBilling(false).build()),
            a.baseUrl(),
            b.baseUrl());
    private final RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
    private final ProviderCall slow = a.take();
    private final ProviderCall fast = b.take();

    @Test
    void aLoserIsReadToItsEndForItsUsageAndKeepsItsSlotUntilThen() {
        fast.stream().chunk(Sse.content("b", "1") + Sse.DONE).end();
        assertThat(client.answer().text()).isEqualTo(Sse.content("b", "1") + Sse.DONE);
        Eventually.that(() -> bed.ports.held.size() == 1);
        assertThat(bed.ports.held).containsValue("a");
        slow.stream().chunk(Sse.role("a")).chunk(Sse.content("a", "2")).chunk(Sse.stop("a"));
        assertThat(bed.ports.held).hasSize(1);
        assertThat(bed.gateway.active()).isEqualTo(1);
        slow.chunk(Sse.usage("a", 11, 7)).last(Sse.DONE);
        Eventually.that(bed.ports.held::isEmpty);
        String id = bed.record().requestId();
        Eventually.that(() -> !bed.ports.late.isEmpty());
        assertThat(bed.ports.late)
                .containsExactly(new LateUsage(id, 1, new TokenUsage(11, 0, 0, 7, 0), 11_000 + 14_000));
        assertThat(slow.hungUp()).isFalse();
    }

    @Test
    @Tag("B9")
    void absurdUsageOfALoserIsCutDownAndCounted() {
        fast.stream().chunk(Sse.content("b", "1") + Sse.DONE).end();
        client.answer();
        slow.stream()
                .chunk(Sse.content("a", "23"))
                .chunk(Sse.usage("a", -5, 1_000_000_000_000L))
                .last(Sse.DONE);
        Eventually.that(() -> !bed.ports.late.isEmpty());
        assertThat(bed.ports.late)
                .containsExactly(new LateUsage(bed.record().requestId(), 1, new TokenUsage(0, 0, 0, 2, 0), 4_000));
        assertThat(bed.meters.counter(MeterNames.USAGE_CLAMPED, "provider", "a").count())
                .isEqualTo(1);
    }

    @Test
    void theUsageOfALoserThatEndsBeforeTheWinnerFollowsTheRecord() {
        fast.stream().chunk(Sse.content("b", "1"));
        client.awaitText("\"1\"");
        slow.stream().chunk(Sse.content("a", "2")).chunk(Sse.usage("a", 11, 7)).last(Sse.DONE);
        Eventually.that(() -> bed.ports.held.size() == 1);
        fast.chunk(Sse.content("b", "3"));
        client.awaitText("\"3\"");
        assertThat(bed.ports.late).as("nothing to complete yet").isEmpty();

        fast.chunk(Sse.DONE).end();

        String id = bed.record().requestId();
        Eventually.that(() -> !bed.ports.late.isEmpty());
        assertThat(bed.ports.late)
                .containsExactly(new LateUsage(id, 1, new TokenUsage(11, 0, 0, 7, 0), 11_000 + 14_000));
    }

    @Test
    @Tag("H5")
    void aProviderThatLingersAfterItsTerminatorDoesNotHoldTheSlotOfADrain() {
        fast.stream().chunk(Sse.content("b", "1") + Sse.DONE).end();
        assertThat(client.answer().text()).endsWith(Sse.DONE);
        slow.stream().chunk(Sse.content("a", "2")).chunk(Sse.usage("a", 11, 7)).chunk(Sse.DONE);
        Eventually.that(bed.ports.held::isEmpty);
        Eventually.that(() -> bed.ports.late.size() == 1);
    }

    @Test
    void aDrainThatBreaksOffTellsWhatItKnows() {
        fast.stream().chunk(Sse.content("b", "1") + Sse.DONE).end();
        assertThat(client.answer().text()).endsWith(Sse.DONE);
        slow.stream().chunk(Sse.content("a", "2")).reset();
        Eventually.that(bed.ports.held::isEmpty);
        assertThat(bed.ports.late).isEmpty();
    }

    @Test
    @Tag("H12")
    @Tag("B15")
    void theAttemptOfAClientThatLeftIsDrainedToo() {
        fast.stream().chunk(Sse.content("b", "1"));
        client.awaitText("\"1\"");
        client.close();
        assertThat(bed.record().status()).isEqualTo(UsageStatus.CLIENT_ABORTED);
        assertThat(bed.record().tokens().output()).isPositive();
        assertThat(bed.ports.held).hasSize(2);
        fast.chunk(Sse.stop("b")).chunk(Sse.usage("b", 5, 3)).chunk(Sse.DONE).end();
        slow.whole(500, "application/json", "{}");
        Eventually.that(bed.ports.held::isEmpty);
        Eventually.that(() -> bed.ports.late.size() == 1);
        assertThat(bed.ports.late.get(0).attempt()).isEqualTo(2);
    }

    @Test
    @Tag("law1")
    void aGatewayThatStopsGivesUpItsDrains() {
        fast.stream().chunk(Sse.content("b", "1") + Sse.DONE).end();
        assertThat(client.answer().text()).endsWith(Sse.DONE);
        assertThat(bed.record().status()).isEqualTo(UsageStatus.COMPLETED);
        CompletableFuture<Void> idle = bed.gateway.drain(Duration.ZERO).toCompletableFuture();
        assertThat(idle).succeedsWithin(Duration.ofSeconds(30));
        assertThat(bed.ports.held).isEmpty();
        slow.awaitHangUp();
    }
}
