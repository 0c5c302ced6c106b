package io.hedgerow.core.money;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UnitPrices;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("B17")
class PricesAreChosenByTierAndLengthTest {
    /** Names most, but no cache writes of an hour, nothing of batches but input and output, nothing of long flex. */
    private static final PriceSheet SHEET = new PriceSheetBuilder()
            .set(PriceKind.INPUT, usd("5"))
            .set(PriceKind.OUTPUT, usd("30"))
            .set(PriceKind.CACHED_INPUT, usd("0.5"))
            .set(PriceKind.CACHE_WRITE, usd("6.25"))
            .set(PriceKind.REASONING, usd("40"))
            .set(PriceKind.INPUT, ServiceTier.PRIORITY, 0, usd("10"))
            .set(PriceKind.OUTPUT, ServiceTier.PRIORITY, 0, usd("60"))
            .set(PriceKind.INPUT, ServiceTier.FLEX, 0, usd("2.5"))
            .set(PriceKind.OUTPUT, ServiceTier.FLEX, 0, usd("15"))
            .set(PriceKind.CACHED_INPUT, ServiceTier.FLEX, 0, usd("0.25"))
            .set(PriceKind.INPUT, ServiceTier.BATCH, 0, usd("2"))
            .set(PriceKind.OUTPUT, ServiceTier.BATCH, 0, usd("12"))
            .set(PriceKind.INPUT, ServiceTier.STANDARD, 200_000, usd("8"))
            .set(PriceKind.OUTPUT, ServiceTier.STANDARD, 200_000, usd("45"))
            .set(PriceKind.INPUT, ServiceTier.PRIORITY, 200_000, usd("20"))
            .set(PriceKind.INPUT, ServiceTier.STANDARD, 272_000, usd("9"))
            .build();

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        // tier, input tokens, named, input, output, cached, write, reasoning
        "STANDARD,       0, standard,             5,  30, 0.5,  6.25, 40",
        "STANDARD,  200000, standard,             5,  30, 0.5,  6.25, 40",
        "STANDARD,  200001, standard_above_200k,  8,  45, 0.5,  6.25, 40",
        "STANDARD,  272000, standard_above_200k,  8,  45, 0.5,  6.25, 40",
        "STANDARD,  272001, standard_above_272k,  9,  45, 0.5,  6.25, 40",
        "PRIORITY,     100, priority,            10,  60, 0.5,  6.25, 40",
        "PRIORITY,  200001, priority_above_200k, 20,  60, 0.5,  6.25, 40",
        "PRIORITY,  900000, priority_above_272k, 20,  60, 0.5,  6.25, 40",
        "FLEX,         100, flex,               2.5,  15, 0.25, 6.25, 40",
        "FLEX,      200001, flex_above_200k,      8,  45, 0.25, 6.25, 40",
        "BATCH,        100, batch,                2,  12, 0.5,  6.25, 40",
    })
    void eachTierHasItsPrice(
            ServiceTier tier,
            long inputTokens,
            String named,
            BigDecimal input,
            BigDecimal output,
            BigDecimal cached,
            BigDecimal write,
            BigDecimal reasoning) {
        UnitPrices chosen = SHEET.choose(tier, inputTokens);
        assertThat(chosen).isEqualTo(new UnitPrices(input, output, cached, write, write, reasoning, named));
    }

    @Test
    void whatIsLeftOpenCostsWhatItIsAPartOf() {
        UnitPrices bare = new PriceSheetBuilder()
                .set(PriceKind.INPUT, usd("3"))
                .set(PriceKind.OUTPUT, usd("15"))
                .build()
                .choose(ServiceTier.FLEX, 1_000_000);
        assertThat(bare).isEqualTo(new UnitPrices(usd("3"), usd("15"), usd("3"), usd("3")));
        assertThat(bare.plain()).isTrue();
    }

    @Test
    void reasoningThatIsListedAtThePriceOfOutputFollowsItIntoTiers() {
        PriceSheet sheet = new PriceSheetBuilder()
                .set(PriceKind.INPUT, usd("0.3"))
                .set(PriceKind.OUTPUT, usd("2.5"))
                .set(PriceKind.REASONING, usd("2.50"))
                .set(PriceKind.OUTPUT, ServiceTier.BATCH, 0, usd("1.25"))
                .build();
        assertThat(sheet.choose(ServiceTier.BATCH, 1).reasoning()).isEqualByComparingTo("1.25");
    }

    @Test
    void thePriceInForceAtTheStartCounts() {
        PriceSheet former = PriceSheet.of(new UnitPrices(usd("1"), usd("1"), usd("1"), usd("1")));
        PriceHistory history = new PriceHistory(List.of(
                new PriceHistory.Period(PriceHistory.ALWAYS, former),
                new PriceHistory.Period(1_000, SHEET),
                new PriceHistory.Period(2_000, PriceSheet.FREE)));
        assertThat(history.at(Long.MIN_VALUE)).isSameAs(former);
        assertThat(history.at(999)).isSameAs(former);
        assertThat(history.at(1_000)).isSameAs(SHEET);
        assertThat(history.at(1_999)).isSameAs(SHEET);
        assertThat(history.at(Long.MAX_VALUE)).isSameAs(PriceSheet.FREE);
        assertThat(new PriceHistory(history.periods().subList(1, 3)).at(0)).isSameAs(SHEET);
    }

    @Test
    @Tag("B7")
    void everyPartIsCostedAtItsPriceAndTheSumRoundedOnce() {
        Random random = new Random(17);
        for (int round = 0; round < 20_000; round++) {
            UnitPrices prices = new UnitPrices(
                    price(random), price(random), price(random), price(random), price(random), price(random), "any");
            long input = random.nextLong(1L << random.nextInt(1, 24));
            long cached = random.nextLong(input + 1);
            long written = random.nextLong(input - cached + 1);
            long hour = random.nextLong(written + 1);
            long output = random.nextLong(1L << random.nextInt(1, 24));
            long reasoning = random.nextLong(output + 1);
            BigDecimal exact = times(input - cached - written, prices.input())
                    .add(times(cached, prices.cachedInput()))
                    .add(times(written - hour, prices.cacheWrite()))
                    .add(times(hour, prices.cacheWriteHour()))
                    .add(times(output - reasoning, prices.output()))
                    .add(times(reasoning, prices.reasoning()))
                    .setScale(0, RoundingMode.HALF_UP);
            assertThat(prices.cost(new TokenUsage(input, cached, written, output, reasoning, hour)))
                    .isEqualTo(exact.longValueExact());
        }
    }

    @Test
    @Tag("B10")
    void anEstimateHoldsTheDearerOfOutputAndReasoning() {
        assertThat(Pricing.estimate(0, 10, SHEET.standard())).isEqualTo(400_000);
    }

    @Test
    @Tag("B10")
    void anEstimateHoldsCacheWritesAtTheirDearest() {
        UnitPrices hours = writes("3.75", "6");
        assertThat(Pricing.estimate(1_000, 0, hours)).isEqualTo(6_000_000);
        UnitPrices minutes = writes("3.75", "2");
        assertThat(Pricing.estimate(1_000, 0, minutes)).isEqualTo(3_750_000);
        UnitPrices neither = writes("1", "2");
        assertThat(Pricing.estimate(1_000, 0, neither)).isEqualTo(3_000_000);
    }

    private static UnitPrices writes(String minutes, String hour) {
        BigDecimal output = usd("15");
        return new UnitPrices(usd("3"), output, usd("0.3"), usd(minutes), usd(hour), output, UnitPrices.STANDARD);
    }

    /** In nano-USD. */
    private static BigDecimal times(long tokens, BigDecimal usdPerMillion) {
        return usdPerMillion.multiply(BigDecimal.valueOf(tokens)).multiply(BigDecimal.valueOf(1000));
    }

    private static BigDecimal price(Random random) {
        return BigDecimal.valueOf(random.nextLong(1L << random.nextInt(1, 20)), random.nextInt(0, 12));
    }

    private static BigDecimal usd(String price) {
        return new BigDecimal(price);
    }
}
