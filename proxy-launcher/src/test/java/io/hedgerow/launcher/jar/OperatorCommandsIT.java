package io.hedgerow.launcher.jar;

import static io.hedgerow.launcher.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hedgerow.launcher.ClosedPort;
import io.hedgerow.testkit.load.LoadResult.Trace;
import io.hedgerow.testkit.mock.MockUpstream;
import io.hedgerow.testkit.mock.script.MockSettings;
import io.hedgerow.testkit.stores.EmbeddedPostgres;
import io.hedgerow.testkit.stores.EmbeddedRedis;
import io.hedgerow.testkit.stores.TestStores;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The operator's commands at two gateways that share their stores. */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(LogsOnFailure.class)
class OperatorCommandsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path directory;

    private MockUpstream mock;
    private EmbeddedRedis redis;
    private EmbeddedPostgres postgres;
    private String[] database = {};
    private HedgerowProcess first;
    private HedgerowProcess second;

    @BeforeAll
    void start() throws IOException {
        mock = MockUpstream.start(MockSettings.parse("prompt-tokens=11;events=5"));
        redis = TestStores.newRedis();
        postgres = TestStores.newPostgres();
        URI address = URI.create(redis.url());
        Path password = Files.writeString(directory.resolve("database-password"), postgres.password());
        String config = """
                providers:
                  - {id: main, base_url: "%s", api_key: sk-main, max_concurrency: 50}
                models:
                  - {id: steady, targets: [{provider: main}], hedge: off, price: {input: 1, output: 2}}
                stores: {redis_password: "%s"}
                tenants:
                  - {id: filed, keys: [{id: filed-key, secret: sk-filed}]}
                """.formatted(mock.baseUrl(), address.getUserInfo().substring(1));
        database = new String[] {
            "--database-url=" + postgres.jdbcUrl(),
            "--database-user=" + postgres.user(),
            "--database-password-file=" + password
        };
        String[] flags = Arrays.copyOf(database, database.length + 1);
        flags[database.length] = "--redis-url=redis://127.0.0.1:" + address.getPort();
        first = HedgerowProcess.start(config, flags);
        second = HedgerowProcess.start(config, flags);
    }

    @AfterAll
    void stop() {
        try (MockUpstream provider = mock;
                EmbeddedRedis oneRedis = redis;
                EmbeddedPostgres onePostgres = postgres) {
            first.close();
            second.close();
        }
    }

    @Test
    @Tag("D7")
    void aKeyMadeByCommandServesOnBothNodesUntilItIsRevoked() throws Exception {
        JsonNode tenant = json("tenant", "create", "made", "--balance=5.00");
        assertThat(tenant.path("balance").asText()).isEqualTo("5");
        JsonNode key = json("key", "create", "made", "--id=made-key", "--max-concurrency=50", "--model=steady");
        String secret = key.path("secret").asText();
        assertThat(secret).startsWith("hgw_");
        List<Trace> traces = new ArrayList<>();
        traces.add(Load.first(first.url(), secret, 103));
        traces.add(Load.first(second.url(), secret, 104));
        traces.addAll(
                Load.run(Load.of(first.url(), secret, 101, "events=5").rate(50).requests(20)));
        traces.addAll(
                Load.run(Load.of(second.url(), secret, 102, "events=5").rate(50).requests(20)));
        assertThat(traces).hasSize(42).extracting(Trace::outcome).containsOnly("completed");
        assertThat(run("key", "list").out())
                .contains("made-key", "filed-key")
                .doesNotContain(secret)
                .doesNotContain("sk-filed");

        assertThat(run("key", "revoke", "made-key").exitCode()).isZero();

        await().untilAsserted(() -> {
            assertThat(status(first, secret)).isEqualTo(401);
            assertThat(status(second, secret)).isEqualTo(401);
        });
        assertThat(first.log() + second.log()).doesNotContain(secret).doesNotContain("sk-filed");
        exportEqualsTheRecords(traces);
    }

    private void exportEqualsTheRecords(List<Trace> traces) throws Exception {
        await().untilAsserted(() -> assertThat(second.admin().usage("made")).hasSize(traces.size()));
        List<UsageRow> records = first.admin().usage("made");
        assertThat(records)
                .extracting(UsageRow::clientRequestId)
                .containsExactlyInAnyOrderElementsOf(Load.clientIds(traces));

        List<UsageRow> exported = new ArrayList<>();
        for (String line : lines("usage", "export", "--tenant=made", "--format=ndjson")) {
            exported.add(UsageRow.of(JSON.readTree(line)));
        }
        assertThat(exported).isEqualTo(records);

        List<String> csv = lines("usage", "export", "--tenant=made", "--key=made-key", "--format=csv");
        List<String> header = List.of(csv.get(0).split(",", -1));
        assertThat(csv.subList(1, csv.size()))
                .extracting(line -> line.split(",", -1)[header.indexOf("request_id")])
                .containsExactlyElementsOf(
                        records.stream().map(UsageRow::requestId).toList());
        BigDecimal cost = csv.stream()
                .skip(1)
                .map(line -> new BigDecimal(line.split(",", -1)[header.indexOf("cost")]))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(cost).isEqualByComparingTo(UsageRow.costOf(records)).isPositive();
        JsonNode summary = json("usage", "summary", "--by=key", "--tenant=made").path("summary");
        assertThat(summary).hasSize(1);
        assertThat(summary.get(0).path("requests").asInt()).isEqualTo(traces.size());
        assertThat(AdminClient.money(summary.get(0), "cost")).isEqualByComparingTo(cost);
        await().untilAsserted(() -> assertThat(new BigDecimal("5").subtract(cost))
                .isEqualByComparingTo(second.admin().balance("made")));
    }

    @Test
    void aCreditAskedForTwiceCountsOnce() throws Exception {
        json("tenant", "create", "credited", "--balance=1");
        JsonNode once = json("tenant", "credit", "credited", "10.50", "--idempotency-key=invoice-1");
        JsonNode again = json("tenant", "credit", "credited", "10.50", "--idempotency-key=invoice-1");
        assertThat(again).isEqualTo(once);
        assertThat(once.path("balance").asText()).isEqualTo("11.5");
        TheJar.Finished other = run("tenant", "credit", "credited", "3", "--idempotency-key=invoice-1");
        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.err()).contains("another booking: credit of 10.5 USD");
        assertThat(json("tenant", "show", "credited").path("balance").asText()).isEqualTo("11.5");
        await().untilAsserted(() -> assertThat(
                        AdminClient.money(second.admin().tenant("credited").path("redis"), "balance"))
                .isEqualByComparingTo("11.5"));
    }

    @Test
    @Tag("B1")
    void theLedgerIsVerifiedBesideTheGateways() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("ledger", "verify"));
        arguments.addAll(List.of(database));
        TheJar.Finished verified = TheJar.run(directory, arguments.toArray(String[]::new));
        assertThat(verified.exitCode()).as(verified.err()).isZero();
        assertThat(verified.out()).contains("the ledger balances");
    }

    @Test
    void aConfiguredKeyThatIsRevokedStaysSoOverARestart() throws Exception {
        assertThat(decided(first, "sk-filed")).isEqualTo(200);
        assertThat(decided(second, "sk-filed")).isEqualTo(200);
        assertThat(run("key", "revoke", "filed-key").exitCode()).isZero();
        await().untilAsserted(() -> {
            assertThat(status(first, "sk-filed")).isEqualTo(401);
            assertThat(status(second, "sk-filed")).isEqualTo(401);
        });
        second.terminate();
        second.restart();
        assertThat(decided(second, "sk-filed")).isEqualTo(401);
    }

    @Test
    void wrongUsageEndsWithTwoAndAFailureWithOne() throws Exception {
        assertThat(run("tenant", "create", "x y").exitCode()).isEqualTo(2);
        assertThat(run("tenant").exitCode()).isEqualTo(2);
        assertThat(run("key", "create", "nobody").exitCode()).isEqualTo(1);
        assertThat(run("tenant", "show", "nobody").err()).contains("no tenant \"nobody\"");
        TheJar.Finished away =
                TheJar.run(directory, "tenant", "list", "--admin-url=http://127.0.0.1:" + ClosedPort.number());
        assertThat(away.exitCode()).isEqualTo(1);
        assertThat(away.err()).contains("does not answer");
    }

    private TheJar.Finished run(String... arguments) throws InterruptedException {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--admin-url=" + first.admin().base();
        // A group's flags stand behind its commands.
        return TheJar.run(directory, arguments.length == 1 ? arguments : all);
    }

    private JsonNode json(String... arguments) throws Exception {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--json";
        TheJar.Finished finished = run(all);
        assertThat(finished.exitCode()).as(finished.err()).isZero();
        return JSON.readTree(finished.out());
    }

    private List<String> lines(String... arguments) throws Exception {
        TheJar.Finished finished = run(arguments);
        assertThat(finished.exitCode()).as(finished.err()).isZero();
        return finished.out().lines().toList();
    }

    /** The status once no store is late. */
    private static int decided(HedgerowProcess gateway, String secret) {
        return await().until(() -> status(gateway, secret), status -> status != 503);
    }

    private static int status(HedgerowProcess gateway, String secret) throws IOException, InterruptedException {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(gateway.url().resolve("/v1/chat/completions"))
                        .header("authorization", "Bearer " + secret)
                        .timeout(Duration.ofSeconds(30))
                        .POST(BodyPublishers.ofString(
                                "{\"model\":\"steady\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"))
                        .build(),
                BodyHandlers.ofString());
        return answer.statusCode();
    }
}
