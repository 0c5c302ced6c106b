package io.hedgerow.core.dialect.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.hedgerow.core.dialect.ClientError;
import io.hedgerow.core.dialect.JsonText;
import org.jspecify.annotations.Nullable;

/** Errors in OpenAI's shape. */
final class OpenAiErrors {
    private OpenAiErrors() {}

    static byte[] body(ClientError error, @Nullable String message, @Nullable String param) {
        JsonText json = new JsonText();
        write(json, error, message, param);
        return json.toBytes();
    }

    static byte[] event(ClientError error) {
        JsonText json = new JsonText().raw("data: ");
        write(json, error, null, null);
        return json.raw("\n\n").toBytes();
    }

    static byte[] done() {
        return "data: [DONE]\n\n".getBytes(US_ASCII);
    }

    private static void write(JsonText json, ClientError error, @Nullable String message, @Nullable String param) {
        json.raw("{\"error\":{\"message\":").string(message == null ? error.message() : message);
        json.raw(",\"type\":").string(type(error));
        json.raw(",\"param\":").string(param == null && error == ClientError.MODEL_NOT_FOUND ? "model" : param);
        json.raw(",\"code\":").string(code(error)).raw("}}");
    }

    private static String type(ClientError error) {
        return switch (error) {
            case MALFORMED, MODEL_NOT_FOUND, PATH_NOT_FOUND, METHOD_NOT_ALLOWED, BODY_TOO_LARGE, SESSION_ENDED ->
                "invalid_request_error";
            case UNAUTHENTICATED -> "authentication_error";
            case INSUFFICIENT_QUOTA -> "insufficient_quota";
            case MODEL_NOT_ALLOWED -> "permission_error";
            case RATE_LIMITED, OVER_TOKEN_LIMIT, KEY_CONCURRENCY, TENANT_CONCURRENCY -> "rate_limit_error";
            case TIMEOUT -> "timeout";
            case INTERNAL, UPSTREAM_FAILED, STREAM_BROKEN, NO_SLOT, DRAINING, STORES_UNAVAILABLE -> "server_error";
        };
    }

    private static @Nullable String code(ClientError error) {
        return switch (error) {
            case UNAUTHENTICATED -> "invalid_api_key";
            case INSUFFICIENT_QUOTA -> "insufficient_quota";
            case MODEL_NOT_FOUND -> "model_not_found";
            case PATH_NOT_FOUND -> "unknown_url";
            case SESSION_ENDED -> "session_ended";
            case RATE_LIMITED, OVER_TOKEN_LIMIT, KEY_CONCURRENCY, TENANT_CONCURRENCY -> "rate_limit_exceeded";
            case NO_SLOT, DRAINING, STORES_UNAVAILABLE -> "overloaded";
            case TIMEOUT -> "timeout";
            case MALFORMED,
                    MODEL_NOT_ALLOWED,
                    METHOD_NOT_ALLOWED,
                    BODY_TOO_LARGE,
                    INTERNAL,
                    UPSTREAM_FAILED,
                    STREAM_BROKEN -> null;
        };
    }
}
