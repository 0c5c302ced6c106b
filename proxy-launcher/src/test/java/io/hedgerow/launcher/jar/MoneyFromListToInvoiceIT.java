package io.hedgerow.launcher.jar;

import static io.hedgerow.launcher.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.hedgerow.launcher.ServerTls;
import io.hedgerow.testkit.mock.MockUpstream;
import io.hedgerow.testkit.mock.script.MockSettings;
import io.hedgerow.testkit.net.LoopbackCertificate;
import io.hedgerow.testkit.stores.EmbeddedPostgres;
import io.hedgerow.testkit.stores.EmbeddedRedis;
import io.hedgerow.testkit.stores.TestStores;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Money from outside: from a public list's price to a charge, to those who are told of it, and to the provider's bill.
 * Requests have 1000 tokens of which 200 are cached; {@code fast} answers 7, {@code slow} 9, long after.
 */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(LogsOnFailure.class)
class MoneyFromListToInvoiceIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final byte[] HOOK_SECRET = "a-secret-of-thirty-two-bytes....".getBytes(UTF_8);

    /** 800 × 1.25 + 200 × 0.125 + 7 × 10 USD per million, as the list has it for gpt-5. */
    private static final BigDecimal OF_GPT_5 = new BigDecimal("0.001095");

    /** 800 × 0.25 + 200 × 0.025 + 9 × 2, as it has it for gpt-5-mini. */
    private static final BigDecimal OF_THE_LOSER = new BigDecimal("0.000223");

    @TempDir
    static Path directory;

    private MockUpstream fast;
    private MockUpstream slow;
    private HttpsServer list;
    private HookReceiver hooks;
    private EmbeddedRedis redis;
    private EmbeddedPostgres postgres;
    private String[] database = {};
    private String config = "";
    private HedgerowProcess gateway;

    @BeforeAll
    void start() throws Exception {
        fast = MockUpstream.start(MockSettings.parse("prompt-tokens=1000;cached-tokens=200;events=7"));
        slow = MockUpstream.start(MockSettings.parse("prompt-tokens=1000;cached-tokens=200;events=9;ttft=12s"));
        hooks = new HookReceiver();
        LoopbackCertificate own = LoopbackCertificate.create();
        Path ca = Files.writeString(directory.resolve("ca.pem"), own.pem());
        list = serveList(own);
        redis = TestStores.newRedis();
        postgres = TestStores.newPostgres();
        URI address = URI.create(redis.url());
        Path password = Files.writeString(directory.resolve("database-password"), postgres.password());
        config = """
                prices: {import: "%s", ca_file: "%s"}
                providers:
                  - {id: slow, base_url: "%s", api_key: sk-slow, cancel_stops_billing: false}
                  - {id: fast, base_url: "%s", api_key: sk-fast, priority: 1}
                models:
                  - {id: listed, targets: [{provider: fast, model: gpt-5}], hedge: off}
                  - {id: poison, targets: [{provider: fast, model: gpt-5}], hedge: off}
                  - id: hedged
                    targets: [{provider: slow, model: gpt-5-mini}, {provider: fast, model: gpt-5}]
                    hedge: {delay: 100ms}
                event_stream: {enabled: true}
                stores: {redis_password: "%s"}
                tenants:
                  - {id: told, balance: "10.00", keys: [{id: told-key, secret: sk-told}]}
                  - {id: poor, balance: "0.001", keys: [{id: poor-key, secret: sk-poor}]}
                  - {id: kept, balance: "10.00", keys: [{id: kept-key, secret: sk-kept}]}
                """.formatted(
                        listUrl(),
                        ca,
                        slow.baseUrl(),
                        fast.baseUrl(),
                        address.getUserInfo().substring(1));
        database = new String[] {
            "--database-url=" + postgres.jdbcUrl(),
            "--database-user=" + postgres.user(),
            "--database-password-file=" + password
        };
        gateway = HedgerowProcess.start(config, with(database, "--redis-url=redis://127.0.0.1:" + address.getPort()));
        sql(
                "INSERT INTO webhook_deliveries (endpoint_id, tenant_id, event_id, type, outbox_id, part, payload, waiting_since)"
                        + " VALUES ('gone', 'told', 'evt_old', 'usage.settled', 0, 1, '{}', now() - interval '2 days')");
    }

    private static HttpsServer serveList(LoopbackCertificate own) throws IOException {
        byte[] body;
        try (InputStream extract =
                Objects.requireNonNull(MoneyFromListToInvoiceIT.class.getResourceAsStream("/prices/extract.json"))) {
            body = extract.readAllBytes();
        }
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(ServerTls.presenting(own)));
        server.createContext("/list.json", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        return server;
    }

    private String listUrl() {
        return "https://127.0.0.1:" + list.getAddress().getPort() + "/list.json";
    }

    @AfterAll
    void stop() {
        try (MockUpstream one = fast;
                MockUpstream other = slow;
                HookReceiver receiver = hooks;
                EmbeddedRedis oneRedis = redis;
                EmbeddedPostgres onePostgres = postgres) {
            gateway.close();
            list.stop(0);
        }
    }

    @Test
    @Tag("B17")
    @Tag("B3")
    void aChargeByTheListReachesTheWebhookAndTheStream() throws Exception {
        TheJar.Finished shown =
                TheJar.run(directory, "prices", listUrl(), "--ca-file=" + directory.resolve("ca.pem"), "--model=gpt-5");
        assertThat(shown.exitCode()).as(shown.err()).isZero();
        assertThat(shown.out()).containsPattern("standard +1\\.25 +10 +0\\.125");

        Path changed = Files.writeString(
                gateway.home().resolve("next.yml"),
                config + """
                webhooks: [{id: shop, url: "%s", secret: "whsec_%s", events: [usage]}]
                """.formatted(hooks.url(), Base64.getEncoder().encodeToString(HOOK_SECRET)));
        Files.move(changed, gateway.home().resolve("hedgerow.yml"), StandardCopyOption.REPLACE_EXISTING);
        await().until(() -> gateway.admin().get("/admin/v1/webhooks").toString().contains("shop"));
        assertThat(run("webhook", "list").out()).contains("shop");

        String request = served("told", "listed", "");
        JsonNode record = settled(request);
        assertThat(AdminClient.money(record, "cost")).isEqualByComparingTo(OF_GPT_5);
        assertThat(record.at("/unit_prices/tier").asText()).isEqualTo("standard");

        HookReceiver.Try taken =
                await().until(() -> taken(request), tries -> !tries.isEmpty()).get(0);
        assertThat(hooks.tries())
                .as("the first try was refused")
                .allSatisfy(one -> assertThat(one.signature()).isEqualTo(signature(one)))
                .hasSizeGreaterThan(1);
        assertThat(hooks.tries().get(0).id()).isEqualTo(hooks.tries().get(1).id());
        JsonNode told = JSON.readTree(taken.body());
        assertThat(told.path("id").asText()).isEqualTo(taken.id());
        assertThat(new BigDecimal(told.at("/data/records/0/cost").asText())).isEqualByComparingTo(OF_GPT_5);
        assertThat(new BigDecimal(told.at("/data/balance").asText()))
                .isEqualByComparingTo(gateway.admin().balance("told"))
                .isEqualByComparingTo(new BigDecimal("10").subtract(OF_GPT_5));
        assertStreamSays(request, told);
    }

    private List<HookReceiver.Try> taken(String request) {
        List<HookReceiver.Try> tries = hooks.tries();
        return tries.subList(Math.min(1, tries.size()), tries.size()).stream()
                .filter(one -> one.body().contains(request))
                .toList();
    }

    /** As the Standard Webhooks specification has it. */
    private static String signature(HookReceiver.Try one) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(HOOK_SECRET, "HmacSHA256"));
        byte[] signed = (one.id() + "." + one.timestamp() + "." + one.body()).getBytes(UTF_8);
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed));
    }

    private void assertStreamSays(String request, JsonNode told) {
        RedisClient client = RedisClient.create(redis.url());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            StreamMessage<String, String> entry = await().until(
                            () -> connection.sync().xrange("hedgerow:v1:{events:0}:stream", Range.unbounded()).stream()
                                    .filter(one -> one.getBody()
                                            .getOrDefault("request_ids", "")
                                            .contains(request))
                                    .toList(),
                            entries -> !entries.isEmpty())
                    .get(0);
            assertThat(entry.getBody())
                    .containsEntry("id", told.path("id").asText())
                    .containsEntry("type", "usage.settled")
                    .containsEntry("tenant_id", "told")
                    .containsEntry("version", told.at("/data/version").asText())
                    .containsEntry("balance", told.at("/data/balance").asText());
        } finally {
            client.shutdown();
        }
    }

    /** For some 200 tokens and fifty more, 0.00075 USD are held in the standard tier, and twice as much in that of priority. */
    @Test
    @Tag("B10")
    void whoCannotPayForTheTierThatIsAskedForIsRefused() throws Exception {
        assertThat(decided("poor", "listed", "\"max_tokens\":50,\"service_tier\":\"priority\",")
                        .statusCode())
                .isEqualTo(402);
        HttpResponse<String> flex = decided("poor", "listed", "\"max_tokens\":50,\"service_tier\":\"flex\",");
        assertThat(flex.statusCode()).as(flex.body()).isEqualTo(200);
    }

    @Test
    @Tag("B9")
    @Tag("D8")
    void whatIsSetAsideIsRetriedAndTheBillComparedAndOldRecordsPruned() throws Exception {
        String hedged = served("kept", "hedged", "");
        sql("ALTER TABLE usage_records ADD CONSTRAINT no_poison CHECK (model <> 'poison') NOT VALID");
        String poison = served("kept", "poison", "");
        JsonNode set = await().until(() -> json("quarantine", "list").path("quarantine"), items -> !items.isEmpty())
                .get(0);
        assertThat(set.path("request_id").asText()).isEqualTo(poison);
        String number = set.path("id").asText();
        await().untilAsserted(() ->
                assertThat(gateway.admin().metrics()).containsPattern("hedgerow_billing_quarantine_waiting 1"));
        TheJar.Finished refused = run("quarantine", "retry", number);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("no_poison");
        assertThat(gateway.admin().record(poison)).isEmpty();
        BigDecimal before = settledBalance(hedged);
        sql("ALTER TABLE usage_records DROP CONSTRAINT no_poison");
        assertThat(run("quarantine", "retry", number).exitCode()).isZero();
        assertThat(AdminClient.money(settled(poison), "cost")).isEqualByComparingTo(OF_GPT_5);
        assertThat(gateway.admin().balance("kept")).isEqualByComparingTo(before.subtract(OF_GPT_5));

        await().until(() -> settled(hedged).at("/attempts/0/cost_known").asBoolean());
        JsonNode loser = settled(hedged).at("/attempts/0");
        assertThat(loser.path("outcome").asText()).isEqualTo("lost");
        assertThat(AdminClient.money(loser, "provider_cost")).isEqualByComparingTo(OF_THE_LOSER);
        assertThat(reconcile("slow", hedged + ",gpt-5-mini,1000,9," + OF_THE_LOSER)
                        .out())
                .contains("1 compared, nothing differs");
        TheJar.Finished differs = reconcile("slow", hedged + ",gpt-5-mini,1001,9," + OF_THE_LOSER);
        assertThat(differs.exitCode()).isEqualTo(1);
        assertThat(differs.out()).contains("1001 in, 9 out", "1000 in, 9 out", "1 of 1 DIFFER");

        prune(poison);
        TheJar.Finished verified = TheJar.run(directory, with(database, "ledger", "verify"));
        assertThat(verified.exitCode()).as(verified.out() + verified.err()).isZero();
    }

    private void prune(String request) throws Exception {
        BigDecimal before = gateway.admin().balance("kept");
        sql("UPDATE usage_records SET started_at_micros = 1600000000000000 WHERE request_id = '" + request + "'");
        String[] command = with(database, "usage", "prune", "--before=2021-01-01");
        TheJar.Finished counted = TheJar.run(directory, with(new String[] {"--dry-run"}, command));
        assertThat(counted.out()).contains("1 records, which cost 0.001095 USD, would be deleted");
        assertThat(gateway.admin().record(request)).isPresent();
        assertThat(TheJar.run(directory, command).out()).contains("1 records are deleted");
        assertThat(gateway.admin().record(request)).isEmpty();
        assertThat(gateway.admin().balance("kept")).isEqualByComparingTo(before);
    }

    private TheJar.Finished reconcile(String provider, String line) throws Exception {
        Path csv = Files.writeString(
                directory.resolve("export.csv"), "request_id,model,input_tokens,output_tokens,cost\n" + line + "\n");
        return TheJar.run(
                directory,
                with(
                        database,
                        "usage",
                        "reconcile",
                        "--provider=" + provider,
                        "--by=request",
                        "--cost-tolerance=0",
                        "--csv=" + csv));
    }

    @Test
    @Tag("B3")
    void whatWaitsForAWebhookThatIsGoneIsADeadLetter() throws Exception {
        JsonNode dead = await().until(
                        () -> gateway.admin()
                                .get("/admin/v1/webhooks/dead?endpoint=gone")
                                .path("dead"),
                        letters -> !letters.isEmpty())
                .get(0);
        assertThat(dead.path("event_id").asText()).isEqualTo("evt_old");
        assertThat(run("webhook", "dead", "--endpoint=gone").out()).contains("configured no more");
        assertThat(gateway.admin().metrics())
                .containsPattern("hedgerow_webhook_deliveries_total\\{endpoint=\"gone\",result=\"dead\"} 1");
    }

    /** Sends a request until it is served; its id. */
    private String served(String tenant, String model, String fields) throws Exception {
        HttpResponse<String> answer = decided(tenant, model, fields);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.headers().firstValue("x-request-id").orElseThrow();
    }

    /** The answer once no store is late. */
    private HttpResponse<String> decided(String tenant, String model, String fields) {
        return await().until(() -> send(tenant, model, fields), answer -> answer.statusCode() != 503);
    }

    private HttpResponse<String> send(String tenant, String model, String fields)
            throws IOException, InterruptedException {
        String body = "{" + fields + "\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + "word ".repeat(100) + "\"}]}";
        return HTTP.send(
                HttpRequest.newBuilder(gateway.url().resolve("/v1/chat/completions"))
                        .header("authorization", "Bearer sk-" + tenant)
                        .timeout(Duration.ofSeconds(60))
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** The record of a request, once it is there. */
    private JsonNode settled(String request) {
        await().until(() -> gateway.admin().record(request).isPresent());
        return gateway.admin().get("/admin/v1/usage/" + request);
    }

    private BigDecimal settledBalance(String request) {
        settled(request);
        return gateway.admin().balance("kept");
    }

    private TheJar.Finished run(String... arguments) throws InterruptedException {
        return TheJar.run(
                directory, with(new String[] {"--admin-url=" + gateway.admin().base()}, arguments));
    }

    private JsonNode json(String... arguments) throws Exception {
        TheJar.Finished finished = run(with(new String[] {"--json"}, arguments));
        assertThat(finished.exitCode()).as(finished.err()).isZero();
        return JSON.readTree(finished.out());
    }

    /** A command and the flags behind it. */
    private static String[] with(String[] flags, String... command) {
        List<String> all = new ArrayList<>(Arrays.asList(command));
        all.addAll(Arrays.asList(flags));
        return all.toArray(String[]::new);
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
                Statement run = connection.createStatement()) {
            run.execute(statement);
        }
    }
}
