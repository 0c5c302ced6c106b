package io.hedgerow.billing.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.hedgerow.billing.store.Database;
import io.hedgerow.billing.support.FailingStatements;
import io.hedgerow.billing.support.Sql;
import io.hedgerow.billing.support.TestBilling;
import io.hedgerow.testkit.stores.TestDatabase;
import io.hedgerow.testkit.stores.TestStores;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An index is half built: CREATE INDEX CONCURRENTLY waits for a transaction that is older than it. */
@Tag("D2")
class BuildsKilledHalfWayTest {
    private static final String BUILDING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND query ILIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'";

    private final TestDatabase database = TestStores.newDatabase();
    private final Sql sql = new Sql(database);
    private final ExecutorService nodes = Executors.newCachedThreadPool();
    private final DataSource access = Database.patient(TestBilling.access(database));

    /** One script has run, the index is to be built. */
    @BeforeEach
    void prepare() throws SQLException {
        migrator(access).migrate();
        anew();
    }

    @AfterEach
    void close() {
        nodes.shutdownNow();
    }

    private void anew() throws SQLException {
        sql.run("DELETE FROM schema_history WHERE version IN ('2', '3'); DROP TABLE IF EXISTS two;"
                + "DROP INDEX IF EXISTS one_id");
    }

    private static Migrator migrator(DataSource source) {
        return new Migrator(source, "db/test/good");
    }

    @Test
    void theNextStartBuildsItAgain() throws Exception {
        try (Connection older = olderTransaction()) {
            Future<List<String>> killed = nodes.submit(() -> migrator(access).migrate());
            TestBilling.await().until(() -> sql.number(BUILDING) == 1);
            sql.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                    + " AND datname = current_database() AND query ILIKE 'CREATE INDEX CONCURRENTLY%'");
            assertThat(catchThrowable(() -> killed.get(1, TimeUnit.MINUTES)))
                    .as("a build that was killed may be tried again")
                    .hasCauseInstanceOf(SQLException.class);
            assertThat(invalid()).isEqualTo(1);
            older.rollback();
        }
        assertThat(migrator(access).migrate()).hasSize(2);
        isBuilt();
    }

    @Test
    void aBuildThatGoesOnAfterItsNodeHasDiedIsWaitedFor() throws Exception {
        Future<Boolean> orphan;
        Future<List<String>> next;
        try (Connection older = olderTransaction()) {
            // The server does not notice at once that whom it builds for is gone.
            orphan = nodes.submit(() -> {
                try (Connection left = sql.connect();
                        Statement statement = left.createStatement()) {
                    return statement.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS one_id ON one (id)");
                }
            });
            TestBilling.await().until(() -> sql.number(BUILDING) == 1);
            next = nodes.submit(this::migrateUntilDone);
            TestBilling.await()
                    .until(() -> next.isDone()
                            || sql.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                            + " AND wait_event_type = 'Lock'")
                                    == 2);
            older.rollback();
        }
        next.get(1, TimeUnit.MINUTES);
        Throwable orphaned = catchThrowable(() -> orphan.get(1, TimeUnit.MINUTES));
        assertThat(orphaned == null || orphaned.getCause() instanceof SQLException)
                .as("it came to its end, or was ended for the next one")
                .isTrue();
        isBuilt();
    }

    /** As a node does. */
    private List<String> migrateUntilDone() throws InterruptedException {
        while (true) {
            try {
                return migrator(access).migrate();
            } catch (SQLException e) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    @Test
    @Tag("D1")
    void aDatabaseThatGoesAwayAtTheStartIsNoWrongHistory() throws Exception {
        FailingStatements failing = new FailingStatements();
        DataSource source = failing.over(access);
        for (int statement = 0; statement < 9; statement++) {
            failing.failAt(statement, "08006");
            Throwable failure = catchThrowable(() -> migrator(source).migrate());
            assertThat(failing.failed()).isTrue();
            if (failure == null) {
                anew();
            } else {
                assertThat(failure).as("statement %s", statement).isInstanceOf(SQLException.class);
            }
        }
        failing.failAt(Integer.MAX_VALUE, "08006");
        assertThat(migrator(source).migrate()).hasSize(2);
        isBuilt();
    }

    @Test
    void aDatabaseThatGoesAwayWhileInvalidIndexesAreLookedForIsNoWrongHistory() throws Exception {
        AtomicBoolean away = new AtomicBoolean(true);
        DataSource source = (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> {
                    boolean looking = StackWalker.getInstance()
                            .walk(frames -> frames.anyMatch(
                                    frame -> frame.getClassName().equals(InvalidIndexes.class.getName())));
                    if (looking && away.getAndSet(false)) {
                        throw new SQLException("away just now", "08001");
                    }
                    return method.invoke(access, arguments);
                });
        assertThat(catchThrowable(() -> migrator(source).migrate())).isInstanceOf(SQLException.class);
        assertThat(away).isFalse();
        assertThat(migrator(source).migrate()).hasSize(2);
        isBuilt();
    }

    private Connection olderTransaction() throws SQLException {
        Connection older = sql.connect();
        older.setAutoCommit(false);
        older.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = older.createStatement()) {
            statement.execute("SELECT count(*) FROM one");
        }
        return older;
    }

    private void isBuilt() throws SQLException {
        assertThat(invalid()).isZero();
        assertThat(sql.number("SELECT count(*) FROM pg_indexes WHERE indexname = 'one_id'"))
                .isEqualTo(1);
        assertThat(sql.texts("SELECT version FROM schema_history WHERE success AND version IS NOT NULL ORDER BY 1"))
                .containsExactly("1", "2", "3");
    }

    private long invalid() throws SQLException {
        return sql.number("SELECT count(*) FROM pg_index WHERE NOT indisvalid");
    }
}
