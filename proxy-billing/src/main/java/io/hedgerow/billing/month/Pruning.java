package io.hedgerow.billing.month;

import io.hedgerow.billing.store.Backoff;
import io.hedgerow.billing.store.Transactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongConsumer;
import javax.sql.DataSource;

/**
 * Deletes old usage records with their attempts: whole months by dropping their tables, the rest some per transaction, the
 * oldest first, so that settlements go on beside it. Touches no balance, no budget and no ledger entry: what was charged stays charged, and the ledger's key keeps a
 * request from being charged again. Blocks.
 */
public final class Pruning {
    private static final String COUNT = """
            SELECT count(*), coalesce(sum(cost_nano_usd), 0)::bigint FROM usage_records WHERE started_at_micros < ?""";

    private static final String DELETE = """
            WITH old AS MATERIALIZED (
                SELECT request_id FROM usage_records WHERE started_at_micros < ?
                ORDER BY started_at_micros, request_id LIMIT ? FOR UPDATE SKIP LOCKED),
            tries AS (DELETE FROM attempts WHERE request_id IN (SELECT request_id FROM old))
            SELECT request_id FROM old""";
    private static final String DELETE_RECORDS = "DELETE FROM usage_records WHERE request_id = ANY(?)";

    /** Some minutes, with the pauses between them. */
    private static final int TRIES = 100;

    private static final Set<String> LOCKED = Set.of("55P03", "40P01");

    private final DataSource database;
    private final int batch;

    /** @param batch records per transaction */
    public Pruning(DataSource database, int batch) {
        this.database = database;
        this.batch = batch;
    }

    /** What is there to prune. */
    public record Size(long records, long costNanoUsd) {}

    /** Counts what started before then. */
    public Size size(long beforeMicros) throws SQLException {
        return Transactions.run(database, connection -> {
            try (PreparedStatement count = connection.prepareStatement(COUNT)) {
                count.setLong(1, beforeMicros);
                try (ResultSet row = count.executeQuery()) {
                    row.next();
                    return new Size(row.getLong(1), row.getLong(2));
                }
            }
        });
    }

    /**
     * Deletes what started before then. It may be stopped at any moment and run again.
     *
     * @param progress is told after each transaction how many are gone
     * @return how many are gone
     * @throws SQLException when the database is away, or a month stays locked by a statement that takes minutes
     * @throws InterruptedException when told to stop
     */
    public long run(long beforeMicros, LongConsumer progress) throws SQLException, InterruptedException {
        long gone = 0;
        List<Month> months = Transactions.run(database, connection -> new UsageMonths(connection).all());
        for (Month month : months) {
            if (month.endMicros() <= beforeMicros) {
                gone += drop(month, beforeMicros);
                progress.accept(gone);
            }
        }
        int some;
        do {
            some = Transactions.run(database, connection -> some(connection, beforeMicros));
            gone += some;
            progress.accept(gone);
        } while (some > 0);
        return gone;
    }

    /** Waits for a moment in which nobody uses the tables, without making anybody wait for long. */
    private long drop(Month month, long beforeMicros) throws SQLException, InterruptedException {
        Backoff backoff = new Backoff(100, 2_000);
        for (int left = TRIES; ; left--) {
            try {
                OptionalLong dropped = Transactions.run(
                        database, connection -> dropNow(new UsageMonths(connection), month, beforeMicros));
                if (dropped.isPresent()) {
                    return dropped.getAsLong();
                }
            } catch (SQLException e) {
                if (left == 0 || !LOCKED.contains(e.getSQLState())) {
                    throw e;
                }
            }
            Thread.sleep(backoff.nextMillis());
        }
    }

    /** How many are gone with the month; empty if somebody else is making or dropping months. */
    private static OptionalLong dropNow(UsageMonths months, Month month, long beforeMicros) throws SQLException {
        if (!months.claim()) {
            return OptionalLong.empty();
        }
        // An id is made a moment before its request's start is noted: around midnight that may be the next month.
        if (!months.all().contains(month) || months.lastStartMicros(month) >= beforeMicros) {
            return OptionalLong.of(0);
        }
        long records = months.records(month);
        months.drop(month);
        return OptionalLong.of(records);
    }

    private int some(Connection connection, long beforeMicros) throws SQLException {
        Object[] ids;
        try (PreparedStatement attempts = connection.prepareStatement(DELETE)) {
            attempts.setLong(1, beforeMicros);
            attempts.setInt(2, batch);
            try (ResultSet rows = attempts.executeQuery()) {
                List<String> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(rows.getString(1));
                }
                ids = found.toArray();
            }
        }
        try (PreparedStatement records = connection.prepareStatement(DELETE_RECORDS)) {
            records.setArray(1, connection.createArrayOf("text", ids));
            return records.executeUpdate();
        }
    }
}
