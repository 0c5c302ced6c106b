package io.hedgerow.launcher.jar;

import static io.hedgerow.launcher.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.hedgerow.testkit.mock.MockUpstream;
import io.hedgerow.testkit.mock.script.MockSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the shaded jar does as a process: exit codes, signals, one directory for one process. */
class HedgerowJarIT {
    private static final Pattern LISTENS =
            Pattern.compile("hedgerow listens on http://127.0.0.1:(\\d+), admin on http://127.0.0.1:(\\d+)\\R");
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "KEY", "sk-acme",
            "HEDGEROW_CONFIG", "hedgerow.yml",
            "HEDGEROW_HOST", "127.0.0.1",
            "HEDGEROW_PORT", "0",
            "HEDGEROW_ADMIN_PORT", "0");

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void versionAndWrongUsageEndAsTheyShould() throws Exception {
        try (HedgerowJar version = HedgerowJar.start(directory, Map.of(), "--version")) {
            assertThat(version.exitCode()).isZero();
            assertThat(version.out()).matches("hedgerow \\d+\\.\\d+\\.\\d+ \\(Java .*\\)\\R");
            assertThat(version.err()).isEmpty();
        }
        try (HedgerowJar wrong = HedgerowJar.start(directory, Map.of(), "serv")) {
            assertThat(wrong.exitCode()).isEqualTo(2);
            assertThat(wrong.err()).contains("did you mean serve?");
        }
    }

    @Test
    void aWrongConfigurationEndsServeWithTwoAndNothingIsCreated() throws Exception {
        Files.writeString(directory.resolve("hedgerow.yml"), "providers:\n  - {id: a, base_ulr: http://x}\n");
        try (HedgerowJar serve = HedgerowJar.start(directory, ENVIRONMENT, "serve")) {
            assertThat(serve.exitCode()).isEqualTo(2);
            assertThat(serve.err()).contains("hedgerow.yml:2:13: providers[0].base_ulr: unknown key");
            assertThat(directory.resolve("hedgerow-data")).doesNotExist();
        }
    }

    @Test
    void serveAnswersReloadsOnSighupAndEndsWithZeroOnSigterm() throws Exception {
        try (MockUpstream provider = MockUpstream.start(MockSettings.parse("events=3"))) {
            writeConfig(provider, "one");
            try (HedgerowJar serve = HedgerowJar.start(directory, ENVIRONMENT, "serve")) {
                Matcher listens = awaitListening(serve);
                await().untilAsserted(
                                () -> assertThat(ask(listens.group(1), "one")).endsWith("data: [DONE]\n\n"));
                assertThat(serve.out()).contains("admin token (HEDGEROW_ADMIN_TOKEN is not set): ");

                assumeFalse(InheritedSignals.ignored(InheritedSignals.HUP), "SIGHUP is ignored here");
                serve.signal("HUP");
                await().untilAsserted(() -> assertThat(serve.err()).contains("configuration reloaded"));
                try (HedgerowJar second = HedgerowJar.start(directory, ENVIRONMENT, "serve")) {
                    assertThat(second.exitCode()).isEqualTo(1);
                    assertThat(second.err()).contains("hedgerow-data");
                }
                try (HedgerowJar health = HedgerowJar.start(
                        directory, Map.of(), "health", "--timeout=60s", "--admin-port", listens.group(2))) {
                    assertThat(health.exitCode()).isZero();
                }

                serve.terminate();
                assertThat(serve.exitCode()).isZero();
                // Not "Exception": a machine that stalls has commands to Redis time out, which is a warning.
                assertThat(serve.err())
                        .contains("draining")
                        .contains("closed")
                        .doesNotContain(" ERROR ", "\tat ", "sk-acme");
            }
        }
    }

    private void writeConfig(MockUpstream provider, String model) throws IOException {
        Files.writeString(directory.resolve("hedgerow.yml"), """
                providers:
                  - {id: p, base_url: "%s", api_key: "${KEY}"}
                models:
                  - {id: %s, targets: [{provider: p}], price: free}
                tenants:
                  - {id: acme, keys: [{id: k, secret: "${KEY}"}]}
                """.formatted(provider.baseUrl(), model));
    }

    private static Matcher awaitListening(HedgerowJar serve) throws IOException {
        await().until(() -> !serve.alive() || LISTENS.matcher(serve.out()).find());
        Matcher listens = LISTENS.matcher(serve.out());
        assertThat(listens.find()).as(serve.err()).isTrue();
        return listens;
    }

    private String ask(String port, String model) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                .header("authorization", "Bearer sk-acme")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model + "\",\"stream\":true,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
