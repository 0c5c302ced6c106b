package io.hedgerow.core.money;

import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UnitPrices;

/** What a request may come to cost. What it did cost is {@link UnitPrices#cost}. */
public final class Pricing {
    private Pricing() {}

    /**
     * What admission holds for a request that asks for a service tier: by its price or the standard one, whichever comes
     * to more, because a provider may process it in either.
     */
    public static long estimate(long inputTokens, long maxOutputTokens, PriceSheet prices, ServiceTier asked) {
        return most(inputTokens, inputTokens, maxOutputTokens, prices, asked);
    }

    /** The same for nothing but more output of such a request. */
    public static long outputEstimate(long inputTokens, long outputTokens, PriceSheet prices, ServiceTier asked) {
        return most(inputTokens, 0, outputTokens, prices, asked);
    }

    /** @param length chooses the prices */
    private static long most(long length, long inputTokens, long outputTokens, PriceSheet prices, ServiceTier asked) {
        long standard = estimate(inputTokens, outputTokens, prices.choose(ServiceTier.STANDARD, length));
        return asked == ServiceTier.STANDARD
                ? standard
                : Math.max(standard, estimate(inputTokens, outputTokens, prices.choose(asked, length)));
    }

    /**
     * What admission holds in nano-USD: the input by the rule of thumb at the dearest of the input price and those of cache
     * writes, for minutes and for an hour, and the most output that the request allows, at the dearer of output and reasoning.
     * {@link Long#MAX_VALUE} when a long cannot hold it.
     */
    public static long estimate(long inputTokens, long maxOutputTokens, UnitPrices prices) {
        boolean hoursCostMore = prices.cacheWriteHour().compareTo(prices.cacheWrite()) > 0;
        boolean writesCostMore =
                prices.cacheWrite().max(prices.cacheWriteHour()).compareTo(prices.input()) > 0;
        boolean reasoningCostsMore = prices.reasoning().compareTo(prices.output()) > 0;
        TokenUsage most = new TokenUsage(
                inputTokens,
                0,
                writesCostMore ? inputTokens : 0,
                maxOutputTokens,
                reasoningCostsMore ? maxOutputTokens : 0,
                writesCostMore && hoursCostMore ? inputTokens : 0);
        try {
            return prices.cost(most);
        } catch (ArithmeticException tooMuch) {
            return Long.MAX_VALUE;
        }
    }
}
