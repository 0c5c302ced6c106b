package io.hedgerow.core.dialect.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.hedgerow.core.dialect.JsonCursor;
import io.hedgerow.core.money.ServiceTier;

/** Reads a {@code service_tier}, asked for or told. What is not known, such as {@code default} or {@code scale}, is priced as usual. */
final class ServiceTiers {
    private static final byte[] PRIORITY = "priority".getBytes(US_ASCII);
    private static final byte[] FLEX = "flex".getBytes(US_ASCII);
    private static final byte[] BATCH = "batch".getBytes(US_ASCII);

    private ServiceTiers() {}

    /** The one that a request names. */
    static ServiceTier of(String name) {
        return switch (name) {
            case "priority" -> ServiceTier.PRIORITY;
            case "flex" -> ServiceTier.FLEX;
            case "batch" -> ServiceTier.BATCH;
            default -> ServiceTier.STANDARD;
        };
    }

    /** The string that was just passed. Allocates nothing. */
    static ServiceTier read(JsonCursor json) {
        if (json.is(PRIORITY)) {
            return ServiceTier.PRIORITY;
        }
        if (json.is(FLEX)) {
            return ServiceTier.FLEX;
        }
        return json.is(BATCH) ? ServiceTier.BATCH : ServiceTier.STANDARD;
    }
}
