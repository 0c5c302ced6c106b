package io.hedgerow.launcher.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.config.GatewayConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code check} shows. */
class ConfigPrinterTest {
    private static final String EXPECTED = """
            providers:
              - id: openai-a
                dialect: openai
                base_url: https://api.openai.com/v1
                api_key: "****"
                max_concurrency: 200
                max_sessions: 0 # unlimited
                queue: {length: 0, timeout: 5s, keepalive_after: 10s}
                priority: 0
                weight: 1
                timeouts: {connect: 5s, first_token: 1m, idle: 1m, total: 10m}
                cancel_stops_billing: true
              - id: azure-b
                dialect: openai
                base_url: http://azure:8080
                api_key: "****"
                max_concurrency: 0 # unlimited
                max_sessions: 0 # unlimited
                queue: {length: 0, timeout: 5s, keepalive_after: 10s}
                priority: 0
                weight: 1
                timeouts: {connect: 5s, first_token: 1m, idle: 1m, total: 10m}
                cancel_stops_billing: true
            models:
              - id: gpt-fast
                targets:
                  - {provider: openai-a, model: "gpt-5-mini"}
                  - {provider: azure-b, model: "gpt-5-mini"}
                hedge: {delay: p95, min_delay: 200ms, max_delay: 5s, max_attempts: 2, budget: 10%, burst: 10}
                retry: {max_attempts: 4}
                price: {input: 0.25, output: 2, cached_input: 0.025, cache_write: 0.3125} # USD per million tokens
            limits:
              lease: 30s
              default_max_output_tokens: 4096
              max_body: 16MiB
              max_answer: 64MiB
              client_buffer: 64KiB
              write_timeout: 1m
              drain_timeout: 30s
              on_overrun: continue
            routing: {affinity: on, prefix_from: 3KiB}
            rollout: {hedging: 100%}
            billing: {charge_losers: false}
            event_stream: {enabled: false, shards: 1, max_length: 10000}
            webhooks: []
            stores:
              on_redis_failure: allow_bounded
              redis_url: null # the embedded one, unless a flag names another
              database_url: null # the embedded one, unless a flag names another
            tenants:
              - id: acme
                balance: "100"
                credit_limit: "0"
                max_concurrency: 0 # unlimited
                keys:
                  - id: acme-ci
                    secret: "****"
                    max_concurrency: 50
                    rpm: 600
                    tpm: 0 # unlimited
                    models: [gpt-fast]
                  - id: acme-web
                    secret: "****"
                    max_concurrency: 0 # unlimited
                    rpm: 0 # unlimited
                    tpm: 0 # unlimited
                    models: [] # all
            """;

    @TempDir
    Path directory;

    @Test
    void everySettingIsShownAndNoSecret() throws Exception {
        Path file = Files.writeString(directory.resolve("hedgerow.yml"), ConfigMistakesTest.GOOD);
        GatewayConfig config =
                new ConfigLoader(ConfigMistakesTest.ENVIRONMENT).load(file).config();

        assertThat(ConfigPrinter.print(config)).isEqualTo(EXPECTED);
    }
}
