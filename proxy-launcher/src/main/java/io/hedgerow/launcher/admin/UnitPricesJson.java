package io.hedgerow.launcher.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hedgerow.core.port.UnitPrices;
import io.hedgerow.launcher.yaml.Scalars;

/** Prices per million tokens as answers show them. */
public final class UnitPricesJson {
    private UnitPricesJson() {}

    /** Adds them all. */
    public static void add(ObjectNode json, UnitPrices prices) {
        json.put("input", Scalars.plain(prices.input()));
        json.put("output", Scalars.plain(prices.output()));
        json.put("cached_input", Scalars.plain(prices.cachedInput()));
        json.put("cache_write", Scalars.plain(prices.cacheWrite()));
        json.put("cache_write_1h", Scalars.plain(prices.cacheWriteHour()));
        json.put("reasoning", Scalars.plain(prices.reasoning()));
    }
}
