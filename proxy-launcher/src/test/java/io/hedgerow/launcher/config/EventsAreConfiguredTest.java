package io.hedgerow.launcher.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hedgerow.core.config.EventsConfig;
import io.hedgerow.core.config.EventsConfig.Webhook;
import io.hedgerow.core.port.EventKind;
import io.hedgerow.launcher.yaml.Mistake;
import io.hedgerow.testkit.net.LoopbackCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventsAreConfiguredTest {
    private static final String BASE = """
            providers:
              - {id: a, base_url: "http://127.0.0.1:1", api_key: "${KEY}"}
            models:
              - {id: m, targets: [{provider: a}], price: free}
            tenants:
              - {id: acme, keys: [{id: k, secret: "${KEY}"}]}
            """;
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @TempDir
    Path directory;

    private LoadedConfig load(String more) throws Exception {
        Path file = Files.writeString(directory.resolve("hedgerow.yml"), BASE + more);
        return new ConfigLoader(Map.of("KEY", "sk-1", "HOOK", SECRET, "SHORT", "c2hvcnQ=")).load(file);
    }

    @Test
    void nothingIsToldByDefault() throws Exception {
        assertThat(load("").config().events()).isEqualTo(EventsConfig.NONE);
    }

    @Test
    void everySettingIsRead() throws Exception {
        LoadedConfig loaded = load("""
                event_stream: {enabled: true, shards: 8, max_length: 5000}
                webhooks:
                  - {id: shop, url: "https://shop.example/hook?token=hidden", secret: "${HOOK}", tenants: [acme, later],
                     events: [usage, credit], timeout: 3s, max_attempts: 7, give_up_after: 2h}
                  - {id: all, url: "http://events.example", secrets: ["${HOOK}", "${HOOK}"], tenants: all}
                """);

        EventsConfig events = loaded.config().events();
        assertThat(events.stream()).isEqualTo(new EventsConfig.Stream(true, 8, 5000));
        Webhook shop = events.webhooks().get(0);
        assertThat(shop.secrets().get(0).reveal()).isEqualTo(SECRET);
        assertThat(shop.tenants()).containsExactlyInAnyOrder("acme", "later");
        assertThat(shop.events()).containsExactlyInAnyOrder(EventKind.USAGE, EventKind.CREDIT);
        assertThat(shop.timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(shop.maxAttempts()).isEqualTo(7);
        assertThat(shop.giveUpAfter()).isEqualTo(Duration.ofHours(2));
        Webhook all = events.webhooks().get(1);
        assertThat(all.secrets()).hasSize(2);
        assertThat(all.tenants()).isEmpty();
        assertThat(all.events()).containsExactlyInAnyOrder(EventKind.values());
        assertThat(loaded.warnings()).anyMatch(warning -> warning.contains("without encryption"));
        assertThat(ConfigPrinter.print(loaded.config()))
                .contains(
                        "event_stream: {enabled: true, shards: 8, max_length: 5000}", "https://shop.example/hook?****")
                .doesNotContain(SECRET, "hidden");
    }

    @Test
    void anAuthorityOfItsOwnIsReadWithTheFile() throws Exception {
        LoopbackCertificate authority = LoopbackCertificate.create();
        Files.writeString(directory.resolve("ca.pem"), authority.pem());
        String config = """
                webhooks:
                  - {id: shop, url: "https://127.0.0.1:1/", secret: "${HOOK}", ca_file: ca.pem}
                """;
        LoadedConfig loaded = load(config);
        Webhook shop = loaded.config().events().webhooks().get(0);
        assertThat(shop.authority())
                .isEqualTo(new EventsConfig.Authority(directory.resolve("ca.pem"), List.of(authority.certificate())));
        assertThat(ConfigPrinter.print(loaded.config())).contains("ca_file: \"" + directory.resolve("ca.pem"));
        assertThat(load(config.replace("https", "http")).warnings())
                .anyMatch(warning -> warning.contains("ca_file: is of no use"));
        Files.writeString(directory.resolve("ca.pem"), "nothing of the kind");
        assertThat(catchThrowableOfType(ConfigException.class, () -> load(config))
                        .mistakes()
                        .toString())
                .contains("holds no certificate");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{id: s, url: 'https://x', secret: '${SHORT}'}|24 to 64 bytes",
                "{id: s, url: 'https://x'}|give either",
                "{id: s, url: 'ftp://x', secret: '${HOOK}'}|only http and https",
                "{id: s, url: 'https://u:p@x', secret: '${HOOK}'}|user or password inside",
                "{id: s, secret: '${HOOK}'}|\"url\" is missing",
                "{id: s, url: 'https://x', secret: '${HOOK}', tenants: []}|names no tenant",
                "{id: s, url: 'https://x', secret: '${HOOK}', events: [useage]}|is not one of usage, credit, refund, adjustment, tenant",
                "{id: s, url: 'https://x', secret: '${HOOK}', max_attempts: 0}|out of bounds",
                "{id: s, url: 'https://x', secret: '${HOOK}', retries: 3}|unknown key"
            },
            quoteCharacter = '`')
    void mistakesAreNamed(String webhook, String message) {
        ConfigException failure =
                catchThrowableOfType(ConfigException.class, () -> load("webhooks:\n  - " + webhook + "\n"));
        assertThat(failure.mistakes()).extracting(Mistake::toString).anyMatch(text -> text.contains(message));
        assertThat(failure.getMessage()).doesNotContain("c2hvcnQ", SECRET);
    }

    @Test
    void twoWebhooksOfOneIdAreAMistake() {
        String one = "  - {id: s, url: 'https://x', secret: '${HOOK}'}\n";
        ConfigException failure = catchThrowableOfType(ConfigException.class, () -> load("webhooks:\n" + one + one));
        assertThat(failure).hasMessageContaining("there is another webhook");
    }
}
