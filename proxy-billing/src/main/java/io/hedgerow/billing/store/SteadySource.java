package io.hedgerow.billing.store;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connects for the pool, and tries on at a steady pace while the server is away. The pool itself would double its pauses
 * up to 5 s, and its connections would be back as late. Who waits for one gives up by the pool's timeout all the same.
 */
final class SteadySource implements DataSource {
    private static final long PAUSE_MILLIS = 200;

    private final DataSource source;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable SQLException failure;

    SteadySource(DataSource source) {
        this.source = source;
    }

    /** Why the last try failed; null if it did not. */
    @Nullable
    SQLException failure() {
        return failure;
    }

    /** Tries no more. */
    void close() {
        closed.countDown();
    }

    @Override
    public Connection getConnection() throws SQLException {
        while (true) {
            try {
                Connection connection = source.getConnection();
                failure = null;
                return connection;
            } catch (SQLException e) {
                failure = e;
                pause(e);
            }
        }
    }

    private void pause(SQLException why) throws SQLException {
        try {
            if (closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw why;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw why;
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("there is one user");
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return source.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        source.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        source.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return source.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return source.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return source.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return source.isWrapperFor(type);
    }
}
