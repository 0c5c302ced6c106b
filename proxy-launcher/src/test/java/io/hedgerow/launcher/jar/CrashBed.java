package io.hedgerow.launcher.jar;

import static io.hedgerow.launcher.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hedgerow.billing.store.DatabaseSettings;
import io.hedgerow.testkit.mock.MockUpstream;
import io.hedgerow.testkit.mock.script.MockSettings;
import io.hedgerow.testkit.stores.EmbeddedStores;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A gateway, its stores and two scripted providers. Gateway and stores can be killed by SIGKILL and started again. Commits
 * take their time, so that kills fall into them.
 */
final class CrashBed implements AutoCloseable {
    static final String TENANT = "acme";
    static final String KEY = "sk-acme";
    static final long OPENING_NANO_USD = 10_000_000_000_000L;
    static final int PROMPT_TOKENS = 113;

    /** nano-USD for each token of the prompt and of the answer, as the configuration has it. */
    static final long INPUT_PRICE = 250;

    static final long OUTPUT_PRICE = 2_000;

    private static final String DEADLOCK = "40P01";
    private static final String ACCOUNT = "hedgerow:v1:{t:" + TENANT + "}:account";
    private static final List<String> SLOW_COMMITS = List.of(
            "ALTER SYSTEM SET commit_delay = 50000", "ALTER SYSTEM SET commit_siblings = 0", "SELECT pg_reload_conf()");

    private final EmbeddedStores stores;
    private final MockUpstream one;
    private final MockUpstream two;
    private final RedisClient redisClient;
    private final StatefulRedisConnection<String, String> redis;
    private final HedgerowProcess gateway;

    /** What can be killed. */
    enum Part {
        GATEWAY,
        POSTGRES,
        REDIS
    }

    /** The balance of {@link #TENANT} in one of the stores. */
    record Balance(long version, long nanoUsd) {}

    CrashBed(Path home) throws SQLException {
        stores = EmbeddedStores.start(home);
        for (String command : SLOW_COMMITS) {
            execute(stores.postgres().adminUser(), stores.postgres().adminPassword(), command);
        }
        one = MockUpstream.start(provider("one"));
        two = MockUpstream.start(provider("two"));
        redisClient = RedisClient.create(stores.redisUrl());
        redis = redisClient.connect();
        gateway = HedgerowProcess.startShortLived(config());
        Load.first(gateway.url(), KEY, 1);
    }

    private static MockSettings provider(String name) {
        return MockSettings.parse(
                "name=" + name + ";prompt-tokens=" + PROMPT_TOKENS + ";events=2..30;ttft=1ms..60ms;gap=0ms..4ms");
    }

    private String config() {
        return """
                providers:
                  - {id: one, base_url: "%s", api_key: sk-one, max_concurrency: 500}
                  - {id: two, base_url: "%s", api_key: sk-two, max_concurrency: 500, priority: 1, cancel_stops_billing: false}
                models:
                  - id: steady
                    targets: [{provider: one, model: m}, {provider: two, model: m}]
                    hedge: {delay: 40ms, max_attempts: 2, budget: 30%%}
                    price: {input: 0.25, output: 2.00}
                limits: {lease: 3s}
                stores:
                  redis_url: "redis://127.0.0.1:%d"
                  redis_password: "%s"
                  database_url: "%s"
                  database_user: "%s"
                  database_password: "%s"
                tenants:
                  - {id: %s, balance: "10000.00", keys: [{id: acme-key, secret: %s}]}
                """.formatted(
                        one.baseUrl(),
                        two.baseUrl(),
                        stores.redis().port(),
                        stores.redis().password(),
                        stores.databaseUrl(),
                        stores.databaseUser(),
                        stores.databasePassword(),
                        TENANT,
                        KEY);
    }

    URI url() {
        return gateway.url();
    }

    HedgerowProcess gateway() {
        return gateway;
    }

    /** The providers, by the names that the configuration gives them. */
    List<MockUpstream> providers() {
        return List.of(one, two);
    }

    /** Content that the providers have sent so far. */
    long tokens() {
        return one.stats().tokens() + two.stats().tokens();
    }

    /** Answers that the providers have sent whole so far. */
    long completed() {
        return one.stats().completed() + two.stats().completed();
    }

    /** What is about to be killed: found beforehand, because looking for processes takes longer than a commit. */
    List<ProcessHandle> aim(List<Part> parts) {
        List<ProcessHandle> aim = new ArrayList<>();
        for (Part part : parts) {
            long pid = switch (part) {
                case GATEWAY -> gateway.pid();
                case POSTGRES -> stores.postgres().pid();
                case REDIS -> stores.redis().pid();
            };
            ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
            aim.add(process);
            process.descendants().forEach(aim::add);
        }
        return aim;
    }

    /** SIGKILL to all of them, one right after the other. Returns when they are gone. */
    void kill(List<Part> parts, List<ProcessHandle> aim) throws InterruptedException {
        aim.forEach(ProcessHandle::destroyForcibly);
        for (Part part : parts) {
            switch (part) {
                case GATEWAY -> gateway.kill9();
                case POSTGRES -> stores.postgres().kill();
                case REDIS -> stores.redis().kill();
            }
        }
    }

    void restart(Part part) {
        switch (part) {
            case GATEWAY -> gateway.restart();
            case POSTGRES -> stores.postgres().restart();
            case REDIS -> stores.redis().restart();
        }
    }

    /** Makes a tenant with a key, both called so; the key's secret. */
    String make(String name) throws IOException {
        create("/admin/v1/tenants", "{\"id\":\"%s\",\"balance\":\"10.00\"}".formatted(name));
        String key = create("/admin/v1/keys", "{\"id\":\"%1$s\",\"tenant\":\"%1$s\"}".formatted(name));
        return new ObjectMapper().readTree(key).path("secret").textValue();
    }

    private String create(String path, String body) {
        HttpResponse<String> answer =
                await().until(() -> gateway.admin().post(path, body), reply -> reply.statusCode() != 503);
        assertThat(answer.statusCode()).as(() -> path + " " + answer.body()).isEqualTo(201);
        return answer.body();
    }

    void purgeKey(String id) {
        HttpResponse<String> answer = await().until(
                        () -> gateway.admin().delete("/admin/v1/keys/" + id + "?purge=true"),
                        reply -> reply.statusCode() != 503);
        assertThat(answer.statusCode()).as(answer::body).isEqualTo(200);
    }

    /** Behind the gateway's back. Where a settlement waits for this and this for it, PostgreSQL ends one of them. */
    void delete(String table, String id) {
        String command = "DELETE FROM %s WHERE id = '%s'".formatted(table, id);
        await().until(() -> {
            try {
                execute(stores.databaseUser(), stores.databasePassword(), command);
                return true;
            } catch (SQLException e) {
                if (DEADLOCK.equals(e.getSQLState())) {
                    return false;
                }
                throw e;
            }
        });
    }

    /** What PostgreSQL has. */
    Balance settled() throws SQLException {
        return rows(
                        "SELECT version, balance_nano_usd FROM tenants WHERE id = '" + TENANT + "'",
                        row -> new Balance(row.getLong(1), row.getLong(2)))
                .get(0);
    }

    /** What Redis has. */
    Balance mirrored() {
        var figures = redis.sync().hmget(ACCOUNT, "version", "balance");
        return new Balance(
                Long.parseLong(figures.get(0).getValue()),
                Long.parseLong(figures.get(1).getValue()));
    }

    /** A look at what PostgreSQL does right now, on a connection that is kept: an open one answers at once. */
    static final class CommitWatch implements AutoCloseable {
        private final Connection connection;
        private final PreparedStatement statement;

        private CommitWatch(Connection connection) throws SQLException {
            this.connection = connection;
            this.statement = connection.prepareStatement("""
                    SELECT count(*) FROM pg_stat_activity JOIN pg_locks USING (pid)
                    WHERE query = 'COMMIT' AND state = 'active' AND relation = 'ledger_entries'::regclass""");
        }

        /** Whether a settlement is committing. */
        boolean settling() throws SQLException {
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1) > 0;
            }
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    CommitWatch watchCommits() throws SQLException {
        return new CommitWatch(connect(stores.databaseUser(), stores.databasePassword()));
    }

    long number(String query) throws SQLException {
        return rows(query, row -> row.getLong(1)).get(0);
    }

    /** A row of an answer. */
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    <T> List<T> rows(String query, RowReader<T> reader) throws SQLException {
        List<T> all = new ArrayList<>();
        try (Connection connection = connect(stores.databaseUser(), stores.databasePassword());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                all.add(reader.read(rows));
            }
        }
        return all;
    }

    DatabaseSettings database() {
        return new DatabaseSettings(
                stores.databaseUrl(),
                stores.databaseUser(),
                () -> stores.databasePassword().toCharArray(),
                4);
    }

    private void execute(String user, String password, String command) throws SQLException {
        try (Connection connection = connect(user, password);
                Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private Connection connect(String user, String password) throws SQLException {
        return DriverManager.getConnection(stores.databaseUrl(), user, password);
    }

    /** Ends the gateway as an operator would; what it has left of its providers' slots is nothing. */
    void end() throws InterruptedException {
        gateway.admin().awaitNoSlots();
        assertThat(gateway.terminate()).isZero();
        assertThat(gateway.log()).doesNotContain("LEAK:");
    }

    @Override
    public void close() {
        try (EmbeddedStores ownStores = stores;
                MockUpstream first = one;
                MockUpstream second = two;
                HedgerowProcess process = gateway) {
            redisClient.shutdown();
        }
    }
}
