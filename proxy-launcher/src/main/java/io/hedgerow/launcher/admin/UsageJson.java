package io.hedgerow.launcher.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.port.UnitPrices;
import io.hedgerow.core.port.UsageRecord;

/** A usage record as the contract names its fields. */
final class UsageJson {
    private UsageJson() {}

    static ObjectNode record(UsageRecord record) {
        ObjectNode json = Json.object();
        json.put("request_id", record.requestId());
        json.put("client_request_id", record.clientRequestId());
        json.put("tenant_id", Json.id(record.tenantId()));
        json.put("key_id", Json.id(record.keyId()));
        json.put("model", record.model());
        json.put("dialect", record.dialect());
        json.put("provider_id", record.providerId());
        json.put("upstream_model", record.upstreamModel());
        json.put("status", record.status().wireName());
        json.put("http_status", record.httpStatus());
        json.put("input_tokens", record.tokens().input());
        json.put("cached_input_tokens", record.tokens().cachedInput());
        json.put("cache_write_tokens", record.tokens().cacheWrite());
        json.put("cache_write_1h_tokens", record.tokens().cacheWriteHour());
        json.put("output_tokens", record.tokens().output());
        json.put("reasoning_tokens", record.tokens().reasoning());
        json.put("usage_source", record.source().wireName());
        json.set("unit_prices", prices(record.unitPrices()));
        json.put("cost", Json.money(record.costNanoUsd()));
        json.put("provider_cost", Json.money(record.providerCostNanoUsd()));
        json.put("losers_cost", Json.money(record.losersCostNanoUsd()));
        json.put("losers_charged", record.losersCharged());
        json.put("margin", Json.money(record.costNanoUsd() - record.providerCostNanoUsd()));
        json.put("started_at", Json.instant(record.startedAtMicros()));
        json.set("ttft_ms", Json.millis(record.ttftMicros()));
        json.set("duration_ms", Json.millis(record.durationMicros()));
        json.put("hedged", record.hedged());
        json.put("clamped", record.clamped());
        ArrayNode attempts = json.putArray("attempts");
        record.attempts().forEach(attempt -> attempts.add(attempt(attempt)));
        return json;
    }

    private static ObjectNode prices(UnitPrices prices) {
        ObjectNode json = Json.object();
        UnitPricesJson.add(json, prices);
        json.put("tier", prices.tier());
        return json;
    }

    private static ObjectNode attempt(AttemptRecord attempt) {
        ObjectNode json = Json.object();
        json.put("n", attempt.n());
        json.put("provider_id", Json.id(attempt.providerId()));
        json.put("upstream_model", attempt.upstreamModel());
        json.put("reason", Json.word(attempt.reason()));
        json.put("outcome", Json.word(attempt.outcome()));
        json.put("started_at", Json.instant(attempt.startedAtMicros()));
        json.set("ttft_ms", Json.millis(attempt.ttftMicros()));
        json.set("duration_ms", Json.millis(attempt.durationMicros()));
        if (attempt.httpStatus() == 0) {
            json.putNull("http_status");
        } else {
            json.put("http_status", attempt.httpStatus());
        }
        json.put("error_kind", attempt.errorKind());
        json.put("input_tokens", attempt.inputTokens());
        json.put("output_tokens", attempt.outputTokens());
        json.put("provider_cost", Json.money(attempt.providerCostNanoUsd()));
        json.put("cost_known", attempt.costKnown());
        return json;
    }
}
