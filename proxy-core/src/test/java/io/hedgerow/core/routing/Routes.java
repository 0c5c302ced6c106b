package io.hedgerow.core.routing;

import io.hedgerow.core.config.BillingConfig;
import io.hedgerow.core.config.Dialect;
import io.hedgerow.core.config.EventsConfig;
import io.hedgerow.core.config.GatewayConfig;
import io.hedgerow.core.config.GatewayConfig.OnRedisFailure;
import io.hedgerow.core.config.GatewayConfig.StoresConfig;
import io.hedgerow.core.config.LimitsConfig;
import io.hedgerow.core.config.ModelConfig;
import io.hedgerow.core.config.ModelConfig.Delay;
import io.hedgerow.core.config.ModelConfig.Hedge;
import io.hedgerow.core.config.ModelConfig.Target;
import io.hedgerow.core.config.ProviderConfig;
import io.hedgerow.core.config.Secret;
import io.hedgerow.core.config.TrafficConfig;
import io.hedgerow.core.money.PriceHistory;
import io.hedgerow.core.port.UnitPrices;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Configurations for tests of routing. */
final class Routes {
    static final long MILLI = 1_000_000;
    static final long SECOND = 1000 * MILLI;

    private final Map<String, ProviderConfig> providers = new LinkedHashMap<>();

    Routes provider(String id, int priority, int weight) {
        providers.put(
                id,
                new ProviderConfig(
                        id,
                        Dialect.OPENAI,
                        URI.create("http://127.0.0.1/v1"),
                        new Secret("k"),
                        0,
                        priority,
                        weight,
                        ProviderConfig.Timeouts.DEFAULT,
                        true,
                        0,
                        ProviderConfig.Queue.OFF));
        return this;
    }

    GatewayConfig config() {
        StoresConfig stores = new StoresConfig(OnRedisFailure.REFUSE, null, null, null, null, null, null, null);
        return new GatewayConfig(
                providers,
                Map.of(),
                LimitsConfig.DEFAULT,
                stores,
                List.of(),
                TrafficConfig.DEFAULT,
                BillingConfig.DEFAULT,
                EventsConfig.NONE);
    }

    ModelConfig model() {
        List<Target> targets = providers.keySet().stream().map(Routes::target).toList();
        return new ModelConfig(
                "m", targets, hedge(new Delay.Percentile(95)), 4, PriceHistory.of(UnitPrices.FREE), Map.of());
    }

    static Target target(String providerId) {
        return new Target(providerId, "up");
    }

    static Hedge hedge(Delay delay) {
        return new Hedge(delay, Duration.ofMillis(200), Duration.ofSeconds(5), 2, 0.1, 10);
    }
}
