package io.hedgerow.launcher.config;

import io.hedgerow.core.config.BillingConfig;
import io.hedgerow.core.config.EventsConfig;
import io.hedgerow.core.config.GatewayConfig;
import io.hedgerow.core.config.LimitsConfig;
import io.hedgerow.core.config.ModelConfig;
import io.hedgerow.core.config.ProviderConfig;
import io.hedgerow.core.config.TenantConfig;
import io.hedgerow.core.config.TrafficConfig;
import io.hedgerow.launcher.price.PriceSource;
import io.hedgerow.launcher.yaml.Findings;
import io.hedgerow.launcher.yaml.Section;
import io.hedgerow.launcher.yaml.Substitution;
import io.hedgerow.launcher.yaml.Value;
import io.hedgerow.launcher.yaml.YamlDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a file into a {@link GatewayConfig}, or into the list of all its mistakes. Thread-safe. */
public final class ConfigLoader {
    private final Map<String, String> environment;

    private final @Nullable PriceSource prices;

    /** {@code ${NAME}} is looked up in this environment. */
    public ConfigLoader(Map<String, String> environment) {
        this(environment, PriceSource.keepingNothing());
    }

    /** @param prices where price lists are got; null for those who do not want to know prices */
    public ConfigLoader(Map<String, String> environment, @Nullable PriceSource prices) {
        this.environment = Map.copyOf(environment);
        this.prices = prices;
    }

    /** Reads and validates the file. */
    public LoadedConfig load(Path file) throws ConfigException {
        Findings findings = new Findings(file.toString());
        byte[] content = read(file, findings);
        return load(file, content == null ? null : text(content, findings), findings);
    }

    /**
     * Validates what was read from the file.
     *
     * @param file where it was, for messages and for what the content refers to
     */
    public LoadedConfig load(Path file, byte[] content) throws ConfigException {
        Findings findings = new Findings(file.toString());
        return load(file, text(content, findings), findings);
    }

    private LoadedConfig load(Path file, @Nullable String text, Findings findings) throws ConfigException {
        Path directory = file.toAbsolutePath().getParent();
        Path base = directory == null ? Path.of("") : directory;
        Substitution substitution = new Substitution(environment, base);
        Value root = text == null ? null : YamlDocument.parse(text, findings, substitution);
        PriceListsReader lists = new PriceListsReader(prices, base);
        GatewayConfig config = root == null ? null : config(root.section(), lists);
        if (config == null || !findings.mistakes().isEmpty()) {
            throw new ConfigException(findings.mistakes());
        }
        return new LoadedConfig(config, findings.warnings(), lists.refresh(), lists.stale());
    }

    private static @Nullable String text(byte[] content, Findings findings) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            findings.fileMistake("not a text in UTF-8");
            return null;
        }
    }

    private static byte @Nullable [] read(Path file, Findings findings) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            findings.fileMistake("no such file");
        } catch (IOException e) {
            findings.fileMistake("cannot be read: " + e);
        }
        return null;
    }

    private static GatewayConfig config(Section root, PriceListsReader lists) {
        Map<String, String> inPriceLists = new HashMap<>();
        Map<String, ProviderConfig> providers = ProvidersReader.read(root, inPriceLists);
        PriceReader prices = new PriceReader(lists.read(root), inPriceLists);
        Map<String, ModelConfig> models = new ModelsReader(providers, prices).read(root);
        LimitsConfig limits = LimitsReader.read(root.section("limits"));
        GatewayConfig.StoresConfig stores = StoresReader.read(root.section("stores"));
        List<TenantConfig> tenants = new TenantsReader(models.keySet()).read(root);
        TrafficConfig traffic = TrafficReader.read(root);
        BillingConfig billing = BillingReader.read(root.section("billing"));
        EventsConfig events = EventsReader.read(root);
        root.finish();
        return new GatewayConfig(providers, models, limits, stores, tenants, traffic, billing, events);
    }
}
