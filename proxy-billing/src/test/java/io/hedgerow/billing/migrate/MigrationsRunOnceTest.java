package io.hedgerow.billing.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hedgerow.billing.Migrations;
import io.hedgerow.billing.store.Database;
import io.hedgerow.billing.support.Sql;
import io.hedgerow.billing.support.TestBilling;
import io.hedgerow.testkit.stores.TestDatabase;
import io.hedgerow.testkit.stores.TestStores;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MigrationsRunOnceTest {
    private final TestDatabase database = TestStores.newDatabase();
    private final Sql sql = new Sql(database);

    @Test
    @Tag("D1")
    void twoNodesThatStartTogetherRunEachScriptOnce() throws Exception {
        ExecutorService nodes = Executors.newFixedThreadPool(2);
        try {
            List<Future<List<String>>> runs = new ArrayList<>();
            for (int node = 0; node < 2; node++) {
                runs.add(nodes.submit(() -> Migrations.migrate(TestBilling.access(database))));
            }
            List<String> ran = new ArrayList<>(runs.get(0).get());
            ran.addAll(runs.get(1).get());
            assertThat(ran).hasSizeGreaterThanOrEqualTo(2).doesNotHaveDuplicates();
            assertThat(sql.number("SELECT count(*) FROM schema_history WHERE success AND version IS NOT NULL"))
                    .isEqualTo(ran.size());
        } finally {
            nodes.shutdownNow();
        }
        assertThat(sql.number("SELECT count(*) FROM pg_index WHERE NOT indisvalid"))
                .isZero();
        assertThat(Migrations.pending(TestBilling.access(database))).isEmpty();
    }

    @Test
    @Tag("D1")
    void pendingListsWithoutRunning() throws SQLException {
        assertThat(Migrations.pending(TestBilling.access(database)))
                .startsWith("V1__billing.sql", "V2__usage_indexes_notx.sql", "V3__budgets.sql");
        assertThat(sql.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
                .isZero();
    }

    @Test
    @Tag("D1")
    void aChangedFileThatWasAppliedStopsTheStartAndSaysWhich() throws SQLException {
        migrator("good").migrate();
        assertThatThrownBy(() -> migrator("changed").migrate())
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("V1__one.sql was changed after it was applied");
    }

    @Test
    @Tag("D2")
    void concurrentlyInAnOrdinaryFileIsRefusedBeforeAnythingRuns() throws SQLException {
        assertThatThrownBy(() -> migrator("plain").migrate())
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("V2__index.sql")
                .hasMessageContaining("V2__index_notx.sql");
        assertThat(sql.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
                .isZero();
    }

    @Test
    @Tag("D2")
    void aFileOutsideTransactionsHoldsNothingButRepeatableIndexStatements() {
        assertThatThrownBy(() -> migrator("notx").migrate())
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("BEGIN");
        assertThatThrownBy(() -> migrator("noconf").migrate())
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("executeInTransaction=false");
    }

    @Test
    @Tag("D2")
    void whatRunsOutsideATransactionCanBeRepeated() {
        for (String once : List.of(
                "CREATE INDEX CONCURRENTLY i ON t (a);",
                "DROP INDEX CONCURRENTLY i;",
                "CREATE INDEX IF NOT EXISTS i ON t (a);",
                "DROP INDEX IF EXISTS i;")) {
            assertThatThrownBy(() -> ScriptRules.check("V2__i_notx.sql", once))
                    .as(once)
                    .isInstanceOf(MigrationException.class);
        }
        ScriptRules.check(
                "V2__i_notx.sql",
                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a);\nDROP INDEX CONCURRENTLY IF EXISTS j;");
    }

    @Test
    @Tag("D2")
    void anIndexThatAKilledRunLeftInvalidIsBuiltAgain() throws Exception {
        migrator("good").migrate();
        sql.run("DELETE FROM schema_history WHERE version IN ('2', '3'); DROP TABLE two; DROP INDEX one_id;"
                + "INSERT INTO one VALUES (1), (1)");
        try (Connection connection = sql.connect();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("CREATE UNIQUE INDEX CONCURRENTLY one_id ON one (id)"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(invalid()).isEqualTo(1);

        assertThat(migrator("good").migrate()).hasSize(2);
        assertThat(invalid()).isZero();
        assertThat(sql.number("SELECT count(*) FROM pg_indexes WHERE indexname = 'one_id'"))
                .isEqualTo(1);
    }

    @Test
    @Tag("D2")
    void aFailedBuildIsRepeatedByTheNextStart() throws Exception {
        migrator("good").migrate();
        sql.run("UPDATE schema_history SET success = false WHERE version = '2';"
                + "DELETE FROM schema_history WHERE version = '3'; DROP TABLE two; DROP INDEX one_id");
        assertThat(migrator("good").migrate()).hasSize(2);
    }

    @Test
    @Tag("D1")
    void aDatabaseThatIsAwayIsNotAWrongHistory() {
        assertThatThrownBy(() -> Migrations.pending(new io.hedgerow.billing.store.DatabaseSettings(
                        "jdbc:postgresql://127.0.0.1:1/none", "x", () -> new char[] {'x'}, 2)))
                .isInstanceOf(SQLException.class);
    }

    private long invalid() throws SQLException {
        return sql.number("SELECT count(*) FROM pg_index WHERE NOT indisvalid");
    }

    private Migrator migrator(String folder) {
        return new Migrator(Database.patient(TestBilling.access(database)), "db/test/" + folder);
    }
}
