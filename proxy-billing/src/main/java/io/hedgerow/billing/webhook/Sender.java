package io.hedgerow.billing.webhook;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Posts to one endpoint, by the Standard Webhooks specification. Certificates are verified, redirects are not followed,
 * and the answer's body is thrown away. Blocks for the endpoint's timeout at most.
 */
final class Sender {
    private static final int GONE = 410;

    private final WebhookEndpoint endpoint;
    private final HttpClient client;

    Sender(WebhookEndpoint endpoint) {
        this.endpoint = endpoint;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(endpoint.retry().timeout());
        if (!endpoint.authorities().isEmpty()) {
            builder.sslContext(Trust.in(endpoint.authorities()));
        }
        this.client = builder.build();
    }

    /**
     * What came of a try.
     *
     * @param status null if no answer came
     * @param error null if it was delivered
     * @param wishMillis how long the endpoint wants to be left alone
     */
    record Answer(@Nullable Integer status, @Nullable String error, long wishMillis) {
        boolean delivered() {
            return error == null;
        }

        /** Whether the endpoint wants no more of it. */
        boolean gone() {
            return status != null && status == GONE;
        }
    }

    Answer send(Delivery delivery) throws InterruptedException {
        Duration timeout = endpoint.retry().timeout();
        CompletableFuture<HttpResponse<Void>> answer =
                client.sendAsync(request(delivery, timeout), BodyHandlers.discarding());
        try {
            return judge(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return failed("no answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return failed(
                    cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage()));
        } finally {
            answer.cancel(true);
        }
    }

    private HttpRequest request(Delivery delivery, Duration timeout) {
        long now = Instant.now().getEpochSecond();
        URI url = endpoint.url();
        return HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("content-type", "application/json")
                .header("user-agent", "Hedgerow")
                .header("webhook-id", delivery.eventId())
                .header("webhook-timestamp", Long.toString(now))
                .header(
                        "webhook-signature",
                        endpoint.keys().stream()
                                .map(key -> key.sign(delivery.eventId(), now, delivery.payload()))
                                .collect(Collectors.joining(" ")))
                .POST(BodyPublishers.ofString(delivery.payload()))
                .build();
    }

    private static Answer judge(HttpResponse<Void> response) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return new Answer(status, null, 0);
        }
        String retryAfter = response.headers().firstValue("retry-after").orElse(null);
        String what = status >= 300 && status < 400 ? "a redirect, which is not followed" : "status " + status;
        return new Answer(status, what, RetryPlan.wishMillis(retryAfter, Instant.now()));
    }

    private static Answer failed(String error) {
        return new Answer(null, error, 0);
    }
}
