package io.hedgerow.core.gateway.billing;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.bed.Beds;
import io.hedgerow.core.bed.GatewayBed;
import io.hedgerow.core.bed.RawClient;
import io.hedgerow.core.bed.RawProvider;
import io.hedgerow.core.bed.Sse;
import io.hedgerow.core.config.LimitsConfig;
import io.hedgerow.core.port.AdmissionRequest;
import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.port.UsageSource;
import io.hedgerow.core.port.UsageStatus;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("B14")
@Tag("B5")
class RecordsTest {
    @RegisterExtension
    static final Beds beds = new Beds();

    @ParameterizedTest
    @ValueSource(strings = {RawClient.STREAM, RawClient.WHOLE})
    void whatTheProviderToldIsWhatIsCharged(String request) {
        String script = "events=9;prompt-tokens=40;cached-tokens=30;reasoning-tokens=4";
        GatewayBed bed = beds.over(beds.mock(script).baseUrl());
        beds.client(bed).chat(request);
        UsageRecord record = bed.record();
        assertThat(record.tokens()).isEqualTo(new TokenUsage(40, 30, 0, 9, 4));
        assertThat(record.source()).isEqualTo(UsageSource.PROVIDER);
        assertThat(record.unitPrices()).isEqualTo(GatewayBed.PRICES);
        assertThat(record.costNanoUsd()).isEqualTo(40_000 + 18_000);
        assertThat(bed.ports.holds).containsExactly(Map.entry(record.requestId(), 58_000L));
        assertThat(record.clamped()).isFalse();
        AttemptRecord attempt = record.attempts().get(0);
        assertThat(attempt.outputTokens()).isEqualTo(9);
        assertThat(attempt.providerCostNanoUsd()).isEqualTo(58_000);
        assertThat(attempt.costKnown()).isTrue();
        assertThat(record.ttftMicros()).isNotNull().isBetween(0L, record.durationMicros());
        assertThat(attempt.ttftMicros()).isNotNull().isBetween(0L, attempt.durationMicros());
    }

    @ParameterizedTest
    @ValueSource(strings = {RawClient.STREAM, RawClient.WHOLE})
    void usageThatWasNotToldIsEstimatedFromWhatWasSaid(String request) {
        GatewayBed bed = beds.over(beds.mock("events=3;usage=off;text=ab%20").baseUrl());
        beds.client(bed).chat(request);
        assertThat(bed.record().source()).isEqualTo(UsageSource.ESTIMATED);
        assertThat(bed.ports.estimates).containsExactly("ab ab ab ");
        assertThat(bed.record().tokens().output()).isEqualTo(3);
        assertThat(bed.record().costNanoUsd()).isPositive();
    }

    @Test
    void anEstimateThatFailsIsMadeRoughly() {
        GatewayBed bed = beds.over(beds.mock("events=3;usage=off;text=abcdef").baseUrl());
        beds.complaintsExpected();
        bed.ports.estimatorWorks = false;
        assertThat(beds.client(bed).chat(RawClient.STREAM).text()).endsWith(Sse.DONE);
        UsageRecord record = bed.record();
        assertThat(record.status()).isEqualTo(UsageStatus.COMPLETED);
        assertThat(record.source()).isEqualTo(UsageSource.ESTIMATED);
        assertThat(record.tokens().output()).isBetween(3L, 18L);
        assertThat(record.tokens().input()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"1000000000000,1", "5,1000000000000", "-5,3", "5,-3"})
    @Tag("B9")
    void absurdCountsAreCutDownAndFlagged(long prompt, long completion) {
        RawProvider provider = beds.provider();
        GatewayBed bed = beds.over(provider.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        String stream = Sse.content("x", "abc") + Sse.stop("x");
        provider.take().stream()
                .chunk(stream + Sse.usage("x", prompt, completion) + Sse.DONE)
                .end();
        assertThat(client.answer().text()).isEqualTo(stream + Sse.DONE);
        UsageRecord record = bed.record();
        assertThat(record.clamped()).isTrue();
        assertThat(record.tokens().input()).isBetween(0L, RawClient.STREAM.length() + 4096L);
        assertThat(record.tokens().output()).isBetween(0L, 3L);
    }

    @Test
    void admissionIsAskedForTheKeyItsLimitsAndTheEstimate() {
        GatewayBed bed = beds.over(beds.mock("").baseUrl());
        String request = RawClient.STREAM.replace("\"stream\"", "\"max_tokens\":100,\"n\":2,\"stream\"");
        beds.client(bed).chat(request);
        AdmissionRequest asked = bed.ports.asked.get(0);
        assertThat(asked.keyId()).isEqualTo("acme-ci");
        assertThat(asked.tenantId()).isEqualTo("acme");
        assertThat(asked.key().maxConcurrency()).isEqualTo(7);
        assertThat(asked.key().requestsPerMinute()).isEqualTo(60);
        assertThat(asked.prepaid()).isTrue();
        assertThat(asked.estimateNanoUsd()).isEqualTo((request.length() + 2) / 3 * 1000L + 200 * 2000L);
        assertThat(asked.requestId()).isEqualTo(bed.record().requestId());
    }

    @Test
    @Tag("B10")
    void aRequestThatNamesNoMaximumIsHeldForTheDefault() {
        GatewayBed bed = beds.over(beds.mock("").baseUrl());
        beds.client(bed).chat(RawClient.STREAM);
        assertThat(bed.ports.asked.get(0).estimateNanoUsd())
                .isEqualTo((RawClient.STREAM.length() + 2) / 3 * 1000L
                        + LimitsConfig.DEFAULT.defaultMaxOutputTokens() * 2000L);
    }

    @Test
    void anAnswerThatBrokeOffIsChargedForWhatCame() {
        GatewayBed bed =
                beds.over(beds.mock("events=10;truncate-after=4;text=abcd").baseUrl());
        assertThat(beds.client(bed).chat(RawClient.STREAM).text()).contains("data: {\"error\":");
        UsageRecord record = bed.record();
        assertThat(record.status()).isEqualTo(UsageStatus.UPSTREAM_FAILED);
        assertThat(record.httpStatus()).isEqualTo(200);
        assertThat(record.tokens().output()).isEqualTo(4);
        assertThat(record.attempts().get(0).outcome()).isEqualTo(AttemptRecord.Outcome.FAILED);
        assertThat(record.attempts().get(0).errorKind()).isEqualTo("truncated");
    }
}
