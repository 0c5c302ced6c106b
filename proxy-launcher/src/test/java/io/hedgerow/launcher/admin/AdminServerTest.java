package io.hedgerow.launcher.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hedgerow.core.config.BillingConfig;
import io.hedgerow.core.config.Dialect;
import io.hedgerow.core.config.EventsConfig;
import io.hedgerow.core.config.GatewayConfig;
import io.hedgerow.core.config.LimitsConfig;
import io.hedgerow.core.config.ProviderConfig;
import io.hedgerow.core.config.Secret;
import io.hedgerow.core.config.TenantConfig;
import io.hedgerow.core.config.TrafficConfig;
import io.hedgerow.core.port.AccountAdmin;
import io.hedgerow.core.port.UsageQueries;
import io.hedgerow.core.port.UsageQueries.TenantBounds;
import io.hedgerow.core.session.EndedSession;
import io.hedgerow.launcher.reload.ReloadResult;
import io.hedgerow.launcher.yaml.Mistake;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The admin endpoints over a real socket, on ports that answer from memory. */
class AdminServerTest {
    private static final String TOKEN = "token-of-the-test";
    private static final GatewayStatus READY = new GatewayStatus(false, false, true, true, true, false, null);

    private final FakeStores stores = new FakeStores();
    private final FakeAccounts accounts = new FakeAccounts();
    private final AtomicInteger drains = new AtomicInteger();
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile GatewayStatus status = READY;
    private volatile ReloadResult reload = new ReloadResult.Applied(List.of("a warning"));
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private AdminServer server;

    @BeforeEach
    void open() throws IOException {
        server = AdminServer.start(
                new AdminSettings("127.0.0.1", 0, new Secret(TOKEN)),
                () -> status,
                () -> "hedgerow_streams_active 0\n");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private void attach() {
        ProviderConfig provider = new ProviderConfig(
                "openai-a",
                Dialect.OPENAI,
                URI.create("http://localhost"),
                new Secret("sk"),
                200,
                0,
                1,
                ProviderConfig.Timeouts.DEFAULT,
                true,
                40,
                ProviderConfig.Queue.OFF);
        GatewayConfig config = new GatewayConfig(
                Map.of("openai-a", provider),
                Map.of(),
                LimitsConfig.DEFAULT,
                GatewayConfig.StoresConfig.EMBEDDED,
                List.of(new TenantConfig("acme", 100_000_000_000L, 0, List.of(), List.of(), 0)),
                TrafficConfig.DEFAULT,
                BillingConfig.DEFAULT,
                EventsConfig.NONE);
        server.attach(new AdminBackend(
                () -> config,
                stores,
                stores,
                stores,
                accounts,
                accounts,
                new FakeDesk().desk(),
                () -> Map.of("openai-a", new ProviderStatus("half_open", 12, 100.5, 200.0, 300.0)),
                this::endSession,
                () -> reload,
                () -> {
                    drains.incrementAndGet();
                    return 5;
                }));
    }

    private CompletionStage<EndedSession> endSession(String id, @Nullable String tenant, Set<String> others) {
        ended.add(id + " of " + tenant + (others.isEmpty() ? "" : " and " + others));
        return switch (id) {
            case "known" -> CompletableFuture.completedFuture(new EndedSession(1, Map.of("openai-a", 2), 1));
            case "away" -> CompletableFuture.failedFuture(new IllegalStateException("told to fail"));
            default -> CompletableFuture.completedFuture(new EndedSession(0, Map.of(), 0));
        };
    }

    @Test
    void aSessionIsEndedAndWhatItHadIsTold() throws Exception {
        attach();
        HttpResponse<String> response = send("DELETE", "/admin/v1/sessions/known?tenant=acme", TOKEN);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualToIgnoringWhitespace("{\"id\":\"known\",\"tenant\":\"acme\",\"ended\":true,\"exchanges\":1,"
                        + "\"leases\":{\"openai-a\":2},\"bindings\":1}");
        assertThat(send("DELETE", "/admin/v1/sessions/un%2Fknown", TOKEN).statusCode())
                .isEqualTo(404);
        assertThat(send("DELETE", "/admin/v1/sessions/away", TOKEN).statusCode())
                .isEqualTo(503);
        assertThat(send("DELETE", "/admin/v1/sessions/", TOKEN).statusCode()).isEqualTo(400);
        assertThat(send("DELETE", "/admin/v1/sessions", TOKEN).statusCode()).isEqualTo(404);
        assertThat(send("GET", "/admin/v1/sessions/known", TOKEN).statusCode()).isEqualTo(405);
        assertThat(send("DELETE", "/admin/v1/sessions/known?tenent=acme", TOKEN).statusCode())
                .isEqualTo(400);
        assertThat(send("DELETE", "/admin/v1/sessions/known", null).statusCode())
                .isEqualTo(401);
        assertThat(ended).containsExactly("known of acme", "un/known of null and [acme]", "away of null and [acme]");
    }

    @Test
    void aSessionOfNoTenantInParticularIsLookedForAtThoseOfTheDatabaseToo() throws Exception {
        attach();
        accounts.tenants.put(
                "at-run-time", new AccountAdmin.NewTenant("at-run-time", 1L, List.of(), TenantBounds.NONE));
        assertThat(send("DELETE", "/admin/v1/sessions/known", TOKEN).statusCode())
                .isEqualTo(200);
        accounts.away = true;
        HttpResponse<String> away = send("DELETE", "/admin/v1/sessions/known", TOKEN);
        assertThat(away.statusCode()).isEqualTo(503);
        assertThat(away.body()).contains("name the tenant");
        assertThat(ended).containsExactly("known of null and [acme, at-run-time]", "known of null");
    }

    @ParameterizedTest
    @CsvSource({
        "true,false,false,false,false,true,503,starting,[]",
        "false,true,true,true,true,true,503,draining,[]",
        "false,false,false,true,true,false,503,journal_full,[]",
        "false,false,true,false,true,true,503,redis_unavailable,'[\"redis\"]'",
        "false,false,true,false,false,false,200,ready,'[\"redis\",\"database\"]'",
        "false,false,true,true,false,true,200,ready,'[\"database\"]'",
        "false,false,true,true,true,true,200,ready,[]",
    })
    void readinessSaysWhyNotAndWhatIsAway(
            boolean starting,
            boolean draining,
            boolean journal,
            boolean redis,
            boolean database,
            boolean refuses,
            int expected,
            String word,
            String degraded)
            throws Exception {
        status = new GatewayStatus(starting, draining, journal, redis, database, refuses, null);

        HttpResponse<String> response = send("GET", "/readyz", null);

        assertThat(response.statusCode()).isEqualTo(expected);
        assertThat(json(response).get("status").asText()).isEqualTo(word);
        assertThat(json(response).get("degraded")).hasToString(degraded);
    }

    @Test
    void healthAndMetricsAreOpenOnLoopbackAndNothingElseIs() throws Exception {
        attach();
        assertThat(send("GET", "/livez", null).statusCode()).isEqualTo(200);
        assertThat(send("GET", "/metrics", null).body()).contains("hedgerow_streams_active");
        for (String path :
                List.of("/admin/v1/providers", "/admin/v1/usage", "/admin/v1/keys", "/admin/v1/tenants", "/")) {
            for (String token : List.of("", "wrong", TOKEN + "x")) {
                HttpResponse<String> response = send("GET", path, token);
                assertThat(response.statusCode()).as(path).isEqualTo(401);
                assertThat(json(response).at("/error/type").asText()).isEqualTo("authentication_error");
                assertThat(response.headers().firstValue("www-authenticate")).contains("Bearer");
            }
        }
        assertThat(send("GET", "/admin/v1/usage", null).statusCode()).isEqualTo(401);
        assertThat(send("POST", "/admin/v1/drain", null).statusCode()).isEqualTo(401);
        assertThat(drains).hasValue(0);
    }

    @Test
    void metricsNeedTheTokenWhereTheyAreNotAskedForOnLoopback() {
        Call call = Call.of("GET", URI.create("/metrics"));

        assertThat(Endpoints.open(call, true)).isTrue();
        assertThat(Endpoints.open(call, false)).isFalse();
        assertThat(Endpoints.open(Call.of("GET", URI.create("/livez")), false)).isTrue();
    }

    @Test
    void whatNeedsAnOpenGatewayIsUnavailableWhileItStarts() throws Exception {
        assertThat(send("GET", "/admin/v1/providers", TOKEN).statusCode()).isEqualTo(503);
        attach();
        assertThat(send("GET", "/admin/v1/providers", TOKEN).statusCode()).isEqualTo(200);
    }

    @Test
    void providersShowSlotsBreakerAndPercentiles() throws Exception {
        attach();

        assertThat(send("GET", "/admin/v1/providers", TOKEN).body())
                .isEqualToIgnoringNewLines("{\"providers\":[{\"id\":\"openai-a\",\"dialect\":\"openai\","
                        + "\"slots\":{\"in_use\":3,\"limit\":200},\"sessions\":{\"in_use\":2,\"limit\":40},"
                        + "\"breaker\":\"half_open\",\"ttft\":{\"samples\":12,\"p50_ms\":100.5,\"p95_ms\":200.0,"
                        + "\"p99_ms\":300.0}}]}");
        stores.redisAway = true;
        assertThat(json(send("GET", "/admin/v1/providers", TOKEN))
                        .at("/providers/0/slots/in_use")
                        .isNull())
                .isTrue();
    }

    @Test
    void aTenantShowsBothStoresSideBySide() throws Exception {
        attach();
        String tenant =
                "{\"id\":\"acme\",\"prepaid\":true,\"balance\":\"99.5\",\"reserved\":\"0.001\",\"spent\":\"0.5\","
                        + "\"credit_limit\":\"0\",\"max_concurrency\":0,"
                        + "\"version\":7,\"budgets\":[],\"redis\":{\"balance\":\"99.5\",\"version\":7,\"reserved\":\"0.001\","
                        + "\"pending\":\"0.0000005\"}}";

        assertThat(send("GET", "/admin/v1/tenants/acme", TOKEN).body()).isEqualToIgnoringNewLines(tenant);
        assertThat(send("GET", "/admin/v1/tenants", TOKEN).body())
                .isEqualToIgnoringNewLines("{\"tenants\":[" + tenant + "],\"next_cursor\":null}");
        assertThat(send("GET", "/admin/v1/tenants/other", TOKEN).statusCode()).isEqualTo(404);
        stores.redisAway = true;
        JsonNode alone = json(send("GET", "/admin/v1/tenants/acme", TOKEN));
        assertThat(alone.get("redis").isNull()).isTrue();
        assertThat(alone.get("reserved").isNull()).isTrue();
    }

    @Test
    void aUsageRecordHasTheFieldsOfTheContract() throws Exception {
        attach();
        String record = "{\"request_id\":\"req-1\",\"client_request_id\":null,\"tenant_id\":\"acme\","
                + "\"key_id\":\"acme-ci\",\"model\":\"gpt-fast\",\"dialect\":\"openai\",\"provider_id\":\"azure-b\","
                + "\"upstream_model\":\"gpt-5-mini\",\"status\":\"completed\",\"http_status\":200,"
                + "\"input_tokens\":10,\"cached_input_tokens\":4,\"cache_write_tokens\":0,\"cache_write_1h_tokens\":0,\"output_tokens\":20,"
                + "\"reasoning_tokens\":5,\"usage_source\":\"provider\",\"unit_prices\":{\"input\":\"0.25\","
                + "\"output\":\"2\",\"cached_input\":\"0.025\",\"cache_write\":\"0.3125\",\"cache_write_1h\":\"0.3125\","
                + "\"reasoning\":\"2\",\"tier\":\"standard\"},\"cost\":\"0.0000416\",\"provider_cost\":\"0.0000416\","
                + "\"losers_cost\":\"0\",\"losers_charged\":false,\"margin\":\"0\","
                + "\"started_at\":\"2026-01-01T00:00:00.123456Z\",\"ttft_ms\":250.5,\"duration_ms\":1000,"
                + "\"hedged\":true,\"clamped\":false,\"attempts\":[{\"n\":1,\"provider_id\":\"openai-a\","
                + "\"upstream_model\":\"gpt-5-mini\",\"reason\":\"primary\",\"outcome\":\"lost\","
                + "\"started_at\":\"2026-01-01T00:00:00.123500Z\",\"ttft_ms\":null,\"duration_ms\":250,"
                + "\"http_status\":null,\"error_kind\":null,\"input_tokens\":12,\"output_tokens\":0,\"provider_cost\":\"0\","
                + "\"cost_known\":false},{\"n\":2,\"provider_id\":\"azure-b\",\"upstream_model\":\"gpt-5-mini\","
                + "\"reason\":\"hedge\",\"outcome\":\"won\",\"started_at\":\"2026-01-01T00:00:00.323500Z\","
                + "\"ttft_ms\":50,\"duration_ms\":800,\"http_status\":200,\"error_kind\":null,\"input_tokens\":12,\"output_tokens\":20,"
                + "\"provider_cost\":\"0.0000416\",\"cost_known\":true}]}";

        assertThat(send("GET", "/admin/v1/usage/req-1", TOKEN).body()).isEqualToIgnoringNewLines(record);
        assertThat(send("GET", "/admin/v1/usage", TOKEN).body())
                .isEqualToIgnoringNewLines("{\"usage\":[" + record + "],\"next_cursor\":\"next\"}");
        assertThat(send("GET", "/admin/v1/usage/req-2", TOKEN).statusCode()).isEqualTo(404);
    }

    @Test
    void usageIsFilteredByWhatTheAddressNames() throws Exception {
        attach();
        send("GET", "/admin/v1/usage", TOKEN);
        send(
                "GET",
                "/admin/v1/usage?tenant=ac%20me&key=k&since=2026-01-01&until=2026-01-01T01:00:00%2B01:00&limit=7&cursor=c",
                TOKEN);

        assertThat(stores.filters)
                .containsExactly(
                        new UsageQueries.Filter(null, null, null, null, 100, null),
                        new UsageQueries.Filter("ac me", "k", 1_767_225_600_000_000L, 1_767_225_600_000_000L, 7, "c"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/admin/v1/usage?tennant=a,400",
        "GET,/admin/v1/usage?limit=0,400",
        "GET,/admin/v1/usage?limit=1001,400",
        "GET,/admin/v1/usage?limit=x,400",
        "GET,/admin/v1/usage?since=yesterday,400",
        "GET,/admin/v1/usage?since=2026-13-01,400",
        "GET,/admin/v1/usage?tenant=a&tenant=b,400",
        "GET,/admin/v1/providers?x=1,400",
        "GET,/admin/v1/nothing,404",
        "GET,/admin/v1/usage/a/b,404",
        "GET,/admin/v1,404",
        "GET,/,404",
        "POST,/admin/v1/providers,405",
        "DELETE,/admin/v1/usage,405",
        "GET,/admin/v1/reload,405",
        "GET,/admin/v1/drain,405",
        "POST,/readyz,405",
    })
    void whatIsNotPossibleIsAnErrorWithAReason(String method, String path, int expected) throws Exception {
        attach();

        HttpResponse<String> response = send(method, path, TOKEN);

        assertThat(response.statusCode()).isEqualTo(expected);
        assertThat(json(response).at("/error/message").asText()).isNotBlank();
        assertThat(json(response).at("/error/type").asText()).isNotBlank();
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
    }

    @Test
    void aStoreThatIsAwayIsUnavailableAndNamesNoAddress() throws Exception {
        attach();
        stores.databaseAway = true;

        HttpResponse<String> response = send("GET", "/admin/v1/usage", TOKEN);

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("store_unavailable").doesNotContain("jdbc");
    }

    @Test
    void reloadAnswersWithTheWarningsOrTheMistakes() throws Exception {
        attach();
        assertThat(send("POST", "/admin/v1/reload", TOKEN).body())
                .isEqualToIgnoringNewLines("{\"reloaded\":true,\"warnings\":[\"a warning\"]}");

        reload = new ReloadResult.Refused(List.of(new Mistake("h.yml", 3, 4, "limits.lease", "is odd", "30s")));
        HttpResponse<String> refused = send("POST", "/admin/v1/reload", TOKEN);

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(json(refused).at("/mistakes/0").asText())
                .isEqualTo("h.yml:3:4: limits.lease: is odd (did you mean \"30s\"?)");
    }

    @Test
    void drainSaysHowManyAreOpen() throws Exception {
        attach();

        HttpResponse<String> response = send("POST", "/admin/v1/drain", TOKEN);

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.body()).isEqualToIgnoringNewLines("{\"draining\":true,\"open\":5}");
        assertThat(drains).hasValue(1);
    }

    @Test
    void headAnswersWithoutABody() throws Exception {
        HttpResponse<String> response = send("HEAD", "/readyz", null);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    private HttpResponse<String> send(String method, String path, @Nullable String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (token != null) {
            request.header("authorization", "Bearer " + token);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return Reply.JSON.readTree(response.body());
    }
}
