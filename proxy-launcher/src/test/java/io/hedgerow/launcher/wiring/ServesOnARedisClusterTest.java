package io.hedgerow.launcher.wiring;

import static io.hedgerow.launcher.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.GatewaySettings;
import io.hedgerow.core.config.GatewayConfig.OnRedisFailure;
import io.hedgerow.core.config.GatewayConfig.StoresConfig;
import io.hedgerow.core.config.Secret;
import io.hedgerow.core.transport.TransportKind;
import io.hedgerow.launcher.admin.AdminSettings;
import io.hedgerow.testkit.mock.MockUpstream;
import io.hedgerow.testkit.mock.script.MockSettings;
import io.hedgerow.testkit.stores.TestStores;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The addresses of a cluster in the configuration are enough. Its database is away, which stops no request. */
@Tag("S8")
class ServesOnARedisClusterTest {
    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    @Test
    void requestsAreServedAndCountedInTheCluster() throws Exception {
        try (MockUpstream provider = MockUpstream.start(MockSettings.parse("ttft=5ms;gap=1ms;events=5"));
                Wiring gateway = Wiring.start(
                        settings(config(provider), TestStores.cluster().password()))) {
            await().until(() -> get(gateway, "/readyz").statusCode() == 200);
            await().untilAsserted(() -> {
                HttpResponse<String> answer = client.send(question(gateway), HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).endsWith("data: [DONE]\n\n");
            });
            await().untilAsserted(() -> assertThat(get(gateway, "/metrics").body())
                    .containsPattern("hedgerow_slots_released_total\\{provider=\"p\"} [1-9]"));
            await().untilAsserted(() ->
                    assertThat(get(gateway, "/admin/v1/providers").body()).contains("\"in_use\":0", "\"limit\":7"));
        }
    }

    @Test
    @Tag("S9")
    void readinessSaysWhyTheClusterIsOfNoUse() throws Exception {
        try (MockUpstream provider = MockUpstream.start(MockSettings.parse("ttft=5ms;gap=1ms;events=5"));
                Wiring gateway = Wiring.start(settings(config(provider), "wrong"))) {
            await().untilAsserted(() -> {
                HttpResponse<String> readiness = get(gateway, "/readyz");
                assertThat(readiness.statusCode()).isEqualTo(503);
                assertThat(readiness.body())
                        .contains("redis_unavailable", "\"redis\":\"it does not accept the user or the password\"");
            });
        }
    }

    private Path config(MockUpstream provider) throws Exception {
        return Files.writeString(directory.resolve("hedgerow.yml"), """
                providers:
                  - {id: p, base_url: "%s", api_key: "${KEY}", max_concurrency: 7}
                models:
                  - {id: m, targets: [{provider: p, model: m}], hedge: off, price: {input: 1, output: 3}}
                stores:
                  on_redis_failure: refuse
                  redis_url: redis-cluster://%s
                  redis_password: "${REDIS}"
                  database_url: jdbc:postgresql://127.0.0.1:1/hedgerow
                limits: {drain_timeout: 10s}
                tenants:
                  - {id: acme, keys: [{id: k, secret: "${KEY}"}]}
                """.formatted(
                        provider.baseUrl(), TestStores.cluster().hosts()));
    }

    private ServeSettings settings(Path file, String password) {
        return new ServeSettings(
                file,
                new GatewaySettings("127.0.0.1", 0, 1, TransportKind.AUTO),
                new AdminSettings("127.0.0.1", 0, new Secret("admin")),
                new StoresConfig(OnRedisFailure.ALLOW_BOUNDED, null, null, null, null, null, null, null),
                directory.resolve("data"),
                null,
                Map.of("KEY", "sk-acme", "REDIS", password));
    }

    private static HttpRequest question(Wiring gateway) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/v1/chat/completions"))
                .header("authorization", "Bearer sk-acme")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
                .build();
    }

    private HttpResponse<String> get(Wiring gateway, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.adminPort() + path))
                        .header("authorization", "Bearer admin")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
