package io.hedgerow.billing.migrate;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Before a script that builds indexes outside a transaction: drops those that a killed run left invalid, because IF NOT
 * EXISTS would take them for finished. Runs under the migration lock, so that nobody else is building them.
 */
final class InvalidIndexes implements Callback {
    private static final Logger log = LoggerFactory.getLogger(InvalidIndexes.class);
    /** PostgreSQL reports "tuple concurrently updated" as an internal error. */
    private static final String CONCURRENTLY_UPDATED = "XX000";

    private static final int TRIES = 3;
    private static final String INVALID = "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(?) AND NOT indisvalid";

    private final DataSource database;
    private final Scripts scripts;

    InvalidIndexes(DataSource database, Scripts scripts) {
        this.database = database;
        this.scripts = scripts;
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    @Override
    public void handle(Event event, Context context) {
        String script = context.getMigrationInfo().getScript();
        if (!ScriptRules.outsideTransaction(script)) {
            return;
        }
        try (Connection connection = database.getConnection()) {
            for (String index : ScriptRules.createdIndexes(scripts.read(script))) {
                dropIfNobodyBuilds(connection, index);
            }
        } catch (SQLException e) {
            throw new MigrationException("invalid indexes of " + script + " could not be dropped", e);
        }
    }

    /** A build whose node has died goes on in the server for a while, and may end at the very moment of the drop. */
    private static void dropIfNobodyBuilds(Connection connection, String index) throws SQLException {
        for (int left = TRIES; ; left--) {
            try {
                dropIfInvalid(connection, index);
                return;
            } catch (SQLException e) {
                if (left == 0 || !CONCURRENTLY_UPDATED.equals(e.getSQLState())) {
                    throw e;
                }
                log.atInfo().addKeyValue("index", index).log("an index was changed at the same moment; looking again");
            }
        }
    }

    private static void dropIfInvalid(Connection connection, String index) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(INVALID)) {
            query.setString(1, index);
            try (ResultSet found = query.executeQuery()) {
                if (!found.next()) {
                    return;
                }
            }
        }
        log.atWarn().addKeyValue("index", index).log("an interrupted run left an invalid index; building it again");
        try (Statement drop = connection.createStatement()) {
            drop.execute("DROP INDEX CONCURRENTLY IF EXISTS " + index);
        }
    }

    @Override
    public String getCallbackName() {
        return "invalid-indexes";
    }
}
