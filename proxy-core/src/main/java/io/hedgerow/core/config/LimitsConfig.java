package io.hedgerow.core.config;

import java.time.Duration;

/**
 * Bounds of the gateway itself.
 *
 * @param lease how long a slot outlives its node
 * @param defaultMaxOutputTokens what is reserved when a request names no maximum
 * @param maxBodyBytes largest request body
 * @param maxAnswerBytes largest answer that is not streamed
 * @param clientBufferBytes bytes kept for a client that reads slowly before its provider is paused
 * @param writeTimeout how long a client may read nothing
 * @param drainTimeout how long open streams may go on after SIGTERM
 * @param onOverrun what becomes of a stream that outgrows its hold when no more can be held
 */
public record LimitsConfig(
        Duration lease,
        int defaultMaxOutputTokens,
        int maxBodyBytes,
        int maxAnswerBytes,
        int clientBufferBytes,
        Duration writeTimeout,
        Duration drainTimeout,
        OnOverrun onOverrun) {
    /** What becomes of such a stream. */
    public enum OnOverrun {
        /** It goes on, and is paid for as it turns out. */
        CONTINUE,
        /** It ends with an error. */
        STOP
    }

    /** The defaults. */
    public static final LimitsConfig DEFAULT = new LimitsConfig(
            Duration.ofSeconds(30),
            4096,
            16 * 1024 * 1024,
            64 * 1024 * 1024,
            64 * 1024,
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            LimitsConfig.OnOverrun.CONTINUE);
}
