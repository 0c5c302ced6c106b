package io.hedgerow.launcher.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lists that come page by page. */
final class Pages {
    private Pages() {}

    /** What is done with each item. */
    interface Sink {
        void item(JsonNode item) throws IOException;
    }

    /** All items of a list. */
    static ArrayNode all(AdminApi api, String path, String field, Map<String, @Nullable Object> parameters)
            throws IOException, InterruptedException {
        ArrayNode items = AdminApi.object().arrayNode();
        each(api, path, field, parameters, items::add);
        return items;
    }

    /** Hands on item by item, holding no more than a page. */
    static void each(AdminApi api, String path, String field, Map<String, @Nullable Object> parameters, Sink sink)
            throws IOException, InterruptedException {
        Map<String, @Nullable Object> asked = new HashMap<>(parameters);
        JsonNode next;
        do {
            JsonNode page = api.get(path, asked);
            for (JsonNode item : page.path(field)) {
                sink.item(item);
            }
            next = page.path("next_cursor");
            asked.put("cursor", next.asText());
        } while (next.isTextual());
    }
}
