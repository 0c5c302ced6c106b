package io.hedgerow.launcher.wiring;

import io.hedgerow.billing.store.DatabaseSettings;
import io.hedgerow.core.config.GatewayConfig.OnRedisFailure;
import io.hedgerow.core.config.GatewayConfig.StoresConfig;
import io.hedgerow.core.config.Secret;
import io.hedgerow.redis.FailurePolicy;
import io.hedgerow.redis.RedisSettings;
import io.hedgerow.redis.RedisSettingsBuilder;
import io.hedgerow.testkit.stores.EmbeddedStores;
import io.hedgerow.testkit.stores.RunningDatabase;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Where the stores are, from flags, file, or the embedded ones. */
public final class StoreAddresses {
    private static final int CONNECTIONS = 14;

    private StoreAddresses() {}

    /**
     * Flags before the file.
     *
     * @throws IllegalArgumentException if only one store is external
     */
    public static StoresConfig merge(StoresConfig flags, StoresConfig file) {
        StoresConfig merged = new StoresConfig(
                file.onRedisFailure(),
                first(flags.redisUrl(), file.redisUrl()),
                first(flags.redisUser(), file.redisUser()),
                first(flags.redisPassword(), file.redisPassword()),
                first(flags.redisCaFile(), file.redisCaFile()),
                first(flags.databaseUrl(), file.databaseUrl()),
                first(flags.databaseUser(), file.databaseUser()),
                first(flags.databasePassword(), file.databasePassword()));
        if ((merged.redisUrl() == null) != (merged.databaseUrl() == null)) {
            throw new IllegalArgumentException("only one store has a URL: give both a Redis URL and a database URL,"
                    + " or neither to use the embedded ones");
        }
        return merged;
    }

    private static <T> @Nullable T first(@Nullable T flag, @Nullable T file) {
        return flag != null ? flag : file;
    }

    /** The external database of a merged configuration. */
    public static DatabaseSettings database(StoresConfig stores, String url) {
        String user = stores.databaseUser();
        Secret password = stores.databasePassword();
        return new DatabaseSettings(
                url,
                user == null ? System.getProperty("user.name") : user,
                () -> password == null ? new char[0] : password.reveal().toCharArray(),
                CONNECTIONS);
    }

    /** The embedded database. */
    public static DatabaseSettings database(EmbeddedStores stores) {
        return new DatabaseSettings(
                stores.databaseUrl(),
                stores.databaseUser(),
                () -> stores.databasePassword().toCharArray(),
                CONNECTIONS);
    }

    /** The embedded database of another process. */
    public static DatabaseSettings database(RunningDatabase running) {
        return new DatabaseSettings(
                running.jdbcUrl(), running.user(), () -> running.password().toCharArray(), CONNECTIONS);
    }

    static RedisSettingsBuilder redis(StoresConfig stores, @Nullable EmbeddedStores embedded, @Nullable String nodeId) {
        String url = embedded == null ? stores.redisUrl() : embedded.redisUrl();
        if (url == null) {
            throw new IllegalStateException("no Redis");
        }
        RedisSettingsBuilder settings = RedisSettings.builder(url, uniqueNode(nodeId))
                .onFailure(
                        stores.onRedisFailure() == OnRedisFailure.REFUSE
                                ? FailurePolicy.REFUSE
                                : FailurePolicy.ALLOW_BOUNDED)
                .sole(embedded != null);
        if (embedded != null) {
            return settings;
        }
        Secret password = stores.redisPassword();
        if (password != null) {
            settings.login(new RedisSettings.Login(
                    stores.redisUser(), password.reveal().toCharArray()));
        }
        return settings.caFile(stores.redisCaFile());
    }

    /** Leases of a node that was killed must not look like those of its next start. */
    private static String uniqueNode(@Nullable String nodeId) {
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        return nodeId == null ? random : nodeId + "-" + random;
    }
}
