package io.hedgerow.core.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.bed.Beds;
import io.hedgerow.core.bed.GatewayBed;
import io.hedgerow.core.bed.ProviderCall;
import io.hedgerow.core.bed.RawClient;
import io.hedgerow.core.bed.RawProvider;
import io.hedgerow.core.bed.Sse;
import io.hedgerow.core.config.ModelConfig;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.routing.Rollout;
import io.hedgerow.testkit.mock.MockUpstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("D4")
class RolloutTest {
    @RegisterExtension
    static final Beds beds = new Beds();

    private final MockUpstream slow = beds.mock("ttft=1h");
    private final MockUpstream fast = beds.mock("");

    private GatewayBed bed(String first) {
        ModelConfig.Hedge always = new ModelConfig.Hedge(
                new ModelConfig.Delay.Fixed(Duration.ofMillis(5)),
                Duration.ofMillis(1),
                Duration.ofSeconds(5),
                2,
                1.0,
                1000);
        GatewayBed bed = beds.with(new GatewayBed.Options().hedge(always), first, fast.baseUrl());
        bed.reload(Providers.traffic(false, 1));
        return bed;
    }

    @Test
    void theShareOfRequestsThatHedgeIsSwitchedWhileTheyRun() throws Exception {
        GatewayBed bed = bed(slow.baseUrl());
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try {
            hedged(bed, clients, 24, 24);
            bed.reload(Providers.traffic(false, 0));
            slow.reconfigure(slow.settings().with("ttft=50ms"));
            hedged(bed, clients, 24, 0);
            bed.reload(Providers.traffic(false, 1));
            slow.reconfigure(slow.settings().with("ttft=1h"));
            hedged(bed, clients, 24, 24);
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void requestsInFlightStayAsTheyBegan() {
        RawProvider held = beds.provider();
        GatewayBed bed = bed(held.baseUrl());
        bed.reload(Providers.traffic(false, 0));
        RawClient before = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall call = held.take();
        bed.reload(Providers.traffic(false, 1));
        RawClient after = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        held.take();
        assertThat(after.answer().header("x-hedgerow-provider")).isEqualTo("b");
        call.stream().chunk(Sse.content("x", "a") + Sse.DONE).end();
        assertThat(before.answer().header("x-hedgerow-provider")).isEqualTo("a");
        assertThat(bed.records(2)).filteredOn(UsageRecord::hedged).hasSize(1);
        assertThat(fast.stats().requests()).isEqualTo(1);
    }

    /** Sends that many at once and tells that exactly so many of them were hedged. */
    private static void hedged(GatewayBed bed, ExecutorService clients, int requests, int expected) throws Exception {
        int before = bed.ports.settled.size();
        List<Future<String>> answers = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            RawClient client = beds.client(bed);
            answers.add(clients.submit(() -> client.chat(RawClient.STREAM).text()));
        }
        for (Future<String> answer : answers) {
            assertThat(answer.get(60, TimeUnit.SECONDS)).endsWith(Sse.DONE);
        }
        List<UsageRecord> records = bed.records(before + requests).subList(before, before + requests);
        assertThat(records.stream().filter(UsageRecord::hedged)).hasSize(expected);
    }

    @Test
    void theIdChoosesAndAGreaterShareOnlyAddsRequests() {
        for (double share : new double[] {0, 0.01, 0.25, 0.5, 0.99, 1}) {
            long chosen = IntStream.range(0, 100_000)
                    .filter(i -> Rollout.includes("k3kw79wp252s4kdw-" + i, share))
                    .count();
            assertThat(chosen / 100_000.0).isBetween(share - 0.01, share + 0.01);
        }
        assertThat(IntStream.range(0, 10_000).mapToObj(i -> "id-" + i))
                .allSatisfy(id -> assertThat(!Rollout.includes(id, 0.2) || Rollout.includes(id, 0.3))
                        .isTrue());
    }
}
