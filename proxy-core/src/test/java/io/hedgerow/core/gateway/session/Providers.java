package io.hedgerow.core.gateway.session;

import io.hedgerow.core.bed.ProviderBuilder;
import io.hedgerow.core.config.BillingConfig;
import io.hedgerow.core.config.EventsConfig;
import io.hedgerow.core.config.GatewayConfig;
import io.hedgerow.core.config.ProviderConfig;
import io.hedgerow.core.config.ProviderConfig.Queue;
import io.hedgerow.core.config.TrafficConfig;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Configurations that differ from a bed's in one thing. */
final class Providers {
    private Providers() {}

    static UnaryOperator<ProviderConfig> queueing(int length, Duration timeout, Duration keepaliveAfter) {
        return p -> with(p, 0, new Queue(length, timeout, keepaliveAfter));
    }

    static UnaryOperator<ProviderConfig> sessions(int limit) {
        return p -> with(p, limit, Queue.OFF);
    }

    private static ProviderConfig with(ProviderConfig p, int maxSessions, Queue queue) {
        return ProviderBuilder.of(p)
                .maxConcurrency(3)
                .maxSessions(maxSessions)
                .queue(queue)
                .build();
    }

    static UnaryOperator<GatewayConfig> traffic(boolean affinity, double hedging) {
        return c -> new GatewayConfig(
                c.providers(),
                c.models(),
                c.limits(),
                c.stores(),
                c.tenants(),
                new TrafficConfig(affinity, TrafficConfig.DEFAULT.prefixBytes(), hedging),
                BillingConfig.DEFAULT,
                EventsConfig.NONE);
    }
}
