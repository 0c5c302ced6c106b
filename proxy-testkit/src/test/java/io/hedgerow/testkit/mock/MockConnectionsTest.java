package io.hedgerow.testkit.mock;

import static io.hedgerow.testkit.wait.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.testkit.mock.RawClient.End;
import io.hedgerow.testkit.mock.RawClient.Received;
import io.hedgerow.testkit.mock.ServedRequest.Outcome;
import io.hedgerow.testkit.mock.script.MockSettings;
import io.hedgerow.testkit.net.LoopbackCertificate;
import io.netty.handler.ssl.JdkSslContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MockConnectionsTest {
    private final MockUpstream mock = MockUpstream.start(MockSettings.parse("events=4"));

    @AfterEach
    void stop() {
        mock.close();
    }

    @Test
    @Tag("H12")
    void aClientThatHangsUpIsSeenAsCancelled() throws IOException {
        for (String script :
                List.of("ttft=1h", "ttft=1h;head=early", "gap=1h", "stall-after=4", "status=500;error-delay=1h")) {
            for (boolean byReset : new boolean[] {true, false}) {
                long before = mock.stats().cancelled();
                try (RawClient client = new RawClient(mock.port())) {
                    client.send(RawClient.STREAM, "x-mock-script: " + script, "x-request-id: " + script);
                    await().until(() -> mock.stats().active() == 1);
                    if (byReset) {
                        client.reset();
                    }
                }
                await().until(() -> mock.stats().active() == 0);
                assertThat(mock.stats().cancelled()).as(script).isEqualTo(before + 1);
            }
        }
        assertThat(mock.served()).extracting(ServedRequest::id).contains("gap=1h");
        assertThat(mock.stats().maxActive()).isEqualTo(1);
    }

    @Test
    void oneConnectionServesManyRequestsInTurnPipelinedOnesToo() throws IOException {
        try (RawClient client = new RawClient(mock.port())) {
            for (int request = 0; request < 3; request++) {
                client.send(RawClient.STREAM);
                client.send(RawClient.JSON);
                client.write("GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n");
                assertThat(client.receive().chunks()).hasSize(7);
                assertThat(client.receive().body()).contains("chat.completion");
                assertThat(client.receive().body()).contains("\"object\":\"list\"");
            }
        }
        assertThat(mock.stats().connections()).isEqualTo(1);
        assertThat(mock.stats().completed()).isEqualTo(6);
    }

    @Test
    void aClientThatAsksForItIsClosedAfterItsAnswer() throws IOException {
        try (RawClient client = new RawClient(mock.port())) {
            client.send(RawClient.STREAM, "connection: close");
            assertThat(client.receive().end()).isEqualTo(End.PROPER);
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    @Tag("law7")
    void aClientThatDoesNotReadStopsTheStream() throws IOException {
        String text = "x".repeat(4000);
        try (RawClient client = new RawClient(mock.port())) {
            client.send(RawClient.STREAM, "x-mock-script: events=100000;text=" + text);
            await().until(() -> isStill(mock.stats().tokens()));
            assertThat(mock.stats().tokens()).isLessThan(20_000);
            long stalledAt = mock.stats().tokens();
            while (mock.stats().tokens() == stalledAt) {
                client.read();
            }
        }
    }

    private boolean isStill(long tokens) {
        if (tokens == 0) {
            return false;
        }
        long until = System.nanoTime() + 200_000_000L;
        while (System.nanoTime() < until) {
            if (mock.stats().tokens() != tokens) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    @Test
    void theWitnessKnowsEveryRequest() throws IOException {
        RawClient.post(mock.port(), RawClient.STREAM, "x-request-id: r1", "x-client-request-id: c1");
        RawClient.post(mock.port(), RawClient.STREAM, "x-client-request-id: c2");
        RawClient.post(mock.port(), RawClient.STREAM, "x-mock-script: status=503");
        await().until(() -> mock.stats().active() == 0);

        assertThat(mock.served()).extracting(ServedRequest::id).containsExactly("r1", "c2", null);
        assertThat(mock.served())
                .extracting(ServedRequest::outcome)
                .containsExactly(Outcome.COMPLETED, Outcome.COMPLETED, Outcome.FAILED);
        String[] lines = RawClient.get(mock.port(), "/stats/requests").body().split("\n", -1);
        assertThat(lines[0])
                .startsWith("{\"number\":1,\"id\":\"r1\",\"client_request_id\":\"c1\",\"status\":200,\"tokens\":4,"
                        + "\"outcome\":\"completed\"");
        assertThat(RawClient.get(mock.port(), "/stats/requests?after=2").body())
                .startsWith("{\"number\":3,")
                .endsWith("}\n")
                .containsOnlyOnce("number");
        assertThat(RawClient.get(mock.port(), "/stats").body())
                .startsWith(
                        "{\"requests\":3,\"completed\":2,\"cancelled\":0,\"failed\":1,\"active\":0,\"max_active\":1,"
                                + "\"tokens\":8,")
                .contains("\"by_status\":{\"200\":2,\"503\":1}");
    }

    @Test
    void theWitnessForgetsTheOldestFirst() throws IOException {
        MockSettings few =
                MockSettings.builder().keep(new MockSettings.Keep(2, 1)).build();
        try (MockUpstream forgetful = MockUpstream.start(few)) {
            for (int request = 1; request <= 5; request++) {
                RawClient.post(forgetful.port(), RawClient.STREAM);
            }
            await().until(() -> forgetful.stats().active() == 0);
            assertThat(forgetful.served()).extracting(ServedRequest::number).containsExactly(4L, 5L);
            assertThat(forgetful.received()).extracting(ReceivedRequest::number).containsExactly(5L);
        }
    }

    @Test
    void requestsCanBeLookedAtAsTheyCame() throws IOException {
        String body = "{\"model\":\"ü\",\"stream\":true}";
        RawClient.post(mock.port(), body, "X-Custom: A", "accept-encoding: identity");

        ReceivedRequest request = mock.received().get(0);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri()).isEqualTo("/v1/chat/completions");
        assertThat(request.header("x-custom")).contains("A");
        assertThat(request.headers()).anyMatch(header -> header.getKey().equals("X-Custom"));
        assertThat(request.body()).isEqualTo(body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void itSpeaksTls() throws IOException {
        LoopbackCertificate certificate = LoopbackCertificate.create();
        JdkSslContext trusting = (JdkSslContext) certificate.clientContext();
        try (MockUpstream secure =
                        MockUpstream.startSecure(MockSettings.parse("events=2"), certificate.serverContext());
                RawClient client =
                        new RawClient(trusting.context().getSocketFactory().createSocket("127.0.0.1", secure.port()))) {
            client.send(RawClient.STREAM);
            Received received = client.receive();
            assertThat(received.chunks()).hasSize(5);
            assertThat(secure.baseUrl()).startsWith("https://127.0.0.1:");
        }
    }
}
