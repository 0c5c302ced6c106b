package io.hedgerow.launcher.admin;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the gateway is at this moment.
 *
 * @param journalAccepting whether usage of new requests can be made durable
 * @param redisConnected whether all of Redis decides
 * @param refusesWithoutRedis whether the policy is to admit nothing while Redis is away, and no part of it is there
 * @param redisTrouble why Redis, or a part of it, cannot be asked; null while it can
 */
public record GatewayStatus(
        boolean starting,
        boolean draining,
        boolean journalAccepting,
        boolean redisConnected,
        boolean databaseUp,
        boolean refusesWithoutRedis,
        @Nullable String redisTrouble) {
    /** Before the stores are open. */
    public static final GatewayStatus STARTING = new GatewayStatus(true, false, false, false, false, false, null);

    /** Why new requests would be refused, or {@code ready}. */
    String word() {
        if (starting) {
            return "starting";
        }
        if (draining) {
            return "draining";
        }
        if (!journalAccepting) {
            return "journal_full";
        }
        return !redisConnected && refusesWithoutRedis ? "redis_unavailable" : "ready";
    }

    /** Stores that are away while the gateway goes on. */
    List<String> degraded() {
        List<String> away = new ArrayList<>();
        if (!redisConnected && !starting) {
            away.add("redis");
        }
        if (!databaseUp && !starting) {
            away.add("database");
        }
        return away;
    }
}
