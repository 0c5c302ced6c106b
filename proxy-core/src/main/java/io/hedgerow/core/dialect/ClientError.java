package io.hedgerow.core.dialect;

/**
 * Every error that the gateway itself answers with. The texts name no provider, no address and no key.
 */
public enum ClientError {
    /** The request is at fault. */
    MALFORMED(400, "The request is malformed."),
    /** No key, an unknown one, a revoked one. */
    UNAUTHENTICATED(401, "Incorrect API key provided, or none. Send it as 'Authorization: Bearer <key>'."),
    /** Balance or budget do not cover the request. */
    INSUFFICIENT_QUOTA(402, "The balance or budget of this account does not cover the request."),
    /** The key may not ask for this model. */
    MODEL_NOT_ALLOWED(403, "This API key is not allowed to use the requested model."),
    /** There is no such model. */
    MODEL_NOT_FOUND(404, "The requested model does not exist."),
    /** There is no such path. */
    PATH_NOT_FOUND(404, "There is nothing at this path."),
    /** The path exists, the method does not. */
    METHOD_NOT_ALLOWED(405, "This method is not allowed here."),
    /** An operator ended the session that the request belongs to. */
    SESSION_ENDED(409, "The session that this request belongs to was ended."),
    /** The body exceeds the limit. */
    BODY_TOO_LARGE(413, "The request body is too large."),
    /** Requests or tokens per minute. */
    RATE_LIMITED(429, "Rate limit reached for this API key. Please retry later."),
    /** More tokens than the key has in a whole minute. */
    OVER_TOKEN_LIMIT(429, "The request may use more tokens than this API key has per minute. Lower its maximum."),
    /** Too many requests of the key are open. */
    KEY_CONCURRENCY(429, "Too many concurrent requests for this API key. Please retry later."),
    /** Too many requests of the tenant are open. */
    TENANT_CONCURRENCY(429, "Too many concurrent requests for this account. Please retry later."),
    /** A defect of the gateway. */
    INTERNAL(500, "The server had an error while processing the request."),
    /** Every attempt failed. */
    UPSTREAM_FAILED(502, "The model could not answer the request."),
    /** The answer broke off after it had begun. */
    STREAM_BROKEN(502, "The answer was interrupted before it was complete."),
    /** No provider has a slot. */
    NO_SLOT(503, "The model is overloaded. Please retry later."),
    /** The gateway is about to stop. */
    DRAINING(503, "The server is restarting. Please retry."),
    /** A store is away and the policy is to refuse, or the journal takes nothing. */
    STORES_UNAVAILABLE(503, "The service is temporarily unavailable. Please retry later."),
    /** No first token in time. */
    TIMEOUT(504, "The model did not start to answer in time.");

    private final int status;
    private final String message;

    ClientError(int status, String message) {
        this.status = status;
        this.message = message;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The usual text. */
    public String message() {
        return message;
    }

    /** The value of {@code x-should-retry}: whether the same request may succeed later. */
    public boolean shouldRetry() {
        return this == RATE_LIMITED || this == KEY_CONCURRENCY || this == TENANT_CONCURRENCY || status >= 500;
    }

    /** Whether the answer carries {@code retry-after} and {@code retry-after-ms}. */
    public boolean hasRetryAfter() {
        return status == 429 || status == 503;
    }
}
