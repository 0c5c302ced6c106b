package io.hedgerow.billing.month;

import io.hedgerow.billing.store.Transactions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that this month and the next two have their tables. Blocks; for one thread at a time. */
public final class MonthKeeper {
    private static final Logger log = LoggerFactory.getLogger(MonthKeeper.class);
    private static final int AHEAD = 2;
    private static final long REST_NANOS = Duration.ofHours(1).toNanos();
    private static final long PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

    private final DataSource database;
    private long restsUntilNanos = System.nanoTime();

    /** Keeps the months of a database whose schema is up to date. */
    public MonthKeeper(DataSource database) {
        this.database = database;
    }

    /** As {@link #keep}, but only once an hour after it went well, and every ten seconds after it did not. */
    public void keepNowAndThen() throws SQLException {
        if (System.nanoTime() - restsUntilNanos >= 0) {
            restsUntilNanos = System.nanoTime() + PAUSE_NANOS;
            keep();
            restsUntilNanos = System.nanoTime() + REST_NANOS;
        }
    }

    /**
     * Makes what is missing, unless another node is doing so.
     *
     * @throws SQLException when the database is away or tables are in use for too long; usage is stored nonetheless, and
     *     moves when a later call succeeds
     */
    public void keep() throws SQLException {
        Optional<Month> made;
        do {
            made = Transactions.run(database, connection -> makeOne(new UsageMonths(connection)));
            made.ifPresent(
                    month -> log.atInfo().addKeyValue("month", month.value()).log("usage of a month has its tables"));
        } while (made.isPresent());
    }

    /** One per transaction: no lock is held for longer than one takes. */
    private static Optional<Month> makeOne(UsageMonths months) throws SQLException {
        Optional<Month> missing = missing(months);
        if (missing.isEmpty() || !months.claim()) {
            return Optional.empty();
        }
        // Who had the claim before may have made it since.
        missing = missing(months);
        if (missing.isPresent()) {
            months.make(missing.get());
        }
        return missing;
    }

    private static Optional<Month> missing(UsageMonths months) throws SQLException {
        var there = months.all();
        Month month = months.now();
        for (int i = 0; i <= AHEAD; i++, month = month.next()) {
            if (!there.contains(month)) {
                return Optional.of(month);
            }
        }
        return Optional.empty();
    }
}
