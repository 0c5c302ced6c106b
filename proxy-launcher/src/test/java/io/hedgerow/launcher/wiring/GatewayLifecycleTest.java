package io.hedgerow.launcher.wiring;

import static io.hedgerow.launcher.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hedgerow.core.GatewaySettings;
import io.hedgerow.core.config.GatewayConfig.OnRedisFailure;
import io.hedgerow.core.config.GatewayConfig.StoresConfig;
import io.hedgerow.core.config.Secret;
import io.hedgerow.core.transport.TransportKind;
import io.hedgerow.launcher.GatedProvider;
import io.hedgerow.launcher.Patience;
import io.hedgerow.launcher.admin.AdminSettings;
import io.hedgerow.testkit.mock.MockUpstream;
import io.hedgerow.testkit.mock.script.MockSettings;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway from its start to its end, on embedded stores, over sockets. */
class GatewayLifecycleTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One for all tests: making a database takes the longest. */
    @TempDir
    static Path data;

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private MockUpstream provider;

    @BeforeEach
    void startProvider() {
        provider = MockUpstream.start(MockSettings.parse("ttft=5ms;gap=1ms;events=5"));
    }

    @AfterEach
    void stopProvider() {
        provider.close();
    }

    @Test
    @Tag("B4")
    @Tag("S3")
    void whatWasServedIsSettledAndStillThereAfterARestart() throws Exception {
        Path file = config("first");
        String requestId;
        BigDecimal before;
        try (Wiring gateway = Wiring.start(settings(file))) {
            assertThat(get(gateway, "/readyz").body()).contains("\"ready\"");
            before = await().until(() -> balance(gateway), balance -> true);
            HttpResponse<String> answer = answered(gateway, "first");
            assertThat(answer.body()).endsWith("data: [DONE]\n\n");
            requestId = answer.headers().firstValue("x-request-id").orElseThrow();
            awaitSettled(gateway, requestId);
            eventually(() -> assertThat(get(gateway, "/metrics").body())
                    .contains(
                            "hedgerow_slots_in_use{provider=\"p\"} 0.0",
                            "hedgerow_slots_limit{provider=\"p\"} 7.0",
                            "hedgerow_breaker_state{provider=\"p\"} 0.0",
                            "jvm_memory_used_bytes"));
            eventually(() -> assertThat(json(get(gateway, "/admin/v1/providers"))
                            .at("/providers/0/slots/in_use")
                            .asInt(-1))
                    .isZero());
        }
        try (Wiring again = Wiring.start(settings(file))) {
            eventually(() -> {
                JsonNode record = json(get(again, "/admin/v1/usage/" + requestId));
                assertThat(record.get("status").asText()).isEqualTo("completed");
                assertThat(record.get("tenant_id").asText()).isEqualTo("acme");
                assertThat(before.subtract(balance(again)))
                        .as("the balance was not set anew")
                        .isEqualByComparingTo(record.get("cost").asText());
            });
        }
    }

    @Test
    void aChangedFileIsInForceWithoutARestartAndAWrongOneIsNot() throws Exception {
        Path file = config("first");
        try (Wiring gateway = Wiring.start(settings(file))) {
            assertThat(ask(gateway, "second").statusCode()).isEqualTo(404);
            config("second");
            assertThat(answered(gateway, "second").body()).endsWith("data: [DONE]\n\n");

            replace(Files.readString(file).replace("price:", "prize:"));
            HttpResponse<String> refused =
                    send(request(gateway.adminPort(), "/admin/v1/reload").POST(HttpRequest.BodyPublishers.noBody()));
            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(refused.body()).contains("did you mean \\\"price\\\"");
            assertThat(answered(gateway, "second").body()).endsWith("data: [DONE]\n\n");
            assertThat(get(gateway, "/metrics").body()).contains("hedgerow_config_reloads_total{result=\"refused\"}");
        }
    }

    @Test
    void closingLetsAnOpenStreamEndAndRefusesNewOnes() throws Exception {
        try (GatedProvider gated = GatedProvider.start(3, 5);
                Wiring gateway = Wiring.start(settings(config("first", gated.baseUrl())))) {
            CompletableFuture<HttpResponse<String>> open = askUntilBegun(gateway, gated);
            assertThat(send(request(gateway.adminPort(), "/admin/v1/drain").POST(HttpRequest.BodyPublishers.noBody()))
                            .body())
                    .contains("\"draining\":true,\"open\":1");
            assertThat(get(gateway, "/readyz").statusCode()).isEqualTo(503);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(gateway::close);
            assertThat(open).as("nothing lets the stream end yet").isNotDone();
            gated.open();
            HttpResponse<String> answer = open.get(Patience.LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).endsWith("data: [DONE]\n\n");
            closing.get(Patience.LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(gateway.closedWell()).isTrue();
            eventually(() -> assertThat(gated.active()).isZero());
        }
    }

    /** A store that is late for a moment refuses: then it is asked again. */
    private CompletableFuture<HttpResponse<String>> askUntilBegun(Wiring gateway, GatedProvider gated) {
        List<CompletableFuture<HttpResponse<String>>> asked = new CopyOnWriteArrayList<>();
        return await().until(
                        () -> {
                            if (asked.isEmpty() || asked.get(0).isDone()) {
                                asked.add(
                                        0,
                                        client.sendAsync(
                                                question(gateway, "first"), HttpResponse.BodyHandlers.ofString()));
                            }
                            return asked.get(0);
                        },
                        latest -> gated.begun() == 1);
    }

    @Test
    void aPortThatIsTakenIsNamedAndNothingStaysOpen() throws Exception {
        Path file = config("first");
        try (ServerSocket taken = new ServerSocket(0)) {
            ServeSettings settings = settings(file);
            ServeSettings wrong = new ServeSettings(
                    file,
                    new GatewaySettings("127.0.0.1", taken.getLocalPort(), 1, TransportKind.AUTO),
                    settings.admin(),
                    settings.stores(),
                    settings.dataDir(),
                    null,
                    settings.environment());
            assertThatThrownBy(() -> Wiring.start(wrong))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
        try (Wiring free = Wiring.start(settings(file))) {
            assertThat(free.port()).isPositive();
        }
    }

    @Test
    void oneStoreAloneIsRefusedBeforeAnythingOpens() throws Exception {
        ServeSettings settings = settings(config("first"));
        StoresConfig onlyRedis = new StoresConfig(
                OnRedisFailure.ALLOW_BOUNDED, "redis://127.0.0.1:1", null, null, null, null, null, null);

        assertThatThrownBy(() -> Wiring.start(new ServeSettings(
                        settings.config(),
                        settings.gateway(),
                        settings.admin(),
                        onlyRedis,
                        directory.resolve("never"),
                        null,
                        settings.environment())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give both");
        assertThat(directory.resolve("never")).doesNotExist();
    }

    private ServeSettings settings(Path file) {
        return new ServeSettings(
                file,
                new GatewaySettings("127.0.0.1", 0, 1, TransportKind.AUTO),
                new AdminSettings("127.0.0.1", 0, new Secret("admin")),
                StoresConfig.EMBEDDED,
                data.resolve("data"),
                null,
                Map.of("KEY", "sk-acme"));
    }

    private Path config(String model) throws IOException {
        return config(model, provider.baseUrl());
    }

    private Path config(String model, String baseUrl) throws IOException {
        return replace("""
                providers:
                  - {id: p, base_url: "%s", api_key: "${KEY}", max_concurrency: 7}
                models:
                  - {id: %s, targets: [{provider: p, model: m}], hedge: off, price: {input: 1, output: 3}}
                limits: {drain_timeout: 5m}
                tenants:
                  - {id: acme, balance: 100, keys: [{id: k, secret: "${KEY}"}]}
                """.formatted(baseUrl, model));
    }

    /** At once: whoever looks sees all of the one or all of the other. */
    private Path replace(String text) throws IOException {
        Path fresh = Files.writeString(directory.resolve("new.yml"), text);
        return Files.move(fresh, directory.resolve("hedgerow.yml"), StandardCopyOption.ATOMIC_MOVE);
    }

    private HttpRequest question(Wiring gateway, String model) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/v1/chat/completions"))
                .header("authorization", "Bearer sk-acme")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model
                        + "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
                .build();
    }

    private HttpResponse<String> ask(Wiring gateway, String model) throws Exception {
        return client.send(question(gateway, model), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> answered(Wiring gateway, String model) {
        return await().until(() -> ask(gateway, model), answer -> answer.statusCode() == 200);
    }

    private void awaitSettled(Wiring gateway, String requestId) {
        eventually(() -> {
            assertThat(get(gateway, "/admin/v1/usage/" + requestId).statusCode())
                    .isEqualTo(200);
            JsonNode tenant = json(get(gateway, "/admin/v1/tenants/acme"));
            assertThat(tenant.at("/redis/balance")).isEqualTo(tenant.get("balance"));
            assertThat(tenant.at("/redis/pending").asText()).isEqualTo("0");
        });
    }

    private BigDecimal balance(Wiring gateway) throws Exception {
        return new BigDecimal(
                json(get(gateway, "/admin/v1/tenants/acme")).get("balance").asText());
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().untilAsserted(assertion);
    }

    private HttpResponse<String> get(Wiring gateway, String path) throws Exception {
        return send(request(gateway.adminPort(), path));
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("authorization", "Bearer admin");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }
}
