package io.hedgerow.core.drive;

import io.hedgerow.core.dialect.FailureClass;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt failed.
 *
 * @param httpStatus the provider's, 0 if none came
 * @param kind a stable lower-case word for records and logs
 * @param retryAfterMillis what the provider asked for, 0 if it did not
 * @param body the provider's own answer, for a fault of the client's request; owned by whoever holds this
 */
record AttemptFailure(
        FailureClass failureClass, int httpStatus, String kind, long retryAfterMillis, byte @Nullable [] body) {
    static AttemptFailure of(FailureClass failureClass, int httpStatus, String kind) {
        return new AttemptFailure(failureClass, httpStatus, kind, 0, null);
    }

    /** No connection could be had. */
    static AttemptFailure connecting(Throwable cause) {
        if (cause instanceof ConnectTimeoutException || cause instanceof SslHandshakeTimeoutException) {
            return of(FailureClass.TIMEOUT, 0, "connect_timeout");
        }
        return of(FailureClass.NETWORK, 0, cause instanceof ConnectException ? "connect_refused" : "connect_failed");
    }
}
