package io.hedgerow.launcher.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hedgerow.core.port.NanoUsd;
import io.hedgerow.launcher.yaml.Scalars;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How money, time and absent values are written. */
final class Json {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Json() {}

    static ObjectNode object() {
        return NODES.objectNode();
    }

    /** USD as a decimal string. */
    static String money(long nanoUsd) {
        return NanoUsd.format(nanoUsd);
    }

    /** ISO 8601 in UTC with microseconds. */
    static String instant(long micros) {
        return UTC.format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }

    /** A number of milliseconds with up to three decimals. */
    static JsonNode millis(@Nullable Long micros) {
        if (micros == null) {
            return NODES.nullNode();
        }
        BigDecimal millis = new BigDecimal(Scalars.plain(BigDecimal.valueOf(micros, 3)));
        return NODES.numberNode(millis);
    }

    /** The id of something that history refers to; null once it is deleted, which queries tell as an empty text. */
    static @Nullable String id(@Nullable String id) {
        return id == null || id.isEmpty() ? null : id;
    }

    /** The wire name of a constant. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
