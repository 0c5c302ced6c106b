package io.hedgerow.core.gateway.race;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.bed.Beds;
import io.hedgerow.core.bed.GatewayBed;
import io.hedgerow.core.bed.ProviderBuilder;
import io.hedgerow.core.bed.RawAnswer;
import io.hedgerow.core.bed.RawClient;
import io.hedgerow.core.bed.Sse;
import io.hedgerow.core.config.ProviderConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many clients, some of which leave, hedges, slots that are denied, leases that are lost, providers that fail. */
@Tag("S2")
@Tag("S3")
@Tag("law1")
class EverythingAtOnceTest {
    private static final int CLIENTS = 16;
    private static final int REQUESTS = 20;
    private static final List<String> SCRIPTS = List.of(
            "ttft=0ms..5ms",
            "ttft=0ms..30ms;gap=0ms..2ms",
            "split=3",
            "linger=1h",
            "status=500",
            "status=429",
            "fake=html",
            "hangup=reset",
            "hangup=close;ttft=0ms..10ms",
            "truncate-after=2",
            "reset-after=3",
            "error-after=1",
            "end-after=4",
            "usage=off",
            "pings=2;ttft=10ms;head=early");

    @RegisterExtension
    static final Beds beds = new Beds();

    @Test
    void nothingIsLeftBehind() throws Exception {
        GatewayBed bed = beds.with(
                new GatewayBed.Options()
                        .hedgeAfter(Duration.ofMillis(5))
                        .provider(EverythingAtOnceTest::drainedWhereItIsTheSecond),
                beds.mock("name=a;events=5").baseUrl(),
                beds.mock("name=b;events=5").baseUrl(),
                beds.mock("name=c;events=5").baseUrl());
        bed.ports.slotRule = request -> request.leaseId().hashCode() % 10 != 0;
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(i);
                done.add(clients.submit(() -> play(bed, random)));
            }
            for (Future<?> each : done) {
                each.get(120, TimeUnit.SECONDS);
            }
        } finally {
            clients.shutdownNow();
        }
        assertThat(bed.ports.admitted).hasSizeGreaterThan(CLIENTS * REQUESTS / 2);
    }

    private static void play(GatewayBed bed, Random random) {
        for (int i = 0; i < REQUESTS; i++) {
            String script = "x-mock-script: " + SCRIPTS.get(random.nextInt(SCRIPTS.size()));
            String body = random.nextInt(4) == 0 ? RawClient.WHOLE : RawClient.STREAM;
            try (RawClient client = RawClient.to(bed)) {
                client.send(RawClient.request(body, script));
                switch (random.nextInt(5)) {
                    case 0 -> client.reset();
                    case 1 -> client.isClosed();
                    default -> check(client.answer(), body);
                }
            }
        }
    }

    private static void check(RawAnswer answer, String request) {
        assertThat(answer.status()).isIn(200, 502, 503);
        assertThat(answer.end()).isEqualTo(RawAnswer.End.WHOLE);
        String text = answer.text();
        if (answer.status() == 200 && request.equals(RawClient.STREAM)) {
            assertThat(text.endsWith(Sse.DONE)).isNotEqualTo(text.contains("data: {\"error\":"));
            String id = text.substring(text.indexOf("chatcmpl-"), text.indexOf("chatcmpl-") + 10);
            assertThat(text.lines().filter(line -> line.contains("chatcmpl-")))
                    .allSatisfy(line -> assertThat(line).contains(id));
        }
    }

    private static ProviderConfig drainedWhereItIsTheSecond(ProviderConfig p) {
        return ProviderBuilder.of(p).cancelStopsBilling(!p.id().equals("b")).build();
    }
}
