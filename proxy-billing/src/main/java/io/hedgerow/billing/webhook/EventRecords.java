package io.hedgerow.billing.webhook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hedgerow.billing.event.OutboxEvent;
import io.hedgerow.billing.store.SqlText;
import io.hedgerow.core.port.NanoUsd;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Usage records as events show them. */
final class EventRecords {
    private static final List<String> TEXTS = List.of(
            "client_request_id",
            "key_id",
            "model",
            "dialect",
            "provider_id",
            "upstream_model",
            "status",
            "usage_source");
    private static final List<String> NUMBERS = List.of(
            "http_status",
            "input_tokens",
            "cached_input_tokens",
            "cache_write_tokens",
            "output_tokens",
            "reasoning_tokens");
    private static final String SELECT = "SELECT request_id, " + String.join(", ", TEXTS) + ", "
            + String.join(", ", NUMBERS) + ", cost_nano_usd, started_at_micros, ttft_micros, duration_micros, hedged"
            + " FROM usage_records WHERE request_id = ANY(?)";

    private EventRecords() {}

    /** By request id; what is gone is missing. */
    static Map<String, ObjectNode> load(Connection connection, Collection<String> requestIds) throws SQLException {
        Map<String, ObjectNode> records = new HashMap<>();
        if (requestIds.isEmpty()) {
            return records;
        }
        try (PreparedStatement query = connection.prepareStatement(SELECT)) {
            query.setArray(1, SqlText.array(connection, requestIds));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    ObjectNode json = json(row);
                    records.put(json.path("request_id").asText(), json);
                }
            }
        }
        return records;
    }

    private static ObjectNode json(ResultSet row) throws SQLException {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("request_id", row.getString("request_id"));
        for (String name : TEXTS) {
            json.put(name, row.getString(name));
        }
        for (String name : NUMBERS) {
            json.put(name, row.getLong(name));
        }
        json.put("cost", NanoUsd.format(row.getLong("cost_nano_usd")));
        json.put("started_at", OutboxEvent.instant(row.getLong("started_at_micros")));
        long ttft = row.getLong("ttft_micros");
        json.put("ttft_ms", row.wasNull() ? null : millis(ttft));
        json.put("duration_ms", millis(row.getLong("duration_micros")));
        json.put("hedged", row.getBoolean("hedged"));
        return json;
    }

    private static BigDecimal millis(long micros) {
        return BigDecimal.valueOf(micros, 3);
    }
}
