package io.hedgerow.launcher.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hedgerow.core.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The admin endpoints as a client sees them. Blocks. */
final class AdminApi {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final URI base;
    private final Secret token;
    private final Duration timeout;
    private final CommandLine command;
    private final HttpClient client;

    AdminApi(URI base, Secret token, Duration timeout, CommandLine command) {
        this.base = base;
        this.token = token;
        this.timeout = timeout;
        this.command = command;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** Reads; parameters that are null are left out. */
    JsonNode get(String path, Map<String, @Nullable Object> parameters) throws IOException, InterruptedException {
        StringBuilder query = new StringBuilder();
        new TreeMap<>(parameters).forEach((name, value) -> {
            if (value != null) {
                query.append(query.isEmpty() ? '?' : '&')
                        .append(name)
                        .append('=')
                        .append(encode(value.toString()));
            }
        });
        return send(request(path + query).GET());
    }

    JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
        return send(posting(path, body));
    }

    /** For what must not happen twice. */
    JsonNode post(String path, JsonNode body, String idempotencyKey) throws IOException, InterruptedException {
        return send(posting(path, body).header("idempotency-key", idempotencyKey));
    }

    JsonNode delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    /** Text as a part of a path or a query. */
    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder posting(String path, JsonNode body) {
        return request(path).header("content-type", "application/json").POST(BodyPublishers.ofString(body.toString()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve("/admin/v1/" + path))
                .timeout(timeout)
                .header("authorization", "Bearer " + token.reveal());
    }

    private JsonNode send(HttpRequest.Builder builder) throws IOException, InterruptedException {
        HttpResponse<String> response;
        try {
            response = client.send(builder.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IOException(base + " does not answer: " + e, e);
        }
        JsonNode answer = json(response.body());
        if (response.statusCode() < 300) {
            return answer;
        }
        String message = answer.at("/error/message").asText("");
        String what = message.isEmpty() ? "status " + response.statusCode() : message;
        if (response.statusCode() == 400) {
            throw new ParameterException(command, what);
        }
        if (response.statusCode() < 500) {
            throw new RefusedException(base + " answers: " + what);
        }
        throw new IOException(base + " answers: " + what);
    }

    private JsonNode json(String body) throws IOException {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new IOException(base + " answers with something else than JSON; is it an admin port?", e);
        }
    }
}
