package io.hedgerow.core.config;

import java.net.URI;
import java.time.Duration;

/**
 * One provider account: its slots, breaker and statistics belong to it.
 *
 * @param baseUrl http or https, with the version path (such as {@code /v1}), without a trailing slash
 * @param maxConcurrency attempts open over all nodes; 0 means unlimited
 * @param priority lower is tried first
 * @param weight share within a priority, at least 1
 * @param cancelStopsBilling false: a cancelled attempt is drained within bounds, so that its usage is known
 * @param maxSessions distinct client sessions with an attempt open, over all nodes; 0 means unlimited
 */
public record ProviderConfig(
        String id,
        Dialect dialect,
        URI baseUrl,
        Secret apiKey,
        int maxConcurrency,
        int priority,
        int weight,
        Timeouts timeouts,
        boolean cancelStopsBilling,
        int maxSessions,
        Queue queue) {

    /**
     * Where requests wait while no provider has a place for them; each node has its own.
     *
     * @param length requests that may wait on a node; 0 means that none does
     * @param timeout how long one may wait
     * @param keepaliveAfter how long a stream waits before its head is sent and comments keep it alive
     */
    public record Queue(int length, Duration timeout, Duration keepaliveAfter) {
        /** Nobody waits. */
        public static final Queue OFF = new Queue(0, Duration.ofSeconds(5), Duration.ofSeconds(10));
    }

    /**
     * How long an attempt may take.
     *
     * @param connect to an open (and, for https, secured) connection
     * @param firstToken from the request's sending to the first content
     * @param idle between two reads after that
     * @param total for the whole attempt
     */
    public record Timeouts(Duration connect, Duration firstToken, Duration idle, Duration total) {
        /** The defaults: 5 s, 60 s, 60 s, 10 min. */
        public static final Timeouts DEFAULT = new Timeouts(
                Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofMinutes(10));
    }
}
