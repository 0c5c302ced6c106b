package io.hedgerow.launcher.jar;

import static io.hedgerow.launcher.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The admin endpoints of one gateway, as an operator's program would use them. */
final class AdminClient {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PAGE = 37;

    private final URI base;

    AdminClient(URI base) {
        this.base = base;
    }

    URI base() {
        return base;
    }

    /** The status that a path is answered with. */
    int status(String path) {
        return send(path).statusCode();
    }

    /** The JSON of a path that is answered with 200; a gateway whose store is late is asked again. */
    JsonNode get(String path) {
        HttpResponse<String> answer = await().until(() -> send(path), reply -> reply.statusCode() != 503);
        assertThat(answer.statusCode()).as(() -> path + " " + answer.body()).isEqualTo(200);
        return json(answer.body());
    }

    /** The answer of {@code /readyz}, whatever its status. */
    JsonNode readiness() {
        return json(send("/readyz").body());
    }

    String metrics() {
        return send("/metrics").body();
    }

    /** All usage records of a tenant, read page by page. */
    List<UsageRow> usage(String tenant) {
        List<UsageRow> rows = new ArrayList<>();
        String cursor = "";
        while (true) {
            JsonNode page = get("/admin/v1/usage?limit=" + PAGE + "&tenant=" + tenant + cursor);
            page.path("usage").forEach(row -> rows.add(UsageRow.of(row)));
            JsonNode next = page.path("next_cursor");
            if (next.isNull()) {
                return rows;
            }
            cursor = "&cursor=" + next.textValue();
        }
    }

    /** The record of one request, once there is one. */
    Optional<UsageRow> record(String requestId) {
        HttpResponse<String> answer = send("/admin/v1/usage/" + requestId);
        return answer.statusCode() == 200 ? Optional.of(UsageRow.of(json(answer.body()))) : Optional.empty();
    }

    JsonNode tenant(String id) {
        return get("/admin/v1/tenants/" + id);
    }

    /** PostgreSQL's balance. */
    BigDecimal balance(String tenant) {
        return money(tenant(tenant), "balance");
    }

    /** A figure that is money. */
    static BigDecimal money(JsonNode json, String field) {
        return new BigDecimal(json.path(field).textValue());
    }

    /** Slots in use over all providers, as Redis counts them. */
    int slotsInUse() {
        int sum = 0;
        for (JsonNode provider : get("/admin/v1/providers").path("providers")) {
            JsonNode inUse = provider.path("slots").path("in_use");
            assertThat(inUse.isInt()).as("Redis tells").isTrue();
            sum += inUse.asInt();
        }
        return sum;
    }

    /** Waits until no slot is in use. */
    void awaitNoSlots() {
        await().untilAsserted(() -> assertThat(slotsInUse()).isZero());
    }

    /** The answer to a DELETE, with its status. */
    HttpResponse<String> delete(String path) {
        // On a connection of its own: one that is kept may end under a request that must not be sent twice.
        return send(HttpClient.newHttpClient(), "DELETE", path, BodyPublishers.noBody());
    }

    /** The answer to a POST, with its status. */
    HttpResponse<String> post(String path, String body) {
        return send(HttpClient.newHttpClient(), "POST", path, BodyPublishers.ofString(body));
    }

    private HttpResponse<String> send(String path) {
        return send(HTTP, "GET", path, BodyPublishers.noBody());
    }

    private HttpResponse<String> send(HttpClient client, String method, String path, BodyPublisher body) {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .method(method, body)
                .header("authorization", "Bearer " + TheJar.ADMIN_TOKEN)
                .timeout(PATIENCE)
                .build();
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
