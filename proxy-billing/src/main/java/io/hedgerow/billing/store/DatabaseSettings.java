package io.hedgerow.billing.store;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Where PostgreSQL is.
 *
 * @param jdbcUrl {@code jdbc:postgresql://…}, without user and password
 * @param password asked for whenever a pool is opened; not kept
 * @param connections the most that are open at once
 * @param patience how long a connection is waited for; answers and locks are waited for a few times as long
 */
public record DatabaseSettings(
        String jdbcUrl, String user, Supplier<char[]> password, int connections, Duration patience) {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** With the usual patience of two seconds. */
    public DatabaseSettings(String jdbcUrl, String user, Supplier<char[]> password, int connections) {
        this(jdbcUrl, user, password, connections, PATIENCE);
    }

    /** With another patience. */
    public DatabaseSettings withPatience(Duration other) {
        return new DatabaseSettings(jdbcUrl, user, password, connections, other);
    }
}
