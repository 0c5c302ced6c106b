package io.hedgerow.launcher.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.hedgerow.core.config.BillingConfig;
import io.hedgerow.core.config.EventsConfig;
import io.hedgerow.core.config.GatewayConfig;
import io.hedgerow.core.config.LimitsConfig;
import io.hedgerow.core.config.ModelConfig;
import io.hedgerow.core.config.TrafficConfig;
import io.hedgerow.core.money.PriceHistory;
import io.hedgerow.core.port.AccountAdmin.BookingKind;
import io.hedgerow.core.port.AccountAdmin.NewBooking;
import io.hedgerow.core.port.AccountAdmin.NewTenant;
import io.hedgerow.core.port.BudgetLimit;
import io.hedgerow.core.port.BudgetWindow;
import io.hedgerow.core.port.KeySecret;
import io.hedgerow.core.port.UnitPrices;
import io.hedgerow.core.port.UsageQueries.TenantBounds;
import io.hedgerow.core.port.UsageSummaries;
import io.hedgerow.launcher.reload.ReloadResult;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorEndpointsTest {
    private final FakeStores stores = new FakeStores();
    private final FakeAccounts accounts = new FakeAccounts();
    private final Endpoints endpoints = new Endpoints(() -> GatewayStatus.STARTING, () -> "");

    OperatorEndpointsTest() {
        ModelConfig model = new ModelConfig(
                "gpt-fast",
                List.of(new ModelConfig.Target("a", "m")),
                new ModelConfig.Hedge(new ModelConfig.Delay.Off(), Duration.ZERO, Duration.ZERO, 1, 0, 0),
                1,
                PriceHistory.of(UnitPrices.FREE),
                Map.of());
        GatewayConfig config = new GatewayConfig(
                Map.of(),
                Map.of("gpt-fast", model),
                LimitsConfig.DEFAULT,
                GatewayConfig.StoresConfig.EMBEDDED,
                List.of(),
                TrafficConfig.DEFAULT,
                BillingConfig.DEFAULT,
                EventsConfig.NONE);
        endpoints.attach(new AdminBackend(
                () -> config,
                stores,
                stores,
                stores,
                accounts,
                accounts,
                new FakeDesk().desk(),
                Map::of,
                (id, tenant, others) -> {
                    throw new AssertionError("nobody ends a session here");
                },
                () -> new ReloadResult.Applied(List.of()),
                () -> 0));
    }

    private Reply ask(String method, String path, String body, @Nullable String once) {
        return endpoints
                .answer(Call.of(method, URI.create("/admin/v1/" + path), body, once))
                .toCompletableFuture()
                .join();
    }

    private Reply ask(String method, String path) {
        return ask(method, path, "", null);
    }

    private static JsonNode json(Reply reply) throws Exception {
        return Reply.JSON.readTree(reply.body());
    }

    @Test
    void aKeysSecretIsShownOnceAndKeptAsAHash() throws Exception {
        Reply created = ask(
                "POST",
                "keys",
                "{\"tenant\":\"acme\",\"id\":\"k1\",\"max_concurrency\":5,\"rpm\":60,\"tpm\":1000,\"budget\":\"10.00\","
                        + "\"budgets\":[{\"window\":\"day\",\"limit\":2.5}],\"models\":[\"gpt-fast\"]}",
                null);

        assertThat(created.status()).isEqualTo(201);
        String secret = json(created).path("secret").asText();
        assertThat(secret).startsWith("hgw_");
        assertThat(KeySecret.wellFormed(secret)).isTrue();
        var made = accounts.made.get(0);
        assertThat(made.secretSha256()).isEqualTo(KeySecret.sha256(secret));
        assertThat(made.hint()).hasSize(5).endsWith(secret.substring(secret.length() - 4));
        assertThat(made.terms().maxConcurrency()).isEqualTo(5);
        assertThat(made.terms().requestsPerMinute()).isEqualTo(60);
        assertThat(made.terms().tokensPerMinute()).isEqualTo(1000);
        assertThat(made.terms().models()).containsExactly("gpt-fast");
        assertThat(made.terms().budgets())
                .containsExactly(
                        BudgetLimit.ofKey("k1", BudgetWindow.TOTAL, false, ZoneOffset.UTC, 10_000_000_000L),
                        BudgetLimit.ofKey("k1", BudgetWindow.DAY, false, ZoneOffset.UTC, 2_500_000_000L));
        assertThat(ask("GET", "keys").body())
                .contains("k1")
                .doesNotContain(secret)
                .doesNotContain(made.secretSha256());
        assertThat(ask("DELETE", "keys/k1").body()).doesNotContain(secret);
    }

    @Test
    void aKeyWithoutAnIdGetsOne() throws Exception {
        JsonNode first = json(ask("POST", "keys", "{\"tenant_id\":\"acme\"}", null));
        JsonNode second = json(ask("POST", "keys", "{\"tenant_id\":\"acme\"}", null));
        assertThat(first.path("id").asText())
                .startsWith("key-")
                .isNotEqualTo(second.path("id").asText());
        assertThat(first.path("secret")).isNotEqualTo(second.path("secret"));
    }

    @Test
    void aTenantIsMadeWithBalanceAndBudgets() throws Exception {
        assertThatThrownBy(() -> ask(
                        "POST",
                        "tenants",
                        "{\"id\":\"beta\",\"balance\":\"0.5\",\"budgets\":[{\"window\":\"week\",\"limit\":\"3\","
                                + "\"time_zone\":\"Europe/Berlin\"},{\"window\":\"5h\",\"mode\":\"rolling\",\"limit\":1}]}",
                        null))
                .as("the fake stores show one tenant only")
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(AdminException.class);
        var made = Objects.requireNonNull(accounts.tenants.get("beta"));
        assertThat(made.balanceNanoUsd()).isEqualTo(500_000_000L);
        assertThat(made.budgets())
                .containsExactly(
                        BudgetLimit.ofTenant(BudgetWindow.WEEK, false, ZoneId.of("Europe/Berlin"), 3_000_000_000L),
                        BudgetLimit.ofTenant(BudgetWindow.FIVE_HOURS, true, ZoneOffset.UTC, 1_000_000_000L));
    }

    @Test
    void aCreditNeedsItsIdempotencyKey() throws Exception {
        Reply booked = ask("POST", "tenants/acme/credits", "{\"amount\":\"10.00\"}", "invoice 1");
        assertThat(booked.status()).isEqualTo(201);
        assertThat(json(booked).path("amount").asText()).isEqualTo("10");
        assertThat(accounts.credits).containsExactly(NewBooking.credit("acme", 10_000_000_000L, "invoice 1"));
        assertMistake(
                "POST", "tenants/acme/credits", "{\"amount\":\"10.00\"}", "the header idempotency-key is missing");
    }

    @Test
    void refundsAndAdjustmentsAreBookedWithTheirReasons() throws Exception {
        Reply refund = ask("POST", "tenants/acme/refunds", "{\"request_id\":\"r-1\",\"reason\":\"late\"}", "t 1");
        assertThat(refund.status()).isEqualTo(201);
        assertThat(json(refund).path("kind").asText()).isEqualTo("refund");
        assertThat(json(refund).path("request_id").asText()).isEqualTo("r-1");
        ask("POST", "tenants/acme/adjustments", "{\"amount\":\"-2.50\",\"reason\":\"moved\"}", "t 2");
        assertThat(accounts.credits)
                .containsExactly(
                        new NewBooking("acme", BookingKind.REFUND, null, "t 1", "r-1", "late"),
                        new NewBooking("acme", BookingKind.ADJUSTMENT, -2_500_000_000L, "t 2", null, "moved"));
        assertMistake("POST", "tenants/acme/refunds", "{\"request_id\":\"r-1\"}", "idempotency-key is missing");
    }

    @Test
    void aTenantsOwnLimitsAreSetWithIt() throws Exception {
        accounts.tenants.remove("acme");
        ask("POST", "tenants", "{\"id\":\"acme\",\"credit_limit\":\"5\",\"max_concurrency\":3}", null);
        assertThat(accounts.tenants.get("acme"))
                .as("a credit limit makes the balance count")
                .isEqualTo(new NewTenant("acme", 0L, List.of(), new TenantBounds(3, 5_000_000_000L)));
        assertMistake("POST", "tenants", "{\"id\":\"x\",\"max_concurrency\":-1}", "out of bounds");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST|keys|[]|not a JSON object",
                "POST|keys|{|not valid JSON",
                "POST|keys|{\"id\":\"x\"}|\"tenant\" is missing",
                "POST|keys|{\"tenant\":\"acme\",\"model\":[]}|unknown field \"model\" (did you mean \"models\"?)",
                "POST|keys|{\"tenant\":\"acme\",\"models\":[\"gpt-fats\"]}|names no model (did you mean \"gpt-fast\"?)",
                "POST|keys|{\"tenant\":\"acme\",\"models\":\"gpt-fast\"}|is not a list",
                "POST|keys|{\"tenant\":\"acme\",\"rpm\":-1}|\"rpm\" is out of bounds",
                "POST|keys|{\"tenant\":\"acme\",\"rpm\":true}|neither a text nor a number",
                "POST|keys|{\"tenant\":\"acme\",\"budget\":\"0\"}|would refuse every request",
                "POST|keys|{\"tenant\":\"acme\",\"id\":\"a b\"}|is not an id",
                "POST|tenants|{\"id\":\"x\",\"balance\":\"-1\"}|out of bounds",
                "POST|tenants|{\"id\":\"x\",\"budgets\":[{\"window\":\"dya\",\"limit\":1}]}|did you mean \"day\"?",
                "POST|tenants|{\"id\":\"x\",\"budgets\":[{\"window\":\"day\"}]}|\"budgets[0].limit\" is missing",
                "POST|tenants|{\"id\":\"x\",\"id\":\"y\"}|not valid JSON",
                "GET|keys?limit=201|''|limit is out of bounds",
                "GET|keys?tennant=a|''|did you mean \"tenant\"?",
                "DELETE|keys/x?purge=yes|''|purge is neither true nor false",
                "GET|usage/summary?by=modle|''|did you mean \"model\"?",
                "GET|usage/summary?since=today|''|since is not a time",
            })
    void mistakesAreNamed(String method, String path, String body, String message) {
        assertMistake(method, path, body, message);
    }

    private void assertMistake(String method, String path, String body, String message) {
        assertThatThrownBy(() -> ask(method, path, body, null)).isInstanceOfSatisfying(AdminException.class, e -> {
            assertThat(e.reply().status()).isEqualTo(400);
            assertThat(e).hasMessageContaining(message);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,tenants,405",
        "DELETE,tenants/acme,405",
        "GET,tenants/acme/credits,405",
        "GET,tenants/acme/refunds,405",
        "GET,tenants/acme/adjustments,405",
        "GET,keys/k,405",
        "POST,usage/summary,405",
        "GET,tenants/acme/more,404",
        "GET,keys/k/more,404",
    })
    void otherMethodsAndPathsAreNone(String method, String path, int status) {
        assertThatThrownBy(() -> ask(method, path))
                .isInstanceOfSatisfying(
                        AdminException.class,
                        e -> assertThat(e.reply().status()).isEqualTo(status));
    }

    @Test
    void listsComeInPages() throws Exception {
        for (String id : List.of("k1", "k2", "k3")) {
            ask("POST", "keys", "{\"tenant\":\"acme\",\"id\":\"" + id + "\"}", null);
        }
        JsonNode first = json(ask("GET", "keys?limit=2"));
        assertThat(first.path("keys")).hasSize(2);
        assertThat(first.path("next_cursor").asText()).isEqualTo("k2");
        JsonNode second = json(ask("GET", "keys?limit=2&cursor=k2"));
        assertThat(second.path("keys")).hasSize(1);
        assertThat(second.path("next_cursor").isNull()).isTrue();
    }

    @Test
    void sumsAreByTenantUnlessAskedOtherwise() throws Exception {
        ask("GET", "usage/summary");
        JsonNode summary = json(ask("GET", "usage/summary?by=model&tenant=acme&key=k&since=2026-01-01"));
        assertThat(accounts.summed)
                .containsExactly(
                        new UsageSummaries.Filter(UsageSummaries.By.TENANT, null, null, null, null),
                        new UsageSummaries.Filter(UsageSummaries.By.MODEL, "acme", "k", 1_767_225_600_000_000L, null));
        assertThat(summary.path("by").asText()).isEqualTo("model");
        JsonNode row = summary.path("summary").get(0);
        assertThat(row.path("model").asText()).isEqualTo("gpt-fast");
        assertThat(row.path("cost").asText()).isEqualTo("0.0000416");
    }

    @Test
    void aKeyIsPurgedOnlyWhenAsked() throws Exception {
        ask("POST", "keys", "{\"tenant\":\"acme\",\"id\":\"k1\"}", null);
        ask("DELETE", "keys/k1?purge=false");
        assertThat(accounts.keys).containsKey("k1");
        assertThat(json(ask("DELETE", "keys/k1?purge=true")).path("purged").asBoolean())
                .isTrue();
        assertThat(accounts.keys).isEmpty();
    }
}
