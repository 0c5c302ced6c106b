package io.hedgerow.testkit.stores;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoresKeepDataTest {
    private static final String LONG_NAME = "a directory with 'quotes\" and spaces " + "x".repeat(110);

    @TempDir
    Path parent;

    private Path dir = Path.of("");

    @BeforeEach
    void nameTheDirectory() {
        dir = parent.resolve(LONG_NAME);
    }

    @Test
    void dataSurvivesACleanStopAndStart() throws Exception {
        try (EmbeddedStores stores = EmbeddedStores.start(dir)) {
            write(stores, "one");
            assertThat(stores.redisUrl()).startsWith("redis://:").contains("@127.0.0.1:");
            assertThat(stores.databaseUrl()).matches("jdbc:postgresql://127\\.0\\.0\\.1:\\d+/hedgerow");
        }
        try (EmbeddedStores stores = EmbeddedStores.start(dir)) {
            assertThat(read(stores)).isEqualTo("one one");
        }
    }

    @Test
    void theDatabaseOfARunningOwnerIsFoundByOthers() {
        assertThat(RunningDatabase.exists(dir)).isFalse();
        assertThat(RunningDatabase.of(dir)).isEmpty();
        assertThat(dir).doesNotExist();
        try (EmbeddedStores stores = EmbeddedStores.start(dir)) {
            assertThat(RunningDatabase.exists(dir)).isTrue();
            assertThat(RunningDatabase.of(dir))
                    .contains(new RunningDatabase(
                            stores.databaseUrl(), stores.databaseUser(), stores.databasePassword()));
            assertThat(RunningDatabase.of(dir).toString()).doesNotContain(stores.databasePassword());
        }
        assertThat(RunningDatabase.exists(dir)).isTrue();
        assertThat(RunningDatabase.of(dir)).isEmpty();
    }

    @Test
    void aRestartAndAKillKeepDataAndPort() throws Exception {
        try (EmbeddedStores stores = EmbeddedStores.start(dir)) {
            String urls = stores.redisUrl() + stores.databaseUrl();
            write(stores, "two");
            stores.redis().restart();
            stores.postgres().restart();
            assertThat(read(stores)).isEqualTo("two two");

            stores.redis().kill();
            stores.postgres().kill();
            assertThat(stores.redis().isRunning()).isFalse();
            stores.redis().restart();
            stores.postgres().restart();

            assertThat(read(stores)).isEqualTo("two two");
            assertThat(stores.redisUrl() + stores.databaseUrl()).isEqualTo(urls);
        }
    }

    static void write(EmbeddedStores stores, String value) throws IOException, SQLException {
        try (RespClient redis = new RespClient(stores.redisUrl())) {
            assertThat(redis.call("SET value " + value)).isEqualTo("+OK");
        }
        try (Connection connection = connect(stores);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE kept (value text)");
            statement.execute("INSERT INTO kept VALUES ('" + value + "')");
        }
    }

    static String read(EmbeddedStores stores) throws IOException, SQLException {
        try (RespClient redis = new RespClient(stores.redisUrl());
                Connection connection = connect(stores);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT value FROM kept")) {
            rows.next();
            return redis.call("GET value") + " " + rows.getString(1);
        }
    }

    private static Connection connect(EmbeddedStores stores) throws SQLException {
        return DriverManager.getConnection(stores.databaseUrl(), stores.databaseUser(), stores.databasePassword());
    }
}
