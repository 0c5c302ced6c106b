package io.hedgerow.billing.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection pool. Nothing here waits for PostgreSQL longer than a few seconds: a connection that cannot be had or
 * an answer that does not come fails, and the caller tries again later.
 */
public final class Database implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Database.class);
    private static final int PATIENT_CONNECT_TIMEOUT_SECONDS = 15;
    private static final int ANSWERS_TAKE = 5;

    /** The journal forgets what is committed, so that a commit has to be one, whatever the server's default is. */
    private static final String REAL_COMMITS =
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

    private final DatabaseSettings settings;
    private final SteadySource source;
    private final HikariDataSource pool;
    private volatile boolean up;

    private Database(DatabaseSettings settings, SteadySource source, HikariDataSource pool) {
        this.settings = settings;
        this.source = source;
        this.pool = pool;
    }

    /** Opens the pool; PostgreSQL may be away. */
    public static Database open(DatabaseSettings settings) {
        long patience = settings.patience().toMillis();
        int seconds = seconds(settings);
        PGSimpleDataSource server = source(settings, seconds, ANSWERS_TAKE * seconds);
        server.setOptions("-c lock_timeout=" + ANSWERS_TAKE * patience / 2);
        SteadySource source = new SteadySource(server);
        HikariConfig config = new HikariConfig();
        config.setPoolName("hedgerow-billing");
        config.setDataSource(source);
        config.setMaximumPoolSize(settings.connections());
        config.setMinimumIdle(Math.min(2, settings.connections()));
        config.setConnectionTimeout(patience);
        config.setValidationTimeout(patience / 2);
        config.setKeepaliveTime(TimeUnit.SECONDS.toMillis(30));
        config.setInitializationFailTimeout(-1);
        config.setAutoCommit(true);
        config.setConnectionInitSql(REAL_COMMITS);
        return new Database(settings, source, new HikariDataSource(config));
    }

    private static int seconds(DatabaseSettings settings) {
        return Math.max(1, (int) settings.patience().toSeconds());
    }

    /** Connections from the pool. */
    public DataSource pool() {
        return pool;
    }

    /** Connections outside the pool whose statements may take as long as they need; for migrations. */
    public static DataSource patient(DatabaseSettings settings) {
        return source(settings, PATIENT_CONNECT_TIMEOUT_SECONDS, 0);
    }

    /** The settings that the pool was opened with. */
    public DatabaseSettings settings() {
        return settings;
    }

    /** Whether the last probe found PostgreSQL. */
    public boolean up() {
        return up;
    }

    /** Asks PostgreSQL for a sign of life and remembers the answer. */
    public boolean probe() {
        boolean found = answers();
        if (found != up) {
            log.atInfo().addKeyValue("up", found).log("database");
        }
        up = found;
        return found;
    }

    private boolean answers() {
        try (Connection connection = pool.getConnection()) {
            return connection.isValid(Math.max(1, seconds(settings) / 2));
        } catch (SQLException e) {
            if (up) {
                SQLException why = source.failure();
                log.atWarn().setCause(why == null ? e : why).log("database is away");
            }
            return false;
        }
    }

    private static PGSimpleDataSource source(
            DatabaseSettings settings, int connectTimeoutSeconds, int socketTimeoutSeconds) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(settings.jdbcUrl());
        source.setUser(settings.user());
        source.setPassword(new String(settings.password().get()));
        source.setConnectTimeout(connectTimeoutSeconds);
        source.setLoginTimeout(connectTimeoutSeconds + 1);
        source.setSocketTimeout(socketTimeoutSeconds);
        source.setTcpKeepAlive(true);
        source.setApplicationName("hedgerow");
        return source;
    }

    @Override
    public void close() {
        up = false;
        source.close();
        pool.close();
    }
}
