package io.hedgerow.core.config;

import io.hedgerow.core.port.EventKind;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What other systems are told, and where. */
public record EventsConfig(Stream stream, List<Webhook> webhooks) {
    /** Nobody is told anything. */
    public static final EventsConfig NONE = new EventsConfig(Stream.OFF, List.of());

    /** Copies the list. */
    public EventsConfig {
        webhooks = List.copyOf(webhooks);
    }

    /**
     * The stream in Redis.
     *
     * @param shards over how many keys the tenants are spread
     * @param maxLength about how many entries each keeps
     */
    public record Stream(boolean enabled, int shards, long maxLength) {
        /** Not written. */
        public static final Stream OFF = new Stream(false, 1, 10_000);
    }

    /**
     * An address that events are posted to.
     *
     * @param secrets base64 with or without {@code whsec_}; each one signs
     * @param tenants whose events; empty for everybody's
     * @param timeout for one try, from connecting to the end of the answer
     * @param maxAttempts tries until an event is given up
     * @param giveUpAfter how long an event is tried
     * @param authority whose signature counts under its certificate; null for whom the JVM trusts
     */
    public record Webhook(
            String id,
            URI url,
            List<Secret> secrets,
            Set<String> tenants,
            Set<EventKind> events,
            Duration timeout,
            int maxAttempts,
            Duration giveUpAfter,
            @Nullable Authority authority) {
        /** Copies the collections. */
        public Webhook {
            secrets = List.copyOf(secrets);
            tenants = Set.copyOf(tenants);
            events = Set.copyOf(events);
        }
    }

    /**
     * A certificate authority of one's own. Equal as long as its certificates are, so that a reload notices a file that was
     * written anew.
     */
    public record Authority(Path file, List<X509Certificate> certificates) {
        /** Copies the list. */
        public Authority {
            certificates = List.copyOf(certificates);
        }
    }
}
