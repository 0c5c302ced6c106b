package io.hedgerow.billing.migrate;

import io.hedgerow.billing.store.SqlErrors;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a database to the newest schema. Several nodes may try at once: a lock lets each script run once. */
public final class Migrator {
    private static final Logger log = LoggerFactory.getLogger(Migrator.class);
    /** Classes of SQLState: connection, operator intervention, resources, rolled back, busy. */
    private static final Set<String> AWAY = Set.of("08", "57", "53", "40", "55");

    private static final String TABLE = "schema_history";

    private final DataSource database;
    private final Scripts scripts;
    private final Flyway flyway;

    /** A migrator for the product's own scripts. */
    public Migrator(DataSource database) {
        this(database, "db/migration");
    }

    Migrator(DataSource database, String folder) {
        this.database = database;
        this.scripts = new Scripts(folder);
        this.flyway = Flyway.configure(Migrator.class.getClassLoader())
                .dataSource(database)
                .locations(scripts.location())
                .table(TABLE)
                .lockRetryCount(-1)
                .callbacks(new InvalidIndexes(database, scripts))
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                .load();
    }

    /**
     * The scripts that {@link #migrate} would run, in order.
     *
     * @throws MigrationException when a script breaks a rule or was changed after it ran
     * @throws SQLException when the database is away
     */
    public List<String> pending() throws SQLException {
        return attempt(() -> {
            check();
            return Arrays.stream(flyway.info().pending())
                    .map(MigrationInfo::getScript)
                    .toList();
        });
    }

    /**
     * Runs what is pending and returns it.
     *
     * @throws MigrationException when a script breaks a rule or was changed after it ran; nothing has run then
     * @throws SQLException when the database is away
     */
    public List<String> migrate() throws SQLException {
        return attempt(() -> {
            check();
            forgetInterruptedBuilds();
            List<String> ran = new ArrayList<>();
            flyway.migrate().migrations.forEach(migration -> ran.add(migration.filepath));
            return ran;
        });
    }

    private interface Attempt {
        List<String> run() throws SQLException;
    }

    /** Tells a database that is away from a history that is wrong. */
    private static List<String> attempt(Attempt attempt) throws SQLException {
        try {
            return attempt.run();
        } catch (FlywayException e) {
            String state = SqlErrors.state(e);
            if (state != null && AWAY.contains(state.substring(0, 2))) {
                throw new SQLException("the database is away: " + e.getMessage(), state, e);
            }
            throw new MigrationException("migrating the database failed: " + e.getMessage(), e);
        } catch (MigrationException e) {
            throw e;
        } catch (RuntimeException e) {
            // Flyway goes on with a null where a connection broke while it asked for the schema's name.
            throw new SQLException("migrating the database broke off: " + e, "08006", e);
        }
    }

    private void check() {
        for (MigrationInfo info : flyway.info().all()) {
            if (info.getState().isResolved()) {
                String script = info.getScript();
                checkUnchanged(info);
                ScriptRules.check(script, scripts.read(script));
                if (ScriptRules.outsideTransaction(script) != scripts.runsOutsideTransaction(script)) {
                    throw new MigrationException(script + " and " + script
                            + ".conf disagree: executeInTransaction=false belongs to *_notx.sql and only to it");
                }
            }
        }
    }

    private void checkUnchanged(MigrationInfo info) {
        if (info.getState().isApplied() && !info.isChecksumMatching()) {
            throw new MigrationException(scripts.path(info.getScript())
                    + " was changed after it was applied to this database. Applied migrations are history: restore"
                    + " the file as it was and put the change into a new migration");
        }
    }

    /** A build of indexes that failed is noted as failed and would stop every later start; it can be repeated. */
    private void forgetInterruptedBuilds() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT to_regclass('" + TABLE + "') IS NOT NULL")) {
            if (found.next() && found.getBoolean(1)) {
                int forgotten = statement.executeUpdate(
                        "DELETE FROM " + TABLE + " WHERE NOT success AND script LIKE '%\\_notx.sql'");
                if (forgotten > 0) {
                    log.atWarn().log("an interrupted index build is repeated");
                }
            }
        }
    }
}
