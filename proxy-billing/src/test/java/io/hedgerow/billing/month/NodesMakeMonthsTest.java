package io.hedgerow.billing.month;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.billing.Billing;
import io.hedgerow.billing.Migrations;
import io.hedgerow.billing.support.Sql;
import io.hedgerow.billing.support.TestBilling;
import io.hedgerow.testkit.stores.TestDatabase;
import io.hedgerow.testkit.stores.TestStores;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("D8")
class NodesMakeMonthsTest {
    private final TestDatabase database = TestStores.newDatabase();
    private final Sql sql = new Sql(database);

    @TempDir
    Path dataDir;

    @Test
    void aNodeThatStartedHasTablesForItsRecords() throws Exception {
        try (Billing billing = TestBilling.open(database, dataDir)) {
            assertThat(billing.databaseUp()).isTrue();
            assertThat(months()).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void aNodeThatCouldNotMakeThemAtItsStartDoesSoWhileItRuns() throws Exception {
        Migrations.migrate(TestBilling.access(database));
        try (Connection busy = sql.connect();
                Statement statement = busy.createStatement()) {
            busy.setAutoCommit(false);
            statement.execute("SELECT count(*) FROM usage_records");
            try (Billing billing = TestBilling.open(database, dataDir)) {
                assertThat(billing.databaseUp()).isTrue();
                assertThat(months()).isZero();
                busy.commit();
                TestBilling.await().until(() -> months() >= 3);
            }
        }
    }

    private long months() throws SQLException {
        return sql.number("SELECT count(*) FROM pg_class WHERE relname ~ '^usage_records_\\d{4}_\\d{2}$'"
                + " AND relname >= '" + Month.of(Instant.now()).table("usage_records") + "'");
    }
}
