package io.hedgerow.billing.webhook;

import io.hedgerow.billing.store.BulkInsert;
import io.hedgerow.core.port.MeterNames;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits for endpoints that no node's configuration has any more: as long as for one that is down, then it becomes a
 * dead letter. Needs no endpoint in force, so that the last one's deliveries end too.
 */
public final class RemovedEndpoints {
    private static final Logger log = LoggerFactory.getLogger(RemovedEndpoints.class);
    private static final BulkInsert<WebhookEndpoint> NOTE = new BulkInsert.Builder<WebhookEndpoint>("webhook_endpoints")
            .text("id", WebhookEndpoint::id)
            .bigint(
                    "give_up_after_millis",
                    endpoint -> endpoint.retry().giveUpAfter().toMillis())
            .column("in_force_at", "timestamptz", endpoint -> "now")
            .ending("ON CONFLICT (id) DO UPDATE SET give_up_after_millis = EXCLUDED.give_up_after_millis,"
                    + " in_force_at = EXCLUDED.in_force_at");

    /** Nodes do not reload at the same instant, and note what is in force only now and then. */
    private static final String GIVE_UP = """
            UPDATE webhook_deliveries SET died_at = clock_timestamp(), last_error = 'the endpoint is configured no more'
            WHERE id IN (
                SELECT d.id FROM webhook_deliveries d LEFT JOIN webhook_endpoints e ON e.id = d.endpoint_id
                WHERE d.died_at IS NULL AND (e.id IS NULL OR e.in_force_at < now() - interval '5 minutes')
                    AND d.waiting_since < now() - coalesce(
                        e.give_up_after_millis * interval '1 millisecond', interval '24 hours')
                ORDER BY d.id LIMIT 1000 FOR UPDATE OF d SKIP LOCKED)
            RETURNING endpoint_id""";

    private static final String FORGET = "DELETE FROM webhook_endpoints WHERE in_force_at < now() - interval '60 days'";

    private RemovedEndpoints() {}

    /** Notes which endpoints are in force here, and gives up what waits for others for too long; some at a time. */
    public static int giveUp(Connection connection, List<WebhookEndpoint> inForce, MeterRegistry meters)
            throws SQLException {
        NOTE.execute(
                connection,
                inForce.stream()
                        .sorted(Comparator.comparing(WebhookEndpoint::id))
                        .toList());
        Map<String, Integer> dead = new TreeMap<>();
        try (PreparedStatement update = connection.prepareStatement(GIVE_UP);
                ResultSet row = update.executeQuery()) {
            while (row.next()) {
                dead.merge(row.getString(1), 1, Integer::sum);
            }
        }
        try (PreparedStatement forget = connection.prepareStatement(FORGET)) {
            forget.executeUpdate();
        }
        dead.forEach((endpoint, count) -> {
            meters.counter(MeterNames.WEBHOOK_DELIVERIES, "endpoint", endpoint, "result", "dead")
                    .increment(count);
            log.atError()
                    .addKeyValue("endpoint", endpoint)
                    .addKeyValue("deliveries", count)
                    .log("webhooks of an endpoint that is configured no more were given up");
        });
        return dead.values().stream().mapToInt(Integer::intValue).sum();
    }
}
