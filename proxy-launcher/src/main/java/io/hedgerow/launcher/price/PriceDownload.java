package io.hedgerow.launcher.price;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Gets one file over HTTP, bounded in time and size. */
final class PriceDownload {
    static final int MOST_BYTES = 64 << 20;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final long ALL_SECONDS = 60;
    private static final int OK = 200;

    private PriceDownload() {}

    /**
     * The body of a 200.
     *
     * @param caFile whose certificates are trusted, in PEM; null for whom the JVM trusts
     */
    static byte[] get(String url, @Nullable Path caFile) throws PriceListException {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(CONNECT);
        HttpClient client = (caFile == null ? builder : builder.sslContext(Trust.in(caFile))).build();
        CompletableFuture<HttpResponse<InputStream>> answer;
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
            answer = client.sendAsync(request, BodyHandlers.ofInputStream());
        } catch (IllegalArgumentException e) {
            throw new PriceListException("is not a URL that can be asked: " + e.getMessage());
        }
        CompletableFuture<byte[]> body = answer.thenApplyAsync(PriceDownload::body);
        try {
            return body.get(ALL_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new PriceListException("cannot be got: " + reason(e.getCause()));
        } catch (TimeoutException e) {
            answer.thenAccept(PriceDownload::close);
            throw new PriceListException("cannot be got: not whole after " + ALL_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PriceListException("was not waited for");
        }
    }

    private static byte[] body(HttpResponse<InputStream> answer) {
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != OK) {
                throw new UncheckedIOException(new IOException("status " + answer.statusCode()));
            }
            byte[] bytes = body.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new UncheckedIOException(new IOException("larger than " + (MOST_BYTES >> 20) + " MiB"));
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(HttpResponse<InputStream> answer) {
        try {
            answer.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Some causes have no message of their own. */
    private static String reason(@Nullable Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof UncheckedIOException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause == null) {
            return "unknown";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
