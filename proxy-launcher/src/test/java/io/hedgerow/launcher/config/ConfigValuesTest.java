package io.hedgerow.launcher.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hedgerow.core.config.Dialect;
import io.hedgerow.core.config.GatewayConfig;
import io.hedgerow.core.config.GatewayConfig.OnRedisFailure;
import io.hedgerow.core.config.LimitsConfig;
import io.hedgerow.core.config.LimitsConfig.OnOverrun;
import io.hedgerow.core.config.ModelConfig;
import io.hedgerow.core.config.ModelConfig.Delay;
import io.hedgerow.core.config.ProviderConfig;
import io.hedgerow.core.config.Secret;
import io.hedgerow.core.config.TenantConfig;
import io.hedgerow.core.config.TrafficConfig;
import io.hedgerow.core.port.BudgetLimit;
import io.hedgerow.core.port.BudgetWindow;
import io.hedgerow.core.port.UnitPrices;
import io.hedgerow.testkit.net.LoopbackCertificate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a right configuration resolves to. */
class ConfigValuesTest {
    private static final String MINIMAL = """
            providers:
              - {id: a, base_url: http://127.0.0.1:9/v1, api_key: "${OPENAI_API_KEY}"}
            models:
              - id: m
                targets: [{provider: a}]
                price: free
            tenants:
              - {id: t, keys: [{id: k, secret: "${ACME_KEY}"}]}
            """;

    @TempDir
    Path directory;

    @Test
    void everyValueOfAFullFileArrives() throws Exception {
        LoadedConfig loaded = load(ConfigMistakesTest.GOOD);
        GatewayConfig config = loaded.config();

        assertThat(loaded.warnings()).isEmpty();
        assertThat(config.providers()).containsOnlyKeys("openai-a", "azure-b");
        assertThat(config.providers().get("openai-a"))
                .isEqualTo(new ProviderConfig(
                        "openai-a",
                        Dialect.OPENAI,
                        URI.create("https://api.openai.com/v1"),
                        new Secret("sk-provider"),
                        200,
                        0,
                        1,
                        ProviderConfig.Timeouts.DEFAULT,
                        true,
                        0,
                        ProviderConfig.Queue.OFF));
        ModelConfig model = model(config, "gpt-fast");
        assertThat(model.targets())
                .containsExactly(
                        new ModelConfig.Target("openai-a", "gpt-5-mini"),
                        new ModelConfig.Target("azure-b", "gpt-5-mini"));
        assertThat(model.hedge().delay()).isEqualTo(new Delay.Percentile(95));
        assertThat(model.hedge().budget()).isEqualTo(0.1);
        assertThat(model.prices().newest().cacheWrite()).isEqualByComparingTo("0.3125");
        assertThat(config.limits()).isEqualTo(LimitsConfig.DEFAULT);
        TenantConfig acme = config.tenants().get(0);
        assertThat(acme.balanceNanoUsd()).isEqualTo(100_000_000_000L);
        assertThat(acme.keys().get(0))
                .isEqualTo(new TenantConfig.KeyConfig(
                        "acme-ci", TenantsReader.sha256("sk-acme"), 50, 600, 0, List.of(), Set.of("gpt-fast")));
    }

    @Test
    void whatIsNotGivenHasTheDocumentedDefault() throws Exception {
        GatewayConfig config = load(MINIMAL).config();

        ProviderConfig provider = provider(config, "a");
        assertThat(provider.dialect()).isEqualTo(Dialect.OPENAI);
        assertThat(provider.maxConcurrency()).isZero();
        assertThat(provider.weight()).isEqualTo(1);
        assertThat(provider.timeouts()).isEqualTo(ProviderConfig.Timeouts.DEFAULT);
        assertThat(provider.cancelStopsBilling()).isTrue();
        ModelConfig model = model(config, "m");
        assertThat(model.targets()).containsExactly(new ModelConfig.Target("a", "m"));
        assertThat(model.hedge())
                .isEqualTo(new ModelConfig.Hedge(
                        new Delay.Percentile(95), Duration.ofMillis(200), Duration.ofSeconds(5), 2, 0.1, 10));
        assertThat(model.maxAttempts()).isEqualTo(4);
        assertThat(model.prices().newest()).isEqualTo(UnitPrices.FREE);
        assertThat(config.limits()).isEqualTo(LimitsConfig.DEFAULT);
        assertThat(config.stores()).isEqualTo(GatewayConfig.StoresConfig.EMBEDDED);
        assertThat(config.tenants().get(0).balanceNanoUsd()).isNull();
        assertThat(config.tenants().get(0).keys().get(0).models()).isEmpty();
    }

    @Test
    void aCreditLimitMakesTheBalanceCount() throws Exception {
        String limited = MINIMAL.replace("{id: t, ", "{id: t, credit_limit: \"12.50\", ");
        TenantConfig tenant = load(limited).config().tenants().get(0);
        assertThat(tenant.creditLimitNanoUsd()).isEqualTo(12_500_000_000L);
        assertThat(tenant.balanceNanoUsd()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hedge: off", "hedge: {delay: off}", "hedge: {delay: false}", "hedge: {delay: \"off\"}"})
    void hedgingIsSwitchedOffByEveryWayOfWritingIt(String hedge) throws Exception {
        assertThat(hedge(hedge).delay()).isEqualTo(new Delay.Off());
    }

    @Test
    void delaysArePercentilesOrDurations() throws Exception {
        assertThat(hedge("hedge: {delay: p99.5}").delay()).isEqualTo(new Delay.Percentile(99.5));
        assertThat(hedge("hedge: {delay: 300ms}").delay()).isEqualTo(new Delay.Fixed(Duration.ofMillis(300)));
        assertThat(hedge("hedge: {max_delay: 100ms}").minDelay()).isEqualTo(Duration.ofMillis(100));
        assertThat(hedge("hedge: {min_delay: 9s}").maxDelay()).isEqualTo(Duration.ofSeconds(9));
        assertThat(hedge("hedge: {budget: 0.05}").budget()).isEqualTo(0.05);
    }

    @Test
    void limitsTakeSizesWithAndWithoutUnits() throws Exception {
        LimitsConfig limits = load(MINIMAL
                        + "limits: {max_body: 1MiB, client_buffer: 65536, write_timeout: 1.5s, drain_timeout: 1m}")
                .config()
                .limits();

        assertThat(limits.maxBodyBytes()).isEqualTo(1 << 20);
        assertThat(limits.clientBufferBytes()).isEqualTo(65536);
        assertThat(limits.writeTimeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(limits.drainTimeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(load(MINIMAL + "limits: {max_body_bytes: 4096}")
                        .config()
                        .limits()
                        .maxBodyBytes())
                .isEqualTo(4096);
    }

    @Test
    void aLeaseOfZeroMeansTheDefault() throws Exception {
        LoadedConfig loaded = load(MINIMAL + "limits: {lease: 0s}");

        assertThat(loaded.config().limits().lease()).isEqualTo(Duration.ofSeconds(30));
        assertThat(loaded.warnings())
                .singleElement()
                .asString()
                .contains("limits.lease: a lease of 0 means the default");
    }

    @Test
    void externalStoresHaveUserAndPasswordBesideTheUrl() throws Exception {
        GatewayConfig.StoresConfig stores = load(MINIMAL + """
                        stores:
                          on_redis_failure: refuse
                          redis_url: rediss://redis.internal:6380
                          redis_password: ${ACME_KEY}
                          database_url: jdbc:postgresql://db.internal/hedgerow?sslmode=require
                          database_user: hedgerow
                          database_password: ${WEB_KEY}
                        """).config().stores();

        assertThat(stores)
                .isEqualTo(new GatewayConfig.StoresConfig(
                        OnRedisFailure.REFUSE,
                        "rediss://redis.internal:6380",
                        null,
                        new Secret("sk-acme"),
                        null,
                        "jdbc:postgresql://db.internal/hedgerow?sslmode=require",
                        "hedgerow",
                        new Secret("sk-web")));
    }

    @Test
    void aFileOfCertificatesLiesBesideTheConfigurationAndIsLookedInto() throws Exception {
        Path file = directory.resolve("ca.pem");
        Files.writeString(file, LoopbackCertificate.create().pem());
        String stores = MINIMAL + "stores: {redis_url: \"rediss://redis.internal\", redis_ca_file: ca.pem}";
        LoadedConfig loaded = load(stores);
        assertThat(loaded.config().stores().redisCaFile()).isEqualTo(file.toAbsolutePath());
        assertThat(loaded.warnings()).noneMatch(warning -> warning.contains("redis_ca_file"));
        assertThat(load(stores.replace("rediss:", "redis:")).warnings())
                .anyMatch(warning -> warning.contains("stores.redis_ca_file: is of no use"));

        Files.writeString(file, "nothing of the kind");
        assertThatThrownBy(() -> load(stores)).hasMessageContaining("holds no certificate");
        Files.delete(file);
        assertThatThrownBy(() -> load(stores)).hasMessageContaining("does not exist");
    }

    @Test
    void referencesReadTheEnvironmentAndFilesBesideTheConfiguration() throws Exception {
        Files.createDirectory(directory.resolve("secrets"));
        Files.writeString(directory.resolve("secrets/key"), "from-file\n");
        GatewayConfig config = load(MINIMAL.replace("\"${OPENAI_API_KEY}\"", "\"${file:secrets/key}\"")
                        .replace("http://127.0.0.1:9/v1", "\"http://${ACME_KEY}.example/v1\""))
                .config();

        assertThat(provider(config, "a").apiKey().reveal()).isEqualTo("from-file");
        assertThat(provider(config, "a").baseUrl()).hasHost("sk-acme.example");
    }

    @Test
    void aDoubledDollarSignIsNoReference() throws Exception {
        GatewayConfig config = load(MINIMAL.replace("[{provider: a}]", "[{provider: a, model: \"x$${Y}\"}]"))
                .config();

        assertThat(model(config, "m").targets().get(0).upstreamModel()).isEqualTo("x${Y}");
    }

    @Test
    void limitsOfTenantsAndTokensPerMinuteAreRead() throws Exception {
        GatewayConfig config = load(ConfigMistakesTest.GOOD
                        .replace("on_overrun: continue", "on_overrun: stop")
                        .replace(
                                "balance: \"100.00\"",
                                "max_concurrency: 70\n    budgets: [{window: 5h, limit: \"5.00\", mode: rolling},"
                                        + " {window: day, limit: 20, time_zone: Europe/Berlin}]")
                        .replace(
                                "rpm: 600",
                                "tpm: 200000, budget: \"10.00\", budgets: [{window: month, limit: 7, time_zone: UTC}]"))
                .config();

        assertThat(config.limits().onOverrun()).isEqualTo(OnOverrun.STOP);
        TenantConfig tenant = config.tenants().get(0);
        assertThat(tenant.maxConcurrency()).isEqualTo(70);
        assertThat(tenant.budgets())
                .containsExactly(
                        BudgetLimit.ofTenant(BudgetWindow.FIVE_HOURS, true, ZoneOffset.UTC, 5_000_000_000L),
                        BudgetLimit.ofTenant(BudgetWindow.DAY, false, ZoneId.of("Europe/Berlin"), 20_000_000_000L));
        TenantConfig.KeyConfig key = tenant.keys().get(0);
        assertThat(key.tokensPerMinute()).isEqualTo(200_000);
        assertThat(key.budgets())
                .containsExactly(
                        BudgetLimit.ofKey("acme-ci", BudgetWindow.TOTAL, false, ZoneOffset.UTC, 10_000_000_000L),
                        BudgetLimit.ofKey("acme-ci", BudgetWindow.MONTH, false, ZoneOffset.UTC, 7_000_000_000L));
        assertThat(ConfigPrinter.print(config))
                .contains("      - {window: day, limit: \"20\", mode: fixed, time_zone: Europe/Berlin}\n")
                .contains("          - {window: total, limit: \"10\", mode: fixed}\n")
                .contains("          - {window: month, limit: \"7\", mode: fixed}\n");
    }

    @Test
    void sessionsQueuesAndSwitchesArrive() throws Exception {
        LoadedConfig loaded = load(ConfigMistakesTest.GOOD.replace(
                        "max_sessions: 0", "max_sessions: 3\n    queue: {length: 20, timeout: 7s, keepalive_after: 2s}")
                + "routing: {affinity: off, prefix_from: 8KiB}\nrollout: {hedging: 12.5%}\n");

        ProviderConfig provider = provider(loaded.config(), "openai-a");
        assertThat(provider.maxSessions()).isEqualTo(3);
        assertThat(provider.queue())
                .isEqualTo(new ProviderConfig.Queue(20, Duration.ofSeconds(7), Duration.ofSeconds(2)));
        assertThat(provider(loaded.config(), "azure-b").queue()).isEqualTo(ProviderConfig.Queue.OFF);
        assertThat(loaded.config().traffic()).isEqualTo(new TrafficConfig(false, 8192, 0.125));
        assertThat(loaded.warnings()).isEmpty();
        assertThat(load(ConfigMistakesTest.GOOD).config().traffic()).isEqualTo(TrafficConfig.DEFAULT);
    }

    @Test
    void aSecretInTheOpenIsWarnedAboutAndNotShown() throws Exception {
        List<String> warnings =
                load(MINIMAL.replace("${OPENAI_API_KEY}", "sk-in-the-open")).warnings();

        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("2:55: providers[0].api_key: the secret is written into the file")
                .doesNotContain("sk-in-the-open");
    }

    @Test
    void theHashOfASecretIsTheSameAsEverybodyElses() {
        assertThat(TenantsReader.sha256("abc"))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    private ModelConfig.Hedge hedge(String hedge) throws Exception {
        String text = MINIMAL.replace("price: free", "price: free\n    " + hedge);
        return model(load(text).config(), "m").hedge();
    }

    private static ModelConfig model(GatewayConfig config, String id) {
        return Objects.requireNonNull(config.models().get(id));
    }

    private static ProviderConfig provider(GatewayConfig config, String id) {
        return Objects.requireNonNull(config.providers().get(id));
    }

    private LoadedConfig load(String text) throws ConfigException, IOException {
        Path file = Files.writeString(directory.resolve("hedgerow.yml"), text);
        return new ConfigLoader(ConfigMistakesTest.ENVIRONMENT).load(file);
    }
}
