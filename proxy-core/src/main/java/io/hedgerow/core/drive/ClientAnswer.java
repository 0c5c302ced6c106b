package io.hedgerow.core.drive;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.hedgerow.core.client.ResponseWriter;
import io.hedgerow.core.dialect.ClientError;
import io.hedgerow.core.exchange.Ending;
import io.hedgerow.core.port.AdmissionDecision;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** What the client of one exchange is told: headers, the answer's end, or an error in its dialect. */
final class ClientAnswer {
    private static final AsciiString PROVIDER = AsciiString.cached("x-hedgerow-provider");
    private static final AsciiString ATTEMPTS = AsciiString.cached("x-hedgerow-attempts");
    private static final long NO_SLOT_RETRY_MILLIS = 1000;
    private static final ByteBuf KEEP_ALIVE = Unpooled.unreleasableBuffer(
            Unpooled.copiedBuffer(": waiting\n\n", US_ASCII).asReadOnly());

    private final ExchangeRequest exchange;
    private final ResponseWriter writer;
    private AdmissionDecision.@Nullable RateStatus rate;
    private ClientError refusal = ClientError.STORES_UNAVAILABLE;
    private long refusalRetryMillis;
    private int attempts;

    ClientAnswer(ExchangeRequest exchange, ResponseWriter writer) {
        this.exchange = exchange;
        this.writer = writer;
    }

    void rate(AdmissionDecision.@Nullable RateStatus status) {
        rate = status;
    }

    void attempts(int sent) {
        attempts = sent;
    }

    void refusal(AdmissionDecision.Refused refused) {
        refusalRetryMillis = refused.retryAfterMillis();
        refusal = switch (refused.reason()) {
            case INSUFFICIENT_BALANCE, BUDGET_EXHAUSTED -> ClientError.INSUFFICIENT_QUOTA;
            case REQUESTS_PER_MINUTE, TOKENS_PER_MINUTE -> ClientError.RATE_LIMITED;
            case REQUEST_OVER_TOKEN_LIMIT -> ClientError.OVER_TOKEN_LIMIT;
            case KEY_CONCURRENCY -> ClientError.KEY_CONCURRENCY;
            case TENANT_CONCURRENCY -> ClientError.TENANT_CONCURRENCY;
            case STORE_UNAVAILABLE -> ClientError.STORES_UNAVAILABLE;
        };
    }

    void storesUnavailable() {
        refusal = ClientError.STORES_UNAVAILABLE;
        refusalRetryMillis = 0;
    }

    ClientError refusalReason() {
        return refusal;
    }

    void writeRefusal() {
        error(refusal, refusalRetryMillis);
    }

    /** The client of a stream still waits for a slot: the head goes out now, and a comment each time. */
    void keepAlive() {
        if (!writer.streaming()) {
            writer.startStream(headers());
        }
        writer.write(Unpooled.wrappedBuffer(KEEP_ALIVE.duplicate()));
        writer.flush();
    }

    /** The head of the stream that the winner begins; the first bytes go out with it. */
    void startStream(AttemptDriver winner, int attemptsSent) {
        attempts = attemptsSent;
        if (writer.streaming()) {
            return;
        }
        HttpHeaders headers = headers();
        headers.set(PROVIDER, winner.plan().provider().id());
        writer.startStream(headers);
    }

    void journalFailed() {
        error(ClientError.STORES_UNAVAILABLE, NO_SLOT_RETRY_MILLIS);
    }

    /** The end of the exchange, as decided. */
    void finish(Ending ending, @Nullable AttemptDriver decider) {
        switch (ending.kind()) {
            case COMPLETED -> completed(decider);
            case CLIENT_FAULT -> clientFault(decider);
            case UPSTREAM_FAILED -> error(upstreamError(decider), 0);
            case NO_SLOT -> error(ClientError.NO_SLOT, NO_SLOT_RETRY_MILLIS);
            case CLIENT_GONE -> writer.abort();
            case SESSION_ENDED -> error(ClientError.SESSION_ENDED, 0);
            case SHUTDOWN -> error(ClientError.DRAINING, NO_SLOT_RETRY_MILLIS);
        }
    }

    private void completed(@Nullable AttemptDriver winner) {
        if (winner != null && winner.reading() instanceof StreamReading stream) {
            byte[] terminator = stream.terminator();
            writer.endStream(terminator == null ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(terminator));
        } else if (winner != null && winner.reading() instanceof WholeReading whole) {
            HttpHeaders headers = headers();
            headers.set(PROVIDER, winner.plan().provider().id());
            headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
            writer.whole(200, headers, whole.body());
        }
    }

    private void clientFault(@Nullable AttemptDriver decider) {
        AttemptFailure failure = decider == null ? null : decider.failure();
        byte[] body = failure == null ? null : failure.body();
        if (failure == null || body == null || writer.streaming()) {
            error(ClientError.MALFORMED, 0);
            return;
        }
        HttpHeaders headers = headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
        headers.set(ErrorHeaders.SHOULD_RETRY, "false");
        writer.whole(failure.httpStatus(), headers, Unpooled.wrappedBuffer(body));
    }

    static ClientError upstreamError(@Nullable AttemptDriver decider) {
        AttemptFailure failure = decider == null ? null : decider.failure();
        if (failure != null && failure.kind().equals(OverrunWatch.ERROR_KIND)) {
            return ClientError.INSUFFICIENT_QUOTA;
        }
        boolean late = failure != null && failure.kind().equals("first_token_timeout");
        return late ? ClientError.TIMEOUT : ClientError.UPSTREAM_FAILED;
    }

    private void error(ClientError error, long retryAfterMillis) {
        if (writer.streaming()) {
            ClientError event = error == ClientError.UPSTREAM_FAILED ? ClientError.STREAM_BROKEN : error;
            writer.closeAfter();
            writer.endStream(Unpooled.wrappedBuffer(exchange.dialect().errorEvent(event)));
            return;
        }
        HttpHeaders headers = headers();
        ErrorHeaders.set(headers, error, retryAfterMillis);
        ByteBuf body = Unpooled.wrappedBuffer(exchange.dialect().errorBody(error, null, null));
        writer.whole(error.status(), headers, body);
    }

    private HttpHeaders headers() {
        HttpHeaders headers = ErrorHeaders.base(exchange.id(), exchange.clientRequestId());
        headers.set(ATTEMPTS, Integer.toString(attempts));
        AdmissionDecision.RateStatus status = rate;
        if (status != null) {
            RateHeaders.set(headers, status);
        }
        return headers;
    }
}
