package io.hedgerow.testkit.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class SuspendedStoreTest {
    @Test
    void redisAnswersNothingUntilItIsResumed() throws Exception {
        try (EmbeddedRedis redis = TestStores.newRedis();
                RespClient client = new RespClient(redis.url())) {
            redis.suspend();
            client.timeout(300);
            assertThatThrownBy(() -> client.call("PING")).isInstanceOf(SocketTimeoutException.class);
            assertThat(redis.isRunning()).isTrue();

            redis.resume();

            client.timeout(30_000);
            assertThat(client.read()).isEqualTo("+PONG");
        }
    }

    @Test
    void postgresAnswersNothingOnOpenConnectionsEither() throws Exception {
        try (EmbeddedPostgres postgres = TestStores.newPostgres();
                Connection connection = connect(postgres);
                Statement statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, 300);
            postgres.suspend();
            assertThatThrownBy(() -> statement.execute("SELECT 1"))
                    .hasRootCauseInstanceOf(SocketTimeoutException.class);

            postgres.resume();

            try (Connection fresh = connect(postgres);
                    ResultSet rows = fresh.createStatement().executeQuery("SELECT 1")) {
                assertThat(rows.next()).isTrue();
            }
        }
    }

    @Test
    void aSuspendedStoreCanBeStoppedKilledAndRestarted() {
        try (EmbeddedRedis redis = TestStores.newRedis()) {
            redis.suspend();
            redis.restart();
            redis.suspend();
            redis.kill();
            assertThatThrownBy(redis::pid).hasMessageContaining("is not running");
            redis.restart();
            assertThat(redis.isRunning()).isTrue();
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux tells whose children are left")
    void aBackendThatOutlivesItsServerDoesNotKeepANewOneFromStarting() throws Exception {
        try (EmbeddedPostgres postgres = TestStores.newPostgres();
                Connection connection = connect(postgres);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            assertThat(row.next()).isTrue();
            Signals.send("STOP", List.of(row.getLong(1)));
            Signals.send("KILL", List.of(postgres.pid()));
            assertThat(Polls.await(Duration.ofMinutes(1), () -> !postgres.isRunning()))
                    .isTrue();

            postgres.restart();

            try (Connection fresh = connect(postgres)) {
                assertThat(fresh.isValid(30)).isTrue();
            }
        }
    }

    private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
    }
}
