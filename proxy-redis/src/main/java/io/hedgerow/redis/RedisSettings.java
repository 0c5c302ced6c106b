package io.hedgerow.redis;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to reach Redis and what to do without it.
 *
 * @param url {@code redis://} or {@code rediss://}, with or without user and password; or {@code redis-cluster://} or
 *     {@code rediss-cluster://} with one or more nodes of a cluster, separated by commas
 * @param login user and password, where they are not part of the URL
 * @param caFile certificates in PEM of those whose signature counts, for {@code rediss://}; null for the JVM's own
 * @param nodeId unique among the live nodes and over restarts: a random prefix
 * @param lease how long slots and holds outlive their node; zero and less mean the default of 30 s
 * @param onFailure what happens while Redis cannot be asked
 * @param namespace what every key begins with; stores with different ones do not see each other
 * @param commandTimeout how long a command may take
 * @param heartbeat how often the node shows that it lives
 * @param grace how long nothing is granted after a loss of data, and how long a silent node counts as live
 * @param sole whether no other node uses this Redis, so that a loss of data needs no grace
 * @param affinityTtl how long a session's binding lives after it was last bound; zero and less mean the default of 1 h
 */
public record RedisSettings(
        String url,
        @Nullable Login login,
        @Nullable Path caFile,
        String nodeId,
        Duration lease,
        FailurePolicy onFailure,
        String namespace,
        Duration commandTimeout,
        Duration heartbeat,
        Duration grace,
        boolean sole,
        Duration affinityTtl) {
    static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);

    static final Duration DEFAULT_AFFINITY_TTL = Duration.ofHours(1);

    /** A lease of no length would end every lease at once: the default takes its place. */
    public RedisSettings {
        if (affinityTtl.isNegative() || affinityTtl.isZero()) {
            affinityTtl = DEFAULT_AFFINITY_TTL;
        }
        if (lease.isNegative() || lease.isZero()) {
            lease = DEFAULT_LEASE;
        }
    }

    /** Begins with the defaults for these two. */
    public static RedisSettingsBuilder builder(String url, String nodeId) {
        return new RedisSettingsBuilder(url, nodeId);
    }

    @Override
    public String toString() {
        return "RedisSettings[nodeId=" + nodeId + ", lease=" + lease + ", onFailure=" + onFailure + ", namespace="
                + namespace + "]";
    }

    /** User and password, which no log shows. The owner of the array may clear it once the stores are open. */
    public static final class Login {
        private final @Nullable String user;
        private final char[] password;

        /** The user may be null: the default one. */
        public Login(@Nullable String user, char[] password) {
            this.user = user;
            this.password = password.clone();
        }

        @Nullable
        String user() {
            return user;
        }

        char[] password() {
            return password.clone();
        }

        @Override
        public String toString() {
            return "****";
        }
    }
}
