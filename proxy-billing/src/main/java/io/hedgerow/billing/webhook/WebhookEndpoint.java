package io.hedgerow.billing.webhook;

import io.hedgerow.core.port.EventKind;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * An address that events are posted to.
 *
 * @param keys each one signs, so that a secret can be changed while both are accepted
 * @param tenants whose events; empty for everybody's
 * @param retry how often and how long a delivery is tried
 * @param authorities whose signature counts under its certificate; empty for those that the JVM trusts
 */
public record WebhookEndpoint(
        String id,
        URI url,
        List<SigningKey> keys,
        Set<String> tenants,
        Set<EventKind> kinds,
        Retry retry,
        List<X509Certificate> authorities) {
    /** Copies the collections. */
    public WebhookEndpoint {
        authorities = List.copyOf(authorities);
        keys = List.copyOf(keys);
        tenants = Set.copyOf(tenants);
        kinds = Set.copyOf(kinds);
    }

    /**
     * When a delivery is tried again, and when no more.
     *
     * @param timeout for one try, from connecting to the end of the answer
     * @param maxAttempts tries until it is given up
     * @param giveUpAfter how long it is tried
     * @param firstPause the pause after the first failure; doubles up to ten minutes, less up to half of it by chance
     */
    public record Retry(Duration timeout, int maxAttempts, Duration giveUpAfter, Duration firstPause) {
        /** With a first pause of a second. */
        public Retry(Duration timeout, int maxAttempts, Duration giveUpAfter) {
            this(timeout, maxAttempts, giveUpAfter, Duration.ofSeconds(1));
        }
    }

    /** Whether it is told of such an event. */
    boolean wants(EventKind kind, String tenantId) {
        return kinds.contains(kind) && (tenants.isEmpty() || tenants.contains(tenantId));
    }

    /** Hides what a query may hold. */
    @Override
    public String toString() {
        return "WebhookEndpoint[" + id + "]";
    }
}
