package io.hedgerow.redis;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Collects {@link RedisSettings}; what they mean is said there. What is not set is the default: leases of 30 s,
 * {@link FailurePolicy#ALLOW_BOUNDED}, 200 ms per command, other nodes expected. Not thread-safe.
 */
public final class RedisSettingsBuilder {
    private final String url;
    private final String nodeId;
    private RedisSettings.@Nullable Login login;
    private @Nullable Path caFile;
    private Duration lease = RedisSettings.DEFAULT_LEASE;
    private FailurePolicy onFailure = FailurePolicy.ALLOW_BOUNDED;
    private String namespace = "hedgerow";
    private Duration commandTimeout = Duration.ofMillis(200);
    private Duration heartbeat = Duration.ofSeconds(1);
    private Duration grace = Duration.ofSeconds(3);
    private boolean sole;
    private Duration affinityTtl = RedisSettings.DEFAULT_AFFINITY_TTL;

    RedisSettingsBuilder(String url, String nodeId) {
        this.url = url;
        this.nodeId = nodeId;
    }

    /** User and password; null if they are part of the URL, or not needed. */
    public RedisSettingsBuilder login(RedisSettings.@Nullable Login value) {
        login = value;
        return this;
    }

    /** Certificates to trust; null for the JVM's own. */
    public RedisSettingsBuilder caFile(@Nullable Path value) {
        caFile = value;
        return this;
    }

    /** How long slots and holds outlive their node. */
    public RedisSettingsBuilder lease(Duration value) {
        lease = value;
        return this;
    }

    /** What happens while Redis cannot be asked. */
    public RedisSettingsBuilder onFailure(FailurePolicy value) {
        onFailure = value;
        return this;
    }

    /** What every key begins with. */
    public RedisSettingsBuilder namespace(String value) {
        namespace = value;
        return this;
    }

    /** How long a command may take. */
    public RedisSettingsBuilder commandTimeout(Duration value) {
        commandTimeout = value;
        return this;
    }

    /** How often the node shows that it lives, and for how long a silent one counts as live. */
    public RedisSettingsBuilder heartbeat(Duration value, Duration graceAfterLoss) {
        heartbeat = value;
        grace = graceAfterLoss;
        return this;
    }

    /** Whether no other node uses this Redis. */
    public RedisSettingsBuilder sole(boolean value) {
        sole = value;
        return this;
    }

    /** How long a session's binding lives. */
    public RedisSettingsBuilder affinityTtl(Duration value) {
        affinityTtl = value;
        return this;
    }

    /** The settings. */
    public RedisSettings build() {
        return new RedisSettings(
                url,
                login,
                caFile,
                nodeId,
                lease,
                onFailure,
                namespace,
                commandTimeout,
                heartbeat,
                grace,
                sole,
                affinityTtl);
    }
}
