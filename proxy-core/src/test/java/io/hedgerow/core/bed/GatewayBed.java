package io.hedgerow.core.bed;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.Gateway;
import io.hedgerow.core.GatewaySettings;
import io.hedgerow.core.config.BillingConfig;
import io.hedgerow.core.config.Dialect;
import io.hedgerow.core.config.EventsConfig;
import io.hedgerow.core.config.GatewayConfig;
import io.hedgerow.core.config.LimitsConfig;
import io.hedgerow.core.config.ModelConfig;
import io.hedgerow.core.config.ProviderConfig;
import io.hedgerow.core.config.Secret;
import io.hedgerow.core.config.TenantConfig;
import io.hedgerow.core.config.TrafficConfig;
import io.hedgerow.core.money.PriceHistory;
import io.hedgerow.core.port.UnitPrices;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.transport.EventLoops;
import io.hedgerow.core.transport.TransportKind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A gateway with model {@value #MODEL} over the given providers, key {@value #KEY}, on a free loopback port. */
public final class GatewayBed implements AutoCloseable {
    /** The one model. */
    public static final String MODEL = "gpt-fast";

    /** The one key's secret. */
    public static final String KEY = "sk-bed";

    /** The secret of a key that may not ask for the model. */
    public static final String NARROW_KEY = "sk-narrow";

    /** Input 1 USD, output 2 USD per million tokens. */
    public static final UnitPrices PRICES =
            new UnitPrices(BigDecimal.ONE, new BigDecimal("2"), BigDecimal.ONE, BigDecimal.ONE);

    /** The stores. */
    public final MemoryPorts ports = new MemoryPorts();

    /** The meters. */
    public final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /** The gateway. */
    public final Gateway gateway;

    private final EventLoops loops;

    private volatile GatewayConfig config;

    private GatewayBed(GatewayConfig initial) {
        config = initial;
        GatewaySettings settings = new GatewaySettings("127.0.0.1", 0, 2, TransportKind.AUTO);
        loops = settings.openLoops();
        try {
            gateway = Gateway.start(settings, loops, this::config, ports.ports(), meters);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts over these providers' base URLs, tried in this order, without hedging. */
    public static GatewayBed over(String... baseUrls) {
        return with(new Options(), baseUrls);
    }

    /** Starts over these providers' base URLs, tried in this order. */
    public static GatewayBed with(Options options, String... baseUrls) {
        Map<String, ProviderConfig> providers = new LinkedHashMap<>();
        List<ModelConfig.Target> targets = new ArrayList<>();
        for (int i = 0; i < baseUrls.length; i++) {
            String id = String.valueOf((char) ('a' + i));
            ProviderConfig provider = new ProviderConfig(
                    id,
                    Dialect.OPENAI,
                    URI.create(baseUrls[i]),
                    new Secret("provider-secret-" + id),
                    0,
                    i,
                    1,
                    options.timeouts,
                    true,
                    0,
                    ProviderConfig.Queue.OFF);
            providers.put(id, options.provider.apply(provider));
            targets.add(new ModelConfig.Target(id, "upstream-model"));
        }
        Map<String, ModelConfig> models = new LinkedHashMap<>();
        for (int i = 0; i <= options.moreModels; i++) {
            String suffix = i == 0 ? "" : "-" + i;
            List<ModelConfig.Target> own = targets.stream()
                    .map(t -> new ModelConfig.Target(t.providerId(), t.upstreamModel() + suffix))
                    .toList();
            models.put(
                    MODEL + suffix,
                    new ModelConfig(
                            MODEL + suffix,
                            own,
                            options.hedge,
                            options.maxAttempts,
                            PriceHistory.of(PRICES),
                            Map.of()));
        }
        TenantConfig.KeyConfig key = new TenantConfig.KeyConfig("acme-ci", sha256(KEY), 7, 60, 0, List.of(), Set.of());
        TenantConfig.KeyConfig narrow =
                new TenantConfig.KeyConfig("acme-narrow", sha256(NARROW_KEY), 0, 0, 0, List.of(), Set.of("another"));
        TenantConfig tenant = new TenantConfig("acme", 100_000_000_000L, 0, List.of(), List.of(key, narrow), 0);
        return new GatewayBed(new GatewayConfig(
                providers,
                models,
                options.limits,
                new GatewayConfig.StoresConfig(
                        GatewayConfig.OnRedisFailure.REFUSE, null, null, null, null, null, null, null),
                List.of(tenant),
                TrafficConfig.DEFAULT,
                BillingConfig.DEFAULT,
                EventsConfig.NONE));
    }

    private GatewayConfig config() {
        return config;
    }

    /** Swaps the configuration, as a reload does. */
    public void reload(UnaryOperator<GatewayConfig> change) {
        config = change.apply(config);
    }

    /** {@code http://127.0.0.1:port}. */
    public String url() {
        return "http://127.0.0.1:" + gateway.port();
    }

    /**
     * Waits until the gateway has read that clients left: each of its loops answers two requests of clients that came
     * after that.
     */
    public void awaitHangUps() {
        for (int i = 0; i < 4; i++) {
            try (RawClient later = RawClient.to(this)) {
                later.send("GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n").answer();
            }
        }
        awaitLoops();
    }

    /** Returns when the event loops have done all that they were asked to do before. */
    public void awaitLoops() {
        loops.group().forEach(loop -> loop.submit(() -> {}).syncUninterruptibly());
    }

    /** The one record, once it is there. */
    public UsageRecord record() {
        return records(1).get(0);
    }

    /** That many records and no more, once they are there. */
    public List<UsageRecord> records(int count) {
        Eventually.that(() -> ports.settled.size() >= count);
        assertThat(ports.settled).hasSize(count);
        return List.copyOf(ports.settled);
    }

    @Override
    public void close() {
        gateway.close();
        loops.close();
        ports.close();
    }

    private static String sha256(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a bed can be given otherwise than the defaults. */
    public static final class Options {
        /** So long that none of them passes on a machine that stands still for seconds. */
        private ProviderConfig.Timeouts timeouts = new ProviderConfig.Timeouts(
                Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(10));

        private ModelConfig.Hedge hedge = new ModelConfig.Hedge(
                new ModelConfig.Delay.Off(), Duration.ofMillis(10), Duration.ofSeconds(5), 2, 1.0, 10);
        private LimitsConfig limits = LimitsConfig.DEFAULT;
        private int maxAttempts = 4;
        private int moreModels;
        private UnaryOperator<ProviderConfig> provider = UnaryOperator.identity();

        /** Hedges after a fixed delay, two racing at once, with the whole budget. */
        public Options hedgeAfter(Duration delay) {
            hedge = new ModelConfig.Hedge(
                    new ModelConfig.Delay.Fixed(delay), Duration.ofMillis(1), Duration.ofSeconds(5), 2, 1.0, 10);
            return this;
        }

        /** Any hedge rule. */
        public Options hedge(ModelConfig.Hedge rule) {
            hedge = rule;
            return this;
        }

        /** Timeouts of all providers. */
        public Options timeouts(ProviderConfig.Timeouts value) {
            timeouts = value;
            return this;
        }

        /** Bounds of the gateway. */
        public Options limits(LimitsConfig value) {
            limits = value;
            return this;
        }

        /** Attempts per request. */
        public Options maxAttempts(int value) {
            maxAttempts = value;
            return this;
        }

        /**
         * Adds models {@code gpt-fast-1} to {@code gpt-fast-<count>}, so that one of them failing leaves the others'
         * breakers alone.
         */
        public Options moreModels(int count) {
            moreModels = count;
            return this;
        }

        /** Changes each provider. */
        public Options provider(UnaryOperator<ProviderConfig> change) {
            provider = change;
            return this;
        }
    }
}
