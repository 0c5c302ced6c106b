package io.hedgerow.billing.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hedgerow.billing.support.Sql;
import io.hedgerow.testkit.stores.TestDatabase;
import io.hedgerow.testkit.stores.TestStores;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What PostgreSQL itself says, and how drivers and pools pass it on. */
@Tag("B6")
class ViolationsAreFoundWhereverTheySitTest {
    private static final String OURS = "child_parent_id_fkey";

    private final TestDatabase database = TestStores.newDatabase();
    private final Sql sql = new Sql(database);

    @BeforeEach
    void prepare() throws SQLException {
        sql.run("CREATE TABLE parent (id text PRIMARY KEY);"
                + "CREATE TABLE child (n integer CHECK (n < 100), parent_id text CONSTRAINT " + OURS
                + " REFERENCES parent)");
    }

    private SQLException violation() {
        return catchThrowableOfType(SQLException.class, () -> sql.run("INSERT INTO child VALUES (1, 'gone')"));
    }

    @Test
    void inTheFailureItself() {
        assertThat(SqlErrors.violatedForeignKey(violation())).contains(OURS);
    }

    @Test
    void inACause() {
        assertThat(SqlErrors.violatedForeignKey(
                        new IllegalStateException("pool", new SQLException("wrapped", violation()))))
                .contains(OURS);
    }

    @Test
    void inANextException() {
        SQLException first = new SQLException("first", "HY000");
        first.setNextException(violation());
        assertThat(SqlErrors.violatedForeignKey(first)).contains(OURS);
        assertThat(SqlErrors.violatedForeignKey(new SQLException("outer", first)))
                .contains(OURS);
    }

    @Test
    void inABatch() throws SQLException {
        try (Connection connection = sql.connect();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO child VALUES (?, ?)")) {
            for (String parent : new String[] {null, "gone"}) {
                insert.setInt(1, 1);
                insert.setString(2, parent);
                insert.addBatch();
            }
            BatchUpdateException failure = catchThrowableOfType(BatchUpdateException.class, insert::executeBatch);
            assertThat(SqlErrors.violatedForeignKey(failure)).contains(OURS);
        }
    }

    /** Drivers hang the error of the server behind that of the batch, or below it. */
    @Test
    void inABatchThatSaysNothingItself() {
        BatchUpdateException batch =
                new BatchUpdateException("batch", "HY000", new int[] {1, Statement.EXECUTE_FAILED});
        batch.setNextException(violation());
        assertThat(SqlErrors.violatedForeignKey(batch)).contains(OURS);
        assertThat(SqlErrors.violatedForeignKey(new BatchUpdateException(new int[0], violation())))
                .contains(OURS);
    }

    @Test
    void otherViolationsAreNoneOfAForeignKey() {
        SQLException check = catchThrowableOfType(SQLException.class, () -> sql.run("INSERT INTO child VALUES (100)"));
        assertThat(check.getSQLState()).isEqualTo("23514");
        assertThat(SqlErrors.violatedForeignKey(check)).isEmpty();
        assertThat(SqlErrors.kind(check)).isEqualTo(SqlErrors.Kind.CONTENT);
        assertThat(SqlErrors.violatedForeignKey(new SQLException("none"))).isEmpty();
    }
}
