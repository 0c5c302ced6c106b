package io.hedgerow.core.gateway.billing;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.bed.Beds;
import io.hedgerow.core.bed.Eventually;
import io.hedgerow.core.bed.GatewayBed;
import io.hedgerow.core.bed.ProviderCall;
import io.hedgerow.core.bed.RawAnswer;
import io.hedgerow.core.bed.RawClient;
import io.hedgerow.core.bed.RawProvider;
import io.hedgerow.core.bed.Sse;
import io.hedgerow.core.config.GatewayConfig;
import io.hedgerow.core.config.LimitsConfig;
import io.hedgerow.core.config.LimitsConfig.OnOverrun;
import io.hedgerow.core.config.ModelConfig;
import io.hedgerow.core.money.PriceHistory;
import io.hedgerow.core.money.PriceKind;
import io.hedgerow.core.money.PriceSheetBuilder;
import io.hedgerow.core.money.ServiceTier;
import io.hedgerow.core.port.BudgetBucket;
import io.hedgerow.core.port.MeterNames;
import io.hedgerow.core.port.UnitPrices;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.port.UsageStatus;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("B10")
class HoldsGrowWithStreamsTest {
    /** Ten tokens at the bed's price. */
    private static final long STEP = 20_000;

    @RegisterExtension
    static final Beds beds = new Beds();

    private final RawProvider provider = beds.provider();

    private static GatewayBed bed(OnOverrun onOverrun, String baseUrl) {
        LimitsConfig usual = LimitsConfig.DEFAULT;
        return beds.with(
                new GatewayBed.Options()
                        .limits(new LimitsConfig(
                                usual.lease(),
                                10,
                                usual.maxBodyBytes(),
                                usual.maxAnswerBytes(),
                                usual.clientBufferBytes(),
                                usual.writeTimeout(),
                                usual.drainTimeout(),
                                onOverrun)),
                baseUrl);
    }

    private static GatewayBed scripted(String script) {
        return bed(OnOverrun.STOP, beds.mock(script).baseUrl());
    }

    /** More than a hold of ten tokens covers, and after n of them more than n such holds cover, in one piece. */
    private static String twelveWords() {
        return Sse.content("x", "ab").repeat(12);
    }

    private static double overruns(GatewayBed bed, String outcome) {
        return bed.meters.counter(MeterNames.HOLD_OVERRUNS, "outcome", outcome).count();
    }

    @Test
    void whatIsHeldForMoreOutputIsHeldByTheTierThatIsAskedFor() {
        GatewayBed bed = bed(OnOverrun.STOP, provider.baseUrl());
        bed.reload(HoldsGrowWithStreamsTest::withPriority);
        RawClient client = beds.client(bed)
                .send(RawClient.request(
                        RawClient.STREAM.replace("{\"model\"", "{\"service_tier\":\"priority\",\"model\"")));
        ProviderCall call = provider.take().stream().chunk(twelveWords());
        Eventually.that(() -> overruns(bed, "extended") == 1);
        call.last(Sse.usage("x", 9, 12) + Sse.DONE);
        assertThat(client.answer().text()).endsWith(Sse.DONE);
        assertThat(bed.ports.extensions.stream().map(Map.Entry::getValue)).containsExactly(4 * STEP);
    }

    /** Output costs four times as much in it as it does without. */
    private static GatewayConfig withPriority(GatewayConfig c) {
        ModelConfig model = c.models().values().iterator().next();
        UnitPrices usual = model.prices().newest();
        PriceHistory prices = PriceHistory.of(new PriceSheetBuilder()
                .set(PriceKind.INPUT, usual.input())
                .set(PriceKind.OUTPUT, usual.output())
                .set(PriceKind.OUTPUT, ServiceTier.PRIORITY, 0, usual.output().multiply(BigDecimal.valueOf(4)))
                .build());
        ModelConfig priced =
                new ModelConfig(model.id(), model.targets(), model.hedge(), model.maxAttempts(), prices, Map.of());
        return new GatewayConfig(
                c.providers(),
                Map.of(model.id(), priced),
                c.limits(),
                c.stores(),
                c.tenants(),
                c.traffic(),
                c.billing(),
                c.events());
    }

    @Test
    void aStreamThatOutgrowsItsHoldHasItExtendedStepByStep() {
        GatewayBed bed = bed(OnOverrun.STOP, provider.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall call = provider.take().stream();
        for (int step = 1; step <= 3; step++) {
            int steps = step;
            call.chunk(twelveWords());
            Eventually.that(() -> overruns(bed, "extended") == steps);
        }
        call.last(Sse.usage("x", 9, 36) + Sse.DONE);
        assertThat(client.answer().text()).endsWith(Sse.DONE);
        assertThat(bed.ports.extensions.stream().map(Map.Entry::getValue)).containsExactly(STEP, STEP, STEP);
        assertThat(bed.record().status()).isEqualTo(UsageStatus.COMPLETED);
        assertThat(bed.ports.settledTokens)
                .containsExactly(
                        bed.record().tokens().input() + bed.record().tokens().output());
    }

    @Test
    void aStreamWithinItsHoldAsksForNothing() {
        GatewayBed bed = scripted("events=10;text=a");
        assertThat(beds.client(bed).chat(RawClient.STREAM).text()).endsWith(Sse.DONE);
        assertThat(bed.ports.extensions).isEmpty();
    }

    @Test
    void whereNothingMoreCanBeHeldAStreamEndsWithAnErrorAndPaysForWhatItProduced() {
        GatewayBed bed = bed(OnOverrun.STOP, provider.baseUrl());
        bed.ports.extensionRule = more -> false;
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall call = provider.take().stream().chunk(twelveWords());
        RawAnswer answer = client.answer();
        call.awaitHangUp();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains("\"code\":\"insufficient_quota\"").doesNotContain("[DONE]");
        UsageRecord record = bed.record();
        assertThat(record.status()).isEqualTo(UsageStatus.UPSTREAM_FAILED);
        assertThat(record.httpStatus()).isEqualTo(200);
        assertThat(record.attempts())
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.errorKind()).isEqualTo("quota_exhausted"));
        assertThat(record.tokens().output()).isPositive();
        assertThat(record.costNanoUsd()).isPositive();
        assertThat(overruns(bed, "stopped")).isEqualTo(1);
        assertThat(bed.ports.extensions).hasSize(1);
    }

    @Test
    void orGoesOnAndIsCounted() {
        GatewayBed bed = bed(OnOverrun.CONTINUE, provider.baseUrl());
        bed.ports.extensionRule = more -> false;
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall call = provider.take().stream().chunk(twelveWords());
        Eventually.that(() -> overruns(bed, "continued") == 1);
        call.chunk(twelveWords());
        Eventually.that(() -> overruns(bed, "continued") == 2);
        call.last(Sse.DONE);
        assertThat(client.answer().text()).endsWith(Sse.DONE);
        assertThat(bed.record().status()).isEqualTo(UsageStatus.COMPLETED);
    }

    @Test
    void anExtensionThatIsSlowDelaysNoByte() {
        GatewayBed bed = scripted("events=60;text=ab");
        bed.ports.extensionNeverAnswers = true;
        assertThat(beds.client(bed).chat(RawClient.STREAM).text()).endsWith(Sse.DONE);
        assertThat(bed.ports.extensions).hasSize(1);
    }

    @Test
    @Tag("B11")
    void theBucketsOfTheAdmissionAreJournaledAndRecorded() {
        GatewayBed bed = scripted("events=3");
        List<BudgetBucket> buckets = List.of(new BudgetBucket("day/tenant", 5, 9));
        bed.ports.buckets = buckets;
        beds.client(bed).chat(RawClient.STREAM);
        assertThat(bed.record().budgets()).isEqualTo(buckets);
        assertThat(bed.ports.admitted.get(0).budgets()).isEqualTo(buckets);
    }
}
