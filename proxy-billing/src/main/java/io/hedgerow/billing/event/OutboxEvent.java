package io.hedgerow.billing.event;

import io.hedgerow.core.port.EventKind;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A committed change of a tenant's account.
 *
 * @param outboxId orders the events of a tenant
 * @param id what consumers know it by
 * @param settled the requests that it contains
 * @param booked what an operator booked; null if it is something else
 */
public record OutboxEvent(
        long outboxId,
        String id,
        EventKind kind,
        String tenantId,
        long balanceNanoUsd,
        long version,
        List<String> settled,
        @Nullable Booked booked,
        long atMicros) {
    private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /**
     * A credit, a refund or an adjustment.
     *
     * @param requestId whose charge was given back; null if it is no refund
     */
    public record Booked(
            long amountNanoUsd,
            String idempotencyKey,
            @Nullable String requestId,
            @Nullable String reason) {}

    /** Copies the list. */
    public OutboxEvent {
        settled = List.copyOf(settled);
    }

    /** When it was written, in ISO 8601. */
    public String at() {
        return instant(atMicros);
    }

    /** Microseconds since the epoch in ISO 8601. */
    public static String instant(long micros) {
        return UTC.format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }
}
