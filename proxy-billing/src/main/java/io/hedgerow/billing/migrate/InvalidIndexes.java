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
                dropIfInvalid(connection, index);
            }
        } catch (SQLException e) {
            throw new MigrationException("invalid indexes of " + script + " could not be dropped", e);
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
