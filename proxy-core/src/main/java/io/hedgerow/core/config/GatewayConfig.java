package io.hedgerow.core.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One validated configuration. Immutable: a reload makes a new one, and an exchange keeps the one it started with.
 *
 * @param providers by id, in the file's order
 * @param models by the name that clients send, in the file's order
 * @param traffic what routing does beyond limits and priorities
 * @param billing what is charged beside the answer
 * @param events what other systems are told
 */
public record GatewayConfig(
        Map<String, ProviderConfig> providers,
        Map<String, ModelConfig> models,
        LimitsConfig limits,
        StoresConfig stores,
        List<TenantConfig> tenants,
        TrafficConfig traffic,
        BillingConfig billing,
        EventsConfig events) {

    /**
     * How stores are reached and what happens when they are not; null URLs mean the embedded ones.
     *
     * @param redisCaFile certificates, in PEM, of those whose signature on Redis's certificate counts; null for the JVM's own
     */
    public record StoresConfig(
            OnRedisFailure onRedisFailure,
            @Nullable String redisUrl,
            @Nullable String redisUser,
            @Nullable Secret redisPassword,
            @Nullable Path redisCaFile,
            @Nullable String databaseUrl,
            @Nullable String databaseUser,
            @Nullable Secret databasePassword) {
        /** The embedded stores. */
        public static final StoresConfig EMBEDDED =
                new StoresConfig(OnRedisFailure.ALLOW_BOUNDED, null, null, null, null, null, null, null);
    }

    /** The policy while Redis cannot be asked. */
    public enum OnRedisFailure {
        /** Each node goes on within its share of every limit. */
        ALLOW_BOUNDED,
        /** Nothing new is admitted. */
        REFUSE
    }

    /** The provider of a target; targets are validated to name an existing one. */
    public ProviderConfig provider(ModelConfig.Target target) {
        ProviderConfig provider = providers.get(target.providerId());
        if (provider == null) {
            throw new IllegalStateException("no provider " + target.providerId());
        }
        return provider;
    }
}
