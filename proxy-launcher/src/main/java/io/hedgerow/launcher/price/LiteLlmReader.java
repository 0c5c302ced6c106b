package io.hedgerow.launcher.price;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hedgerow.core.money.PriceKind;
import io.hedgerow.core.money.PriceSheetBuilder;
import io.hedgerow.core.money.ServiceTier;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the public price list of LiteLLM, {@code model_prices_and_context_window.json}: one object per model, prices in USD
 * per token. Decimals stay decimals.
 */
public final class LiteLlmReader {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** An example of all keys, not a model. */
    private static final String SAMPLE = "sample_spec";

    /** What has no output to be paid for. */
    private static final Set<String> INPUT_ONLY = Set.of("embedding", "rerank", "moderation");

    /** USD per token are USD per million tokens, moved by this many places. */
    private static final int PER_MILLION = 6;

    private static final BigDecimal DEAREST = new BigDecimal("1000000000");
    private static final int MOST_DECIMALS = 18;

    private LiteLlmReader() {}

    /**
     * Reads a list.
     *
     * @throws PriceListException if it is no such list, or names no price per token
     */
    public static PriceList read(byte[] json) throws PriceListException {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new PriceListException("is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new PriceListException("cannot be read: " + e.getMessage());
        }
        if (root == null || !root.isObject()) {
            throw new PriceListException("is not a list of prices: not an object of models");
        }
        Map<String, PriceEntry> entries = new LinkedHashMap<>();
        int others = 0;
        for (Map.Entry<String, JsonNode> model : root.properties()) {
            if (model.getKey().equals(SAMPLE)) {
                continue;
            }
            PriceEntry entry = entry(model.getKey(), model.getValue());
            if (entry == null) {
                others++;
            } else {
                entries.put(entry.name(), entry);
            }
        }
        if (entries.isEmpty()) {
            throw new PriceListException("is not a list of prices: no model has an input_cost_per_token");
        }
        return new PriceList(entries, others, false);
    }

    /** Null for a model that cannot be priced by tokens: half a price would say that the other half is free. */
    private static @Nullable PriceEntry entry(String name, JsonNode model) {
        PriceSheetBuilder prices = new PriceSheetBuilder();
        for (Map.Entry<String, JsonNode> member : model.properties()) {
            LiteLlmKey key = LiteLlmKey.parse(member.getKey());
            if (key == null || member.getValue().isNull()) {
                continue;
            }
            BigDecimal price = price(member.getValue());
            if (price == null) {
                return null;
            }
            prices.set(key.kind(), key.tier(), key.aboveInputTokens(), price);
        }
        if (!ranges(model.path("tiered_pricing"), prices)) {
            return null;
        }
        String mode = model.path("mode").asText("");
        boolean whole = prices.has(PriceKind.INPUT) && (prices.has(PriceKind.OUTPUT) || INPUT_ONLY.contains(mode));
        PriceEntry.Facts facts = new PriceEntry.Facts(
                model.path("litellm_provider").asText(""),
                mode,
                count(model.path("max_input_tokens")),
                count(model.path("max_output_tokens")));
        return whole ? new PriceEntry(name, facts, prices) : null;
    }

    /** Ranges of input lengths, each with prices of its own for the whole request; false if one makes no sense. */
    private static boolean ranges(JsonNode ranges, PriceSheetBuilder prices) {
        for (JsonNode range : ranges) {
            Long above = count(range.path("range").path(0));
            for (Map.Entry<String, JsonNode> member : range.properties()) {
                LiteLlmKey key = LiteLlmKey.parse(member.getKey());
                if (key == null || key.tier() != ServiceTier.STANDARD || key.aboveInputTokens() != 0) {
                    continue;
                }
                BigDecimal price = price(member.getValue());
                if (above == null || price == null) {
                    return false;
                }
                prices.set(key.kind(), ServiceTier.STANDARD, above, price);
            }
        }
        return true;
    }

    /** In USD per million tokens; null for what is no price. */
    private static @Nullable BigDecimal price(JsonNode value) {
        BigDecimal perToken = decimal(value);
        if (perToken == null || perToken.signum() < 0 || perToken.scale() > MOST_DECIMALS * 2) {
            return null;
        }
        BigDecimal price = perToken.movePointRight(PER_MILLION).stripTrailingZeros();
        return price.compareTo(DEAREST) > 0 || price.scale() > MOST_DECIMALS ? null : price;
    }

    private static @Nullable Long count(JsonNode value) {
        BigDecimal number = decimal(value);
        boolean sensible = number != null && number.signum() >= 0 && number.compareTo(DEAREST) < 0;
        return number != null && sensible ? number.longValue() : null;
    }

    /** Some numbers are written as text. */
    private static @Nullable BigDecimal decimal(JsonNode value) {
        if (value.isNumber()) {
            return value.decimalValue();
        }
        String text = value.isTextual() ? value.asText() : "";
        return text.matches("[0-9]{1,20}(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?") ? new BigDecimal(text) : null;
    }
}
