package io.hedgerow.core.gateway.abort;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.bed.Beds;
import io.hedgerow.core.bed.Eventually;
import io.hedgerow.core.bed.GatewayBed;
import io.hedgerow.core.bed.ProviderCall;
import io.hedgerow.core.bed.RawClient;
import io.hedgerow.core.bed.RawProvider;
import io.hedgerow.core.bed.Sse;
import io.hedgerow.core.config.LimitsConfig;
import io.hedgerow.core.port.MeterNames;
import io.hedgerow.core.port.ProgressEntry;
import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.port.UsageSource;
import io.hedgerow.core.port.UsageStatus;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stream costs that ends behind its n-th event: what was produced until then, no less and no more. */
@Tag("B15")
class AbortAtEachEventTest {
    private static final long INPUT = RawClient.STREAM.length() / 4;

    @RegisterExtension
    static final Beds beds = new Beds();

    private final RawProvider provider = beds.provider();

    private static UsageRecord aborted(GatewayBed bed) {
        UsageRecord record = bed.record();
        assertThat(record.status()).isEqualTo(UsageStatus.CLIENT_ABORTED);
        return record;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void whatWasProducedUntilThenIsPaidFor(int events) {
        GatewayBed bed = beds.over(provider.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall call = provider.take().stream().chunk(Sse.role("x"));
        StringBuilder produced = new StringBuilder();
        for (int i = 1; i <= events; i++) {
            call.chunk(Sse.content("x", "word" + i));
            client.awaitText("word" + i);
            produced.append("word").append(i);
        }
        client.close();
        call.awaitHangUp();

        UsageRecord record = aborted(bed);
        assertThat(bed.ports.estimates).containsExactly(produced.toString());
        assertThat(record.source()).isEqualTo(UsageSource.ESTIMATED);
        assertThat(record.tokens()).isEqualTo(new TokenUsage(INPUT, 0, 0, (produced.length() + 3) / 4, 0));
        assertThat(record.costNanoUsd())
                .isEqualTo(INPUT * 1000 + record.tokens().output() * 2000);
        Eventually.that(() -> bed.ports.holds.size() == 1);
        assertThat(bed.ports.holds.get(0).getValue()).isEqualTo(record.costNanoUsd());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void usageThatIsToldWithEachEventIsTakenAsItWasToldLast(int events) {
        GatewayBed bed = beds.over(provider.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall call = provider.take().stream().chunk(Sse.role("x"));
        for (int i = 1; i <= events; i++) {
            call.chunk(counted("word" + i, 5L * i));
            client.awaitText("word" + i);
        }
        client.close();
        call.awaitHangUp();

        UsageRecord record = aborted(bed);
        assertThat(record.source()).isEqualTo(UsageSource.PROVIDER);
        assertThat(record.tokens()).isEqualTo(new TokenUsage(9, 0, 0, 5L * events, 0));
        assertThat(bed.ports.estimates).isEmpty();
    }

    @Test
    void usageThatWasToldBeforeAnythingWasProducedDoesNotMakeTheRestFree() {
        GatewayBed bed = beds.over(provider.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall call =
                provider.take().stream().chunk(counted("first", 0)).chunk(Sse.content("x", "and some more words"));
        client.awaitText("more words");
        client.close();
        call.awaitHangUp();

        UsageRecord record = aborted(bed);
        assertThat(record.source()).isEqualTo(UsageSource.ESTIMATED);
        assertThat(bed.ports.estimates).containsExactly("firstand some more words");
        assertThat(record.tokens().output()).isEqualTo(6);
    }

    @Test
    void beforeTheFirstContentThePromptIsPaidForAndNothingElse() {
        GatewayBed bed = beds.over(provider.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall call = provider.take().stream().chunk(Sse.role("x"));
        // The head has no visible effect here: what follows it on another connection tells that it was read.
        RawClient other = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        provider.take().stream()
                .chunk(Sse.content("y", "b") + Sse.usage("y", 1, 1) + Sse.DONE)
                .end();
        other.answer();
        client.close();
        call.awaitHangUp();

        UsageRecord record = bed.records(2).stream()
                .filter(of -> of.status() == UsageStatus.CLIENT_ABORTED)
                .findFirst()
                .orElseThrow();
        assertThat(record.tokens()).isEqualTo(new TokenUsage(INPUT, 0, 0, 0, 0));
        assertThat(record.costNanoUsd()).isEqualTo(INPUT * 1000);
    }

    @Test
    @Tag("B5")
    @Tag("B9")
    void whatIsNotedOfAnOpenStreamIsCheckedLikeWhatIsCharged() {
        GatewayBed bed = beds.with(
                new GatewayBed.Options().limits(withLease(LimitsConfig.DEFAULT, Duration.ofMillis(60))),
                provider.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall call = provider.take().stream().chunk(counted("abc", 1_000_000_000_000L));
        client.awaitText("abc");
        Eventually.that(() -> !bed.ports.progress.isEmpty());
        assertThat(bed.ports.progress).extracting(ProgressEntry::tokens).containsOnly(new TokenUsage(9, 0, 0, 3, 0));

        call.chunk(Sse.usage("x", 9, 1_000_000_000_000L)).last(Sse.DONE);
        client.answer();
        assertThat(bed.record().clamped()).isTrue();
        assertThat(bed.record().tokens().output()).isEqualTo(3);
        assertThat(bed.meters
                        .counter(
                                MeterNames.USAGE_CLAMPED,
                                "provider",
                                String.valueOf(bed.record().providerId()))
                        .count())
                .isEqualTo(1);
    }

    private static LimitsConfig withLease(LimitsConfig limits, Duration lease) {
        return new LimitsConfig(
                lease,
                limits.defaultMaxOutputTokens(),
                limits.maxBodyBytes(),
                limits.maxAnswerBytes(),
                limits.clientBufferBytes(),
                limits.writeTimeout(),
                limits.drainTimeout(),
                limits.onOverrun());
    }

    private static String counted(String text, long completion) {
        return "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text
                + "\"},\"finish_reason\":null}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":" + completion
                + "}}\n\n";
    }
}
