package io.hedgerow.billing.month;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The partitions of {@code usage_records} and {@code attempts}, a pair per month. What is in no month, because its month
 * was not made yet or its id is of another kind, lies in {@code …_other}, and moves when its month is made: nothing has to
 * wait for a partition.
 *
 * <p>Tables are locked in the order in which settlements lock them, and for a moment only; who cannot have a lock soon gives
 * up, rather than making settlements queue up behind him.
 */
final class UsageMonths {
    private static final List<String> PARENTS = List.of("usage_records", "attempts");
    private static final String TABLES = """
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'usage_records'::regclass ORDER BY c.relname""";
    /** Shorter than PostgreSQL's deadlock_timeout: whoever waits here is never the reason why another is ended. */
    private static final String BRIEFLY = "SET LOCAL lock_timeout = '500ms'";
    /** Any number that is nobody else's. */
    private static final String ONE_AT_A_TIME = "SELECT pg_try_advisory_xact_lock(4857291130247116)";

    private final Connection connection;

    /** Works in the connection's transaction. */
    UsageMonths(Connection connection) {
        this.connection = connection;
    }

    /** The months that there are, oldest first. */
    List<Month> all() throws SQLException {
        List<Month> months = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet tables = statement.executeQuery(TABLES)) {
            while (tables.next()) {
                Month.ofTable(tables.getString(1)).ifPresent(months::add);
            }
        }
        return months;
    }

    /** The database's month: nodes' clocks may differ. */
    Month now() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT now()")) {
            row.next();
            return Month.of(row.getTimestamp(1).toInstant());
        }
    }

    /** Until the transaction ends; false if another node is at it. */
    boolean claim() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(ONE_AT_A_TIME)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** Makes a month and moves into it what waits for it elsewhere. */
    void make(Month month) throws SQLException {
        run(BRIEFLY);
        for (String parent : PARENTS) {
            run("LOCK TABLE " + parent + "_other IN ACCESS EXCLUSIVE MODE");
        }
        for (String parent : PARENTS) {
            String table = month.table(parent);
            run("CREATE TABLE " + table + " (LIKE " + parent + " INCLUDING ALL)");
            run("WITH moved AS (DELETE FROM " + parent + "_other WHERE request_id >= '" + month.firstId()
                    + "' AND request_id < '" + month.endId() + "' RETURNING *) INSERT INTO " + table
                    + " SELECT * FROM moved");
            run("ALTER TABLE " + parent + " ATTACH PARTITION " + table + " FOR VALUES FROM ('" + month.firstId()
                    + "') TO ('" + month.endId() + "')");
        }
    }

    /** How many records a month has. */
    long records(Month month) throws SQLException {
        return number("SELECT count(*) FROM " + month.table("usage_records"));
    }

    /** When the last request of a month began; 0 without any. */
    long lastStartMicros(Month month) throws SQLException {
        return number("SELECT coalesce(max(started_at_micros), 0) FROM " + month.table("usage_records"));
    }

    /** Deletes a month with everything in it. */
    void drop(Month month) throws SQLException {
        run(BRIEFLY);
        for (String parent : PARENTS) {
            run("DROP TABLE " + month.table(parent));
        }
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
