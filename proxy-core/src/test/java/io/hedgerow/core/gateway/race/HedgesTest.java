package io.hedgerow.core.gateway.race;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.bed.Beds;
import io.hedgerow.core.bed.Eventually;
import io.hedgerow.core.bed.GatewayBed;
import io.hedgerow.core.bed.ProviderCall;
import io.hedgerow.core.bed.RawAnswer;
import io.hedgerow.core.bed.RawClient;
import io.hedgerow.core.bed.RawProvider;
import io.hedgerow.core.bed.Sse;
import io.hedgerow.core.config.ModelConfig;
import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.port.AttemptRecord.Outcome;
import io.hedgerow.core.port.AttemptRecord.Reason;
import io.hedgerow.core.port.MeterNames;
import io.hedgerow.core.port.SlotLease;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.testkit.mock.MockUpstream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("H6")
@Tag("law3")
@Tag("law4")
class HedgesTest {
    @RegisterExtension
    static final Beds beds = new Beds();

    private static final Duration SOON = Duration.ofMillis(20);

    @Test
    void aHedgeOvertakesASlowAttemptWhichIsCancelled() {
        MockUpstream slow = beds.mock("ttft=1h;name=slow;head=early");
        MockUpstream fast = beds.mock("name=fast");
        GatewayBed bed = beds.with(new GatewayBed.Options().hedgeAfter(SOON), slow.baseUrl(), fast.baseUrl());
        RawAnswer answer = beds.client(bed).chat(RawClient.STREAM);
        assertThat(answer.text())
                .contains("chatcmpl-fast")
                .doesNotContain("slow")
                .endsWith(Sse.DONE);
        assertThat(answer.header("x-hedgerow-provider")).isEqualTo("b");
        assertThat(answer.header("x-hedgerow-attempts")).isEqualTo("2");
        Eventually.that(() -> slow.stats().cancelled() == 1 && slow.stats().active() == 0);
        assertThat(slow.stats().tokens()).isZero();
        UsageRecord record = bed.record();
        assertThat(record.hedged()).isTrue();
        assertThat(record.providerId()).isEqualTo("b");
        assertThat(record.attempts()).extracting(AttemptRecord::outcome).containsExactly(Outcome.LOST, Outcome.WON);
        assertThat(record.attempts()).extracting(AttemptRecord::reason).containsExactly(Reason.PRIMARY, Reason.HEDGE);
        Eventually.that(() -> bed.ports.released.size() == 2);
        assertThat(bed.ports.released)
                .contains(
                        Map.entry(record.requestId() + ".1", SlotLease.Outcome.DROPPED),
                        Map.entry(record.requestId() + ".2", SlotLease.Outcome.COMPLETED));
        assertThat(bed.meters
                        .counter(MeterNames.HEDGE_LAUNCHED, "model", GatewayBed.MODEL)
                        .count())
                .isEqualTo(1);
        assertThat(bed.meters
                        .counter(MeterNames.HEDGE_WON, "model", GatewayBed.MODEL)
                        .count())
                .isEqualTo(1);
    }

    @Test
    @Tag("H1")
    void aSlowAttemptThatComesFirstAfterAllWins() {
        RawProvider a = beds.provider();
        RawProvider b = beds.provider();
        GatewayBed bed = beds.with(new GatewayBed.Options().hedgeAfter(SOON), a.baseUrl(), b.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall first = a.take();
        ProviderCall second = b.take().stream().chunk(Sse.role("b"));
        first.stream().chunk(Sse.role("a")).chunk(Sse.content("a", "1"));
        client.awaitText("\"1\"");
        second.awaitHangUp();
        first.chunk(Sse.stop("a")).chunk(Sse.DONE).end();
        assertThat(client.answer().text()).isEqualTo(Sse.role("a") + Sse.content("a", "1") + Sse.stop("a") + Sse.DONE);
        assertThat(bed.record().attempts())
                .extracting(AttemptRecord::outcome)
                .containsExactly(Outcome.WON, Outcome.LOST);
    }

    @Test
    void contentOfBothAtOnceStillHasOneWinner() {
        MockUpstream a = beds.mock("ttft=10ms..30ms;name=left");
        MockUpstream b = beds.mock("ttft=0ms..10ms;name=right");
        GatewayBed bed =
                beds.with(new GatewayBed.Options().hedgeAfter(Duration.ofMillis(10)), a.baseUrl(), b.baseUrl());
        RawClient client = beds.client(bed);
        for (int i = 0; i < 50; i++) {
            String text = client.chat(RawClient.STREAM).text();
            assertThat(text).endsWith(Sse.DONE);
            assertThat(text.contains("chatcmpl-left")).isNotEqualTo(text.contains("chatcmpl-right"));
        }
        assertThat(bed.records(50))
                .allSatisfy(record -> assertThat(record.attempts())
                        .filteredOn(attempt -> attempt.outcome() == Outcome.WON)
                        .hasSize(1));
    }

    @Test
    void aClientCanDoWithoutHedges() {
        MockUpstream slow = beds.mock("ttft=200ms");
        MockUpstream fast = beds.mock("");
        GatewayBed bed = beds.with(new GatewayBed.Options().hedgeAfter(SOON), slow.baseUrl(), fast.baseUrl());
        RawAnswer answer = beds.client(bed).chat(RawClient.STREAM, "x-hedgerow-hedge: off");
        assertThat(answer.header("x-hedgerow-provider")).isEqualTo("a");
        assertThat(fast.stats().requests()).isZero();
        assertThat(bed.record().hedged()).isFalse();
    }

    @Test
    @Tag("H7")
    void withoutBudgetThereIsNoHedge() {
        RawProvider slow = beds.provider();
        MockUpstream fast = beds.mock("");
        ModelConfig.Hedge oneOnly = new ModelConfig.Hedge(
                new ModelConfig.Delay.Fixed(SOON), Duration.ofMillis(1), Duration.ofSeconds(5), 2, 0, 1);
        GatewayBed bed = beds.with(new GatewayBed.Options().hedge(oneOnly), slow.baseUrl(), fast.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        slow.take();
        assertThat(client.answer().header("x-hedgerow-provider")).isEqualTo("b");
        for (int i = 1; i <= 3; i++) {
            client.send(RawClient.request(RawClient.STREAM));
            answerOnceDenied(bed, slow, i);
            assertThat(client.answer().header("x-hedgerow-provider")).isEqualTo("a");
        }
        assertThat(fast.stats().requests()).isEqualTo(1);
        assertThat(bed.records(4)).filteredOn(UsageRecord::hedged).hasSize(1);
    }

    /** Takes the next call and answers it when so many hedges were denied. */
    private static void answerOnceDenied(GatewayBed bed, RawProvider slow, int denied) {
        ProviderCall call = slow.take();
        Eventually.that(() -> bed.meters
                        .counter(MeterNames.HEDGE_DENIED, "model", GatewayBed.MODEL)
                        .count()
                == denied);
        call.stream().last(Sse.content("x", "a") + Sse.DONE);
    }

    @Test
    @Tag("H7")
    void aProviderThatIsOverloadedKeepsHedgesBack() {
        RawProvider overloaded = beds.provider();
        RawProvider slow = beds.provider();
        MockUpstream fast = beds.mock("");
        GatewayBed bed = beds.with(
                new GatewayBed.Options().hedgeAfter(SOON), overloaded.baseUrl(), slow.baseUrl(), fast.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM, "x-hedgerow-hedge: off"));
        overloaded.take().write("HTTP/1.1 529 Busy\r\nretry-after: 30\r\ncontent-length: 2\r\n\r\n{}");
        slow.take().stream().last(Sse.content("x", "a") + Sse.DONE);
        assertThat(client.answer().header("x-hedgerow-provider")).isEqualTo("b");
        client.send(RawClient.request(RawClient.STREAM));
        answerOnceDenied(bed, slow, 1);
        assertThat(client.answer().header("x-hedgerow-provider")).isEqualTo("b");
        assertThat(fast.stats().requests()).isZero();
        assertThat(bed.records(2)).noneMatch(UsageRecord::hedged);
    }

    @Test
    void aHedgeWithoutASlotTriesTheNextProvider() {
        MockUpstream slow = beds.mock("ttft=1h");
        MockUpstream busy = beds.mock("");
        MockUpstream fast = beds.mock("");
        GatewayBed bed =
                beds.with(new GatewayBed.Options().hedgeAfter(SOON), slow.baseUrl(), busy.baseUrl(), fast.baseUrl());
        bed.ports.slotRule = request -> !request.providerId().equals("b");
        assertThat(beds.client(bed).chat(RawClient.STREAM).header("x-hedgerow-provider"))
                .isEqualTo("c");
        assertThat(bed.record().attempts())
                .extracting(AttemptRecord::outcome)
                .containsExactly(Outcome.LOST, Outcome.DENIED, Outcome.WON);
        assertThat(busy.stats().requests()).isZero();
    }

    @Test
    void aSlotThatComesAfterTheRaceIsGivenBackUnused() {
        RawProvider a = beds.provider();
        MockUpstream b = beds.mock("");
        GatewayBed bed = beds.with(new GatewayBed.Options().hedgeAfter(SOON), a.baseUrl(), b.baseUrl());
        CompletableFuture<Void> gate = new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        bed.ports.onReserve = request -> {
            if (request.leaseId().endsWith(".2")) {
                bed.ports.slotGate = gate;
                asked.complete(null);
            }
        };
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall call = a.take();
        asked.join();
        call.stream().chunk(Sse.content("x", "a") + Sse.DONE).end();
        assertThat(client.answer().text()).endsWith(Sse.DONE);
        assertThat(bed.gateway.active()).isEqualTo(1);
        gate.complete(null);
        Eventually.that(() -> bed.ports.released.size() == 2);
        assertThat(bed.ports.released).extracting(Map.Entry::getValue).contains(SlotLease.Outcome.UNUSED);
        assertThat(b.stats().requests()).isZero();
        assertThat(bed.record().hedged()).isFalse();
    }
}
