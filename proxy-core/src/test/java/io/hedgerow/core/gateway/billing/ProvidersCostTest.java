package io.hedgerow.core.gateway.billing;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.bed.Beds;
import io.hedgerow.core.bed.GatewayBed;
import io.hedgerow.core.bed.ProviderCall;
import io.hedgerow.core.bed.RawClient;
import io.hedgerow.core.bed.RawProvider;
import io.hedgerow.core.bed.Sse;
import io.hedgerow.core.config.BillingConfig;
import io.hedgerow.core.config.GatewayConfig;
import io.hedgerow.core.config.ModelConfig;
import io.hedgerow.core.money.PriceHistory;
import io.hedgerow.core.money.PriceKind;
import io.hedgerow.core.money.PriceSheetBuilder;
import io.hedgerow.core.money.ServiceTier;
import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.port.AttemptRecord.Outcome;
import io.hedgerow.core.port.UsageRecord;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What tenants are charged beside what providers charge. Tenants pay 1 USD for a million input tokens and 2 for output. */
@Tag("B17")
class ProvidersCostTest {
    @RegisterExtension
    static final Beds beds = new Beds();

    private final RawProvider a = beds.provider();

    @Test
    void aTargetHasAPriceOfItsOwn() {
        GatewayBed bed = beds.over(a.baseUrl());
        bed.reload(config -> costing(config, Map.of("a", prices("0.5", "1.5")), false));
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        a.take().stream()
                .chunk(Sse.content("x", "abc") + Sse.stop("x") + Sse.usage("x", 10, 4) + Sse.DONE)
                .end();
        assertThat(client.answer().text()).endsWith(Sse.DONE);
        UsageRecord record = bed.record();
        assertThat(record.costNanoUsd()).isEqualTo(10_000 + 8_000);
        assertThat(record.attempts().get(0).providerCostNanoUsd()).isEqualTo(5_000 + 6_000);
        assertThat(record.attempts().get(0).costKnown()).isTrue();
        assertThat(record.providerCostNanoUsd()).isEqualTo(11_000);
        assertThat(record.losersCostNanoUsd()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLosersCostIsEstimatedAndChargedWhereConfigured(boolean charged) {
        RawProvider b = beds.provider();
        GatewayBed bed =
                beds.with(new GatewayBed.Options().hedgeAfter(Duration.ofMillis(20)), a.baseUrl(), b.baseUrl());
        bed.reload(config -> costing(config, Map.of("a", prices("3", "4")), charged));
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall slow = a.take();
        b.take().stream()
                .chunk(Sse.content("b", "1") + Sse.stop("b") + Sse.usage("b", 10, 1) + Sse.DONE)
                .end();
        assertThat(client.answer().text()).endsWith(Sse.DONE);
        slow.awaitHangUp();
        UsageRecord record = bed.record();
        AttemptRecord loser = record.attempts().get(0);
        assertThat(loser.outcome()).isEqualTo(Outcome.LOST);
        // The prompt has as many tokens as the winner says.
        assertThat(loser.providerCostNanoUsd()).isEqualTo(30_000);
        assertThat(loser.costKnown()).isFalse();
        assertThat(loser.inputTokens()).isEqualTo(10);
        assertThat(loser.outputTokens()).isZero();
        assertThat(record.losersCostNanoUsd()).isEqualTo(30_000);
        assertThat(record.providerCostNanoUsd()).isEqualTo(30_000 + 12_000);
        assertThat(record.losersCharged()).isEqualTo(charged);
        assertThat(record.costNanoUsd()).isEqualTo(12_000 + (charged ? 30_000 : 0));
        assertThat(bed.ports.holds).containsExactly(Map.entry(record.requestId(), record.costNanoUsd()));
    }

    @Test
    void aFailedAttemptCostsNothingAndIsNeverCharged() {
        RawProvider b = beds.provider();
        GatewayBed bed = beds.over(a.baseUrl(), b.baseUrl());
        bed.reload(config -> costing(config, Map.of(), true));
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        a.take().whole(500, "application/json", "{}");
        b.take().stream()
                .chunk(Sse.content("b", "1") + Sse.stop("b") + Sse.usage("b", 10, 1) + Sse.DONE)
                .end();
        assertThat(client.answer().text()).endsWith(Sse.DONE);
        UsageRecord record = bed.record();
        assertThat(record.attempts().get(0).providerCostNanoUsd()).isZero();
        assertThat(record.attempts().get(0).inputTokens()).isZero();
        assertThat(record.attempts().get(1).inputTokens()).isEqualTo(10);
        assertThat(record.attempts().get(0).costKnown()).isTrue();
        assertThat(record.costNanoUsd()).isEqualTo(12_000);
    }

    @ParameterizedTest
    @CsvSource({
        "default,  20, standard,           1000",
        "scale,    20, standard,           1000",
        "flex,     20, flex,                500",
        "priority, 20, priority,           3000",
        "priority, 21, priority_above_20,  5000",
        "batch,    20, batch,               250",
        "default,  21, standard_above_20,  4000",
    })
    void theAnswersTierAndTheInputsLengthChooseThePrice(String told, long input, String tier, long nanoUsdPerToken) {
        GatewayBed bed = beds.over(a.baseUrl());
        bed.reload(config -> priced(config, tiers()));
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        String content =
                Sse.content("x", "abc").replace("\"choices\"", "\"service_tier\":\"" + told + "\",\"choices\"");
        // Cached input is a part of the length too.
        String usage = Sse.usage("x", input, 1)
                .replace("\"total_tokens\"", "\"prompt_tokens_details\":{\"cached_tokens\":5},\"total_tokens\"");
        a.take().stream()
                .chunk(Sse.role("x") + content + Sse.stop("x") + usage + Sse.DONE)
                .end();
        assertThat(client.answer().text())
                .contains("\"service_tier\":\"" + told + "\"")
                .endsWith(Sse.DONE);
        UsageRecord record = bed.record();
        assertThat(record.unitPrices().tier()).isEqualTo(tier);
        assertThat(record.costNanoUsd()).isEqualTo(input * nanoUsdPerToken);
        assertThat(record.providerCostNanoUsd()).isEqualTo(record.costNanoUsd());
    }

    /** The body has some 100 bytes, so that the input is long by the estimate; output is free. */
    @ParameterizedTest
    @Tag("B10")
    @CsvSource({"priority, 5000", "flex, 4000", "batch, 4000", "auto, 4000"})
    void theTierThatIsAskedForIsHeldUnlessTheStandardOneIsDearer(String asked, long nanoUsdPerToken) {
        GatewayBed bed = beds.over(a.baseUrl());
        bed.reload(config -> priced(config, tiers()));
        String body = RawClient.WHOLE.replace("{\"model\"", "{\"service_tier\":\"" + asked + "\",\"model\"");
        RawClient client = beds.client(bed).send(RawClient.request(body));
        a.take().whole(200, "application/json", """
                {"service_tier":"default","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}],
                "usage":{"prompt_tokens":9,"completion_tokens":1}}""");
        assertThat(client.answer().status()).isEqualTo(200);
        long input = (body.length() + 2L) / 3;
        assertThat(bed.ports.asked.get(0).estimate().nanoUsd()).isEqualTo(input * nanoUsdPerToken);
        assertThat(bed.record().costNanoUsd()).isEqualTo(9_000);
    }

    @Test
    void aWholeAnswerTellsItsTierAndItsCacheWritesToo() {
        GatewayBed bed = beds.over(a.baseUrl());
        bed.reload(config -> priced(config, tiers()));
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.WHOLE));
        a.take().whole(200, "application/json", """
                {"service_tier":"flex","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}],
                "usage":{"prompt_tokens":20,"completion_tokens":1,"prompt_tokens_details":{"cache_creation_tokens":8,
                "cache_creation_token_details":{"ephemeral_5m_input_tokens":5,"ephemeral_1h_input_tokens":3}}}}""");
        assertThat(client.answer().status()).isEqualTo(200);
        UsageRecord record = bed.record();
        assertThat(record.tokens().cacheWrite()).isEqualTo(8);
        assertThat(record.tokens().cacheWriteHour()).isEqualTo(3);
        assertThat(record.unitPrices().tier()).isEqualTo("flex");
        // 12 as input of flex, 5 written for minutes, 3 for an hour
        assertThat(record.costNanoUsd()).isEqualTo(12 * 500 + 5 * 1_250 + 3 * 2_000);
    }

    @Test
    void thePriceInForceWhenTheRequestCameCounts() {
        GatewayBed bed = beds.over(a.baseUrl());
        PriceHistory.Period past = new PriceHistory.Period(0, prices("7", "7").at(0));
        PriceHistory.Period future =
                new PriceHistory.Period(Long.MAX_VALUE, prices("9", "9").at(0));
        bed.reload(config -> priced(config, new PriceHistory(List.of(past, future))));
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        a.take().stream()
                .chunk(Sse.content("x", "abc") + Sse.stop("x") + Sse.usage("x", 10, 4) + Sse.DONE)
                .end();
        assertThat(client.answer().text()).endsWith(Sse.DONE);
        assertThat(bed.record().costNanoUsd()).isEqualTo(14 * 7_000);
    }

    private static PriceHistory tiers() {
        PriceSheetBuilder sheet = new PriceSheetBuilder();
        set(sheet, ServiceTier.STANDARD, 0, "1");
        set(sheet, ServiceTier.FLEX, 0, "0.5");
        set(sheet, ServiceTier.PRIORITY, 0, "3");
        set(sheet, ServiceTier.BATCH, 0, "0.25");
        set(sheet, ServiceTier.STANDARD, 20, "4");
        set(sheet, ServiceTier.PRIORITY, 20, "5");
        sheet.set(PriceKind.OUTPUT, BigDecimal.ZERO);
        sheet.set(PriceKind.CACHE_WRITE, new BigDecimal("1.25")).set(PriceKind.CACHE_WRITE_HOUR, new BigDecimal("2"));
        return PriceHistory.of(sheet.build());
    }

    private static void set(PriceSheetBuilder sheet, ServiceTier tier, long above, String input) {
        sheet.set(PriceKind.INPUT, tier, above, new BigDecimal(input));
    }

    private static PriceHistory prices(String input, String output) {
        return PriceHistory.of(new PriceSheetBuilder()
                .set(PriceKind.INPUT, new BigDecimal(input))
                .set(PriceKind.OUTPUT, new BigDecimal(output))
                .build());
    }

    private static GatewayConfig costing(GatewayConfig c, Map<String, PriceHistory> costs, boolean chargeLosers) {
        ModelConfig model = c.models().values().iterator().next();
        Map<ModelConfig.Target, PriceHistory> ofTargets = new HashMap<>();
        for (ModelConfig.Target target : model.targets()) {
            PriceHistory cost = costs.get(target.providerId());
            if (cost != null) {
                ofTargets.put(target, cost);
            }
        }
        return with(
                c,
                new ModelConfig(
                        model.id(), model.targets(), model.hedge(), model.maxAttempts(), model.prices(), ofTargets),
                chargeLosers);
    }

    private static GatewayConfig priced(GatewayConfig c, PriceHistory prices) {
        ModelConfig model = c.models().values().iterator().next();
        return with(
                c,
                new ModelConfig(model.id(), model.targets(), model.hedge(), model.maxAttempts(), prices, Map.of()),
                false);
    }

    private static GatewayConfig with(GatewayConfig c, ModelConfig model, boolean chargeLosers) {
        return new GatewayConfig(
                c.providers(),
                Map.of(model.id(), model),
                c.limits(),
                c.stores(),
                c.tenants(),
                c.traffic(),
                new BillingConfig(chargeLosers),
                c.events());
    }
}
