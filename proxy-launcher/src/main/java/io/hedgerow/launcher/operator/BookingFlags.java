package io.hedgerow.launcher.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every refund and adjustment can be given. */
final class BookingFlags {
    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Why, for people; kept with it and told to webhooks.")
    private @Nullable String reason;

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            description = "The same key books the same once, such as a ticket's number.")
    private @Nullable String idempotencyKey;

    ObjectNode explain(ObjectNode booking) {
        return reason == null ? booking : booking.put("reason", reason);
    }

    @Nullable
    String idempotencyKey() {
        return idempotencyKey;
    }
}
