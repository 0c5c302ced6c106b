package io.hedgerow.launcher.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hedgerow.core.config.ModelConfig;
import io.hedgerow.core.money.PriceHistory;
import io.hedgerow.core.money.PriceSheet;
import io.hedgerow.core.money.ServiceTier;
import io.hedgerow.core.port.UnitPrices;
import io.hedgerow.testkit.net.LoopbackCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What models cost by the price lists that a configuration names, and by what it says itself. */
@Tag("B17")
class ImportedPricesTest {
    private static final String PROVIDERS = """
            providers:
              - {id: openai-a, base_url: "http://a", api_key: "${KEY}"}
              - {id: azure-b, base_url: "http://b", api_key: "${KEY}", prices_as: azure}
            """;

    @TempDir
    Path directory;

    @BeforeEach
    void copyList() throws IOException {
        try (InputStream list = getClass().getResourceAsStream("/prices/extract.json")) {
            Files.write(
                    directory.resolve("list.json"), Objects.requireNonNull(list).readAllBytes());
        }
    }

    @Test
    void aModelWithoutAPriceIsPricedByTheFirstTargetThatTheListHasAndItsTargetsByTheirOwn() throws Exception {
        ModelConfig model = model("""
                prices: {import: list.json}
                models:
                  - id: m
                    targets:
                      - {provider: openai-a, model: not-listed}
                      - {provider: openai-a, model: gpt-5-mini}
                      - {provider: azure-b, model: gpt-5-mini}
                """);
        assertThat(model.prices().newest().input()).isEqualByComparingTo("0.25");
        assertThat(cost(model, 0).input()).isEqualByComparingTo("0.25");
        assertThat(cost(model, 1).input()).isEqualByComparingTo("0.25");
        assertThat(cost(model, 2).input()).isEqualByComparingTo("0.275");
        assertThat(cost(model, 2).output()).isEqualByComparingTo("2.2");
    }

    @Test
    void aPriceOfItsOwnIsWhatTenantsPayAndTheListStaysTheCost() throws Exception {
        ModelConfig model = model("""
                prices: list.json
                models:
                  - id: m
                    price: {input: 1, output: 4}
                    targets:
                      - {provider: openai-a, model: gpt-5-mini}
                      - {provider: azure-b, model: gpt-5-mini, price: {input: 0.2, output: 1.5}}
                """);
        assertThat(model.prices().newest().input()).isEqualByComparingTo("1");
        assertThat(cost(model, 0).output()).isEqualByComparingTo("2");
        assertThat(cost(model, 1).output()).isEqualByComparingTo("1.5");
    }

    @Test
    void aListedPriceIsOverriddenInPartAndAllTiersCanBeWrittenOut() throws Exception {
        Map<String, ModelConfig> models = models("""
                prices: {import: list.json}
                models:
                  - id: overridden
                    targets: [{provider: openai-a}]
                    price: {import: gpt-long, input: 7, flex: {output: 16}}
                  - id: written
                    targets: [{provider: openai-a}]
                    price:
                      input: 1
                      output: 2
                      cached_input: 0.1
                      cache_write: 1.25
                      cache_write_1h: 2.5
                      reasoning: 3
                      priority: {input: 4, output: 8}
                      above: [{input_tokens: 100000, input: 1.5, priority: {input: 6}}]
                """);
        PriceSheet overridden = sheet(models, "overridden");
        assertThat(overridden.standard().input()).isEqualByComparingTo("7");
        assertThat(overridden.standard().output()).isEqualByComparingTo("30");
        assertThat(overridden.choose(ServiceTier.FLEX, 1).input()).isEqualByComparingTo("2.5");
        assertThat(overridden.choose(ServiceTier.FLEX, 1).output()).isEqualByComparingTo("16");
        assertThat(overridden.choose(ServiceTier.STANDARD, 272_001).input()).isEqualByComparingTo("10");
        PriceSheet written = sheet(models, "written");
        assertThat(written.standard().cacheWriteHour()).isEqualByComparingTo("2.5");
        assertThat(written.standard().reasoning()).isEqualByComparingTo("3");
        assertThat(written.choose(ServiceTier.PRIORITY, 100_001).input()).isEqualByComparingTo("6");
        assertThat(written.choose(ServiceTier.BATCH, 100_001).input()).isEqualByComparingTo("1.5");
    }

    @Test
    void listsAndPricesCountFromTheirDates() throws Exception {
        Files.writeString(directory.resolve("next.json"), """
                {"gpt-5-mini": {"input_cost_per_token": 9e-06, "output_cost_per_token": 1e-05}}""");
        Map<String, ModelConfig> models = models("""
                prices: [{import: next.json, from: 2026-12-01}, {import: list.json, refresh: 24h}]
                models:
                  - {id: gpt-5-mini, targets: [{provider: openai-a}]}
                  - id: series
                    targets: [{provider: openai-a, model: unknown}]
                    price:
                      - {input: 1, output: 1}
                      - {from: 2026-11-01, import: gpt-5-mini}
                      - {from: "2027-01-01T00:00:00Z", input: 3, output: 3}
                """);
        assertThat(inputAt(models, "gpt-5-mini", "2026-11-30T23:59:59.999Z")).isEqualTo("0.25");
        assertThat(inputAt(models, "gpt-5-mini", "2026-12-01T00:00:00Z")).isEqualTo("9");
        assertThat(inputAt(models, "series", "2020-01-01T00:00:00Z")).isEqualTo("1");
        assertThat(inputAt(models, "series", "2026-11-01T00:00:00Z")).isEqualTo("0.25");
        assertThat(inputAt(models, "series", "2026-12-01T00:00:00Z")).isEqualTo("9");
        assertThat(inputAt(models, "series", "2027-01-01T00:00:00Z")).isEqualTo("3");
        assertThat(
                        load("prices: {import: list.json, refresh: 24h}\nmodels:\n  - {id: gpt-5, targets: [{provider: openai-a}]}\n")
                                .refresh())
                .isEqualTo(Duration.ofHours(24));
    }

    @Test
    void whatIsMissingIsNamedWithWhatIsNearest() throws Exception {
        String models = "models:\n  - {id: gtp-5-mini, targets: [{provider: openai-a}, {provider: azure-b}]}\n";
        assertThat(mistakes("prices: {import: list.json}\n" + models))
                .contains("\"price\" is missing", "\"gtp-5-mini\", \"azure/gtp-5-mini\"", "nearest are \"gpt-5-mini\"");
        assertThat(mistakes(models)).contains("\"price\" is missing").doesNotContain("nearest");
        assertThat(mistakes("prices: {import: gone.json}\n" + models))
                .contains("gone.json does not exist")
                .doesNotContain("models");
        assertThat(mistakes("prices: {import: \"ftp://x/y.json\"}\n" + models)).contains("neither a file nor");
        assertThat(mistakes("prices: {import: list.json, form: 2026-01-01}\n" + models))
                .contains("did you mean \"from\"");
        assertThat(mistakes("prices: [{import: list.json}, {import: list.json}]\n" + models))
                .contains("same instant");
        String listed = "models:\n  - {id: m, targets: [{provider: openai-a}], price: {import: gpt-5-mimi}}\n";
        assertThat(mistakes("prices: list.json\n" + listed))
                .contains("\"gpt-5-mimi\" is not in the price list", "gpt-5-mini");
        assertThat(mistakes(listed)).contains("there is no price list");
        String back =
                "models:\n  - {id: m, targets: [{provider: openai-a}], price: [{from: 2026-02-01, input: 1, output: 1},"
                        + " {from: 2026-01-01, input: 1, output: 1}]}\n";
        assertThat(mistakes(back)).contains("does not come after");
    }

    @Test
    void whoDoesNotAskForPricesNeedsNone() throws Exception {
        Path file = write("prices: {import: gone.json}\nmodels:\n  - {id: m, targets: [{provider: openai-a}]}\n");
        LoadedConfig loaded = new ConfigLoader(Map.of("KEY", "k"), null).load(file);
        assertThat(loaded.config().models()).containsKey("m");
    }

    @Test
    void whatIsPrintedIsReadBackAsTheSame() throws Exception {
        String text = """
                prices: [{import: list.json}, {import: list.json, from: 2030-01-01}]
                billing: {charge_losers: true}
                models:
                  - {id: gpt-long, targets: [{provider: openai-a}, {provider: azure-b, model: gpt-5-mini}]}
                  - {id: claude-test, targets: [{provider: openai-a}], price: {import: claude-test, reasoning: 20}}
                  - {id: free, targets: [{provider: openai-a}], price: free}
                """;
        LoadedConfig first = load(text);
        String printed = ConfigPrinter.print(first.config());
        String models = printed.substring(printed.indexOf("models:"), printed.indexOf("limits:"));
        assertThat(models).contains("from: 2030-01-01T00:00:00Z", "priority: {input: 10,", "price: free\n");
        assertThat(printed).contains("billing: {charge_losers: true}");
        assertThat(ConfigPrinter.print(
                        load(models + "billing: {charge_losers: true}\n").config()))
                .contains(models);
    }

    private static UnitPrices cost(ModelConfig model, int target) {
        return model.costs(model.targets().get(target)).newest();
    }

    private static PriceSheet sheet(Map<String, ModelConfig> models, String id) {
        PriceHistory prices = Objects.requireNonNull(models.get(id)).prices();
        return prices.at(0);
    }

    private static String inputAt(Map<String, ModelConfig> models, String id, String instant) {
        long micros = Instant.parse(instant).toEpochMilli() * 1000;
        return Objects.requireNonNull(models.get(id))
                .prices()
                .at(micros)
                .standard()
                .input()
                .toPlainString();
    }

    private ModelConfig model(String text) throws Exception {
        return Objects.requireNonNull(models(text).get("m"));
    }

    @Test
    void aFileOfCertificatesIsLookedIntoBeforeAUrlIsAsked() throws Exception {
        String config = """
                prices: {import: "https://127.0.0.1:1/list.json", ca_file: ca.pem}
                models:
                  - {id: m, targets: [{provider: openai-a, model: gpt-5-mini}]}
                """;
        assertThat(mistakes(config))
                .contains("prices.ca_file", "does not exist")
                .doesNotContain("cannot be got");
        Files.writeString(directory.resolve("ca.pem"), "nothing of the kind");
        assertThat(mistakes(config)).contains("holds no certificate").doesNotContain("cannot be got");
        Files.writeString(
                directory.resolve("ca.pem"), LoopbackCertificate.create().pem());
        assertThat(mistakes(config)).contains("cannot be got").doesNotContain("is of no use");
        assertThat(load(config.replace("https://127.0.0.1:1/", "")).warnings())
                .anyMatch(warning -> warning.contains("prices.ca_file: is of no use"));
    }

    private Map<String, ModelConfig> models(String text) throws Exception {
        return load(text).config().models();
    }

    private LoadedConfig load(String text) throws Exception {
        return new ConfigLoader(Map.of("KEY", "k")).load(write(text));
    }

    private String mistakes(String text) throws IOException {
        Path file = write(text);
        ConfigException refused =
                catchThrowableOfType(ConfigException.class, () -> new ConfigLoader(Map.of("KEY", "k")).load(file));
        assertThat(refused).as(text).isNotNull();
        return String.valueOf(refused.getMessage());
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("hedgerow.yml"), PROVIDERS + text);
    }
}
