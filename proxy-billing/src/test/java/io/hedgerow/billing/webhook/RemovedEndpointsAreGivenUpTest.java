package io.hedgerow.billing.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.billing.store.Transactions;
import io.hedgerow.billing.support.EventBed;
import io.hedgerow.core.port.EventKind;
import io.hedgerow.core.port.MeterNames;
import io.hedgerow.core.port.WebhookAdmin.Selection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One delivery waits for an endpoint that is tried for an hour, one for another one. */
@Tag("B3")
class RemovedEndpointsAreGivenUpTest {
    private static final WebhookEndpoint SHOP = endpoint("shop");
    private static final WebhookEndpoint OTHER = endpoint("other");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private EventBed bed;

    private static WebhookEndpoint endpoint(String id) {
        return new WebhookEndpoint(
                id,
                URI.create("http://127.0.0.1:1/"),
                List.of(),
                Set.of(),
                EnumSet.allOf(EventKind.class),
                new WebhookEndpoint.Retry(Duration.ofSeconds(1), 10, Duration.ofHours(1)),
                List.of());
    }

    @BeforeEach
    void queue() throws SQLException {
        bed = new EventBed();
        bed.usage("acme", 1, "r-1");
        new FanOut(bed.pool(), () -> List.of(SHOP, OTHER), () -> {}).run();
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private int upkeep(WebhookEndpoint... inForce) throws SQLException {
        return Transactions.run(
                bed.pool(), connection -> RemovedEndpoints.giveUp(connection, List.of(inForce), meters));
    }

    private void waiting(String interval) throws SQLException {
        bed.sql().run("UPDATE webhook_deliveries SET waiting_since = now() - interval '" + interval + "'");
    }

    private void lastInForce(String interval) throws SQLException {
        bed.sql()
                .run("UPDATE webhook_endpoints SET in_force_at = now() - interval '" + interval
                        + "' WHERE id = 'shop'");
    }

    @Test
    void whatWaitsForARemovedEndpointIsGivenUpWhenItWouldHaveBeenAnyway() throws Exception {
        assertThat(upkeep(SHOP, OTHER)).isZero();
        lastInForce("10 minutes");
        waiting("59 minutes");
        assertThat(upkeep(OTHER)).as("it may come back").isZero();
        waiting("61 minutes");
        assertThat(upkeep(OTHER)).isEqualTo(1);
        assertThat(
                        bed.sql()
                                .texts(
                                        "SELECT endpoint_id || ' ' || last_error FROM webhook_deliveries WHERE died_at IS NOT NULL"))
                .containsExactly("shop the endpoint is configured no more");
        assertThat(meters.counter(MeterNames.WEBHOOK_DELIVERIES, "endpoint", "shop", "result", "dead")
                        .count())
                .isEqualTo(1);
        assertThat(upkeep(OTHER)).isZero();
    }

    @Test
    void anotherNodeThatStillHasTheEndpointGoesOnTrying() throws Exception {
        upkeep(SHOP);
        waiting("2 days");
        assertThat(upkeep(OTHER)).isZero();
        lastInForce("10 minutes");
        assertThat(upkeep(SHOP, OTHER)).as("it came back").isZero();
    }

    @Test
    void anEndpointThatNobodyKnowsAnyMoreIsGivenADay() throws Exception {
        waiting("23 hours");
        assertThat(upkeep()).isZero();
        waiting("25 hours");
        assertThat(upkeep()).as("without any endpoint in force").isEqualTo(2);
    }

    @Test
    void whatWasGivenUpIsDeliveredAgainWhenItIsAskedFor() throws Exception {
        waiting("2 days");
        upkeep();
        Selection shop = new Selection("shop", null, Set.of());
        int again = Transactions.run(bed.pool(), connection -> DeadLetters.redeliver(connection, shop));
        assertThat(again).isEqualTo(1);
        assertThat(upkeep()).as("its time begins anew").isZero();
        List<Lanes.Lease> due = Transactions.run(bed.pool(), connection -> Lanes.claim(connection, SHOP, 4));
        assertThat(due).hasSize(1);
    }

    @Test
    void deadLettersAreForgottenAfterAMonth() throws Exception {
        waiting("2 days");
        upkeep();
        bed.sql().run("UPDATE webhook_deliveries SET died_at = now() - interval '31 days' WHERE endpoint_id = 'shop'");
        int forgotten = Transactions.run(bed.pool(), DeadLetters::forget);
        assertThat(forgotten).isEqualTo(1);
    }
}
