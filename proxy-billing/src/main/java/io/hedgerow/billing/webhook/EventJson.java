package io.hedgerow.billing.webhook;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hedgerow.billing.event.OutboxEvent;
import io.hedgerow.core.port.NanoUsd;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of an event. One with many requests comes in parts, each an event of its own. */
final class EventJson {
    private static final int MOST_RECORDS = 50;
    private static final ObjectMapper JSON = new ObjectMapper().enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);

    private EventJson() {}

    /**
     * A body.
     *
     * @param eventId the same whenever the event is told
     */
    record Body(String eventId, int part, String payload) {}

    /** @param records by request id */
    static List<Body> bodies(OutboxEvent event, Map<String, ObjectNode> records) {
        int parts = Math.max(1, (event.settled().size() + MOST_RECORDS - 1) / MOST_RECORDS);
        List<Body> bodies = new ArrayList<>(parts);
        for (int part = 1; part <= parts; part++) {
            int from = (part - 1) * MOST_RECORDS;
            int to = Math.min(event.settled().size(), part * MOST_RECORDS);
            String id = part == 1 ? event.id() : event.id() + "_" + part;
            ObjectNode data = data(event);
            if (!event.settled().isEmpty()) {
                data.put("part", part).put("parts", parts);
                ArrayNode array = data.putArray("records");
                event.settled().subList(from, to).forEach(request -> array.add(record(request, records)));
            }
            bodies.add(new Body(id, part, write(id, event, data)));
        }
        return bodies;
    }

    private static ObjectNode record(String requestId, Map<String, ObjectNode> records) {
        ObjectNode known = records.get(requestId);
        return known == null ? JsonNodeFactory.instance.objectNode().put("request_id", requestId) : known;
    }

    private static ObjectNode data(OutboxEvent event) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("tenant_id", event.tenantId());
        data.put("version", event.version());
        data.put("balance", NanoUsd.format(event.balanceNanoUsd()));
        OutboxEvent.Booked booked = event.booked();
        if (booked != null) {
            data.put("amount", NanoUsd.format(booked.amountNanoUsd()));
            data.put("idempotency_key", booked.idempotencyKey());
            addText(data, "request_id", booked.requestId());
            addText(data, "reason", booked.reason());
        }
        return data;
    }

    private static void addText(ObjectNode data, String name, @Nullable String text) {
        if (text != null) {
            data.put(name, text);
        }
    }

    private static String write(String id, OutboxEvent event, ObjectNode data) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("id", id).put("type", event.kind().type()).put("timestamp", event.at());
        body.set("data", data);
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }
}
