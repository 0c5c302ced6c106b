package io.hedgerow.billing.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hedgerow.billing.event.OutboxEvent;
import io.hedgerow.core.port.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetriesAreBoundedTest {
    private static final Instant NOW = Instant.parse("2026-01-31T08:00:00Z");

    @Test
    void pausesDoubleUpToTenMinutesLessUpToHalf() {
        for (int i = 0; i < 100; i++) {
            assertThat(RetryPlan.pauseMillis(Duration.ofSeconds(1), 1, 0)).isBetween(500L, 1_000L);
            assertThat(RetryPlan.pauseMillis(Duration.ofSeconds(1), 4, 0)).isBetween(4_000L, 8_000L);
            assertThat(RetryPlan.pauseMillis(Duration.ofSeconds(1), 500, 0)).isBetween(300_000L, 600_000L);
        }
    }

    @Test
    void whatTheEndpointAsksForIsWaitedForUpToAnHour() {
        assertThat(RetryPlan.pauseMillis(Duration.ofSeconds(1), 1, 30_000)).isEqualTo(30_000);
        assertThat(RetryPlan.pauseMillis(Duration.ofSeconds(1), 1, 999_000_000)).isEqualTo(3_600_000);
        assertThat(RetryPlan.wishMillis("120", NOW)).isEqualTo(120_000);
        assertThat(RetryPlan.wishMillis("Sat, 31 Jan 2026 08:01:00 GMT", NOW)).isEqualTo(60_000);
        assertThat(RetryPlan.wishMillis("Sat, 31 Jan 2026 07:00:00 GMT", NOW)).isZero();
        assertThat(RetryPlan.wishMillis("soon", NOW)).isZero();
        assertThat(RetryPlan.wishMillis(null, NOW)).isZero();
    }

    /** The key, the message and the signature that the specification's own libraries are tested with. */
    @Test
    void theSignatureIsThatOfTheSpecification() {
        SigningKey key = SigningKey.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        assertThat(key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330L, "{\"test\": 2432232314}"))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assertThat(key.toString()).isEqualTo("****");
        assertThatThrownBy(() -> SigningKey.parse("c2hvcnQ=")).hasMessageNotContaining("c2hvcnQ");
    }

    @Test
    void anEventOfManyRequestsComesInPartsWithIdsOfTheirOwn() throws Exception {
        List<String> requests = IntStream.range(0, 120).mapToObj(i -> "r-" + i).toList();
        OutboxEvent event = new OutboxEvent(1, "evt_x", EventKind.USAGE, "acme", 5, 9, requests, null, 0);

        List<EventJson.Body> bodies = EventJson.bodies(event, Map.of());

        assertThat(bodies).extracting(EventJson.Body::eventId).containsExactly("evt_x", "evt_x_2", "evt_x_3");
        var last = new ObjectMapper().readTree(bodies.get(2).payload());
        assertThat(last.at("/data/part").asInt()).isEqualTo(3);
        assertThat(last.at("/data/parts").asInt()).isEqualTo(3);
        assertThat(last.at("/data/records")).hasSize(20);
        assertThat(last.at("/data/records/19/request_id").asText()).isEqualTo("r-119");
        assertThat(last.at("/data/balance").asText()).isEqualTo("0.000000005");
    }
}
