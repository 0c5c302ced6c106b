package io.hedgerow.billing;

import io.hedgerow.billing.month.MonthKeeper;
import io.hedgerow.billing.orphan.Heartbeat;
import io.hedgerow.billing.orphan.OrphanSweeper;
import io.hedgerow.billing.settlement.QuarantineMeter;
import io.hedgerow.billing.store.Database;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens now and then: probing the database and beating on one thread, sweeping orphans, measuring and making months on another. */
final class Upkeep {
    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
    private static final long PROBE_MILLIS = 500;

    private final Database database;
    private final Schema schema;
    private final Duties duties;
    private final Duration lease;
    private final Thread beating = Threads.daemon("hedgerow-billing-heartbeat", this::beat);
    private final Thread sweeping = Threads.daemon("hedgerow-billing-sweep", this::sweep);
    private volatile boolean closed;

    /** What is done. */
    record Duties(Heartbeat heartbeat, OrphanSweeper sweeper, QuarantineMeter quarantine, MonthKeeper months) {}

    Upkeep(Database database, Schema schema, Duties duties, Duration lease) {
        this.database = database;
        this.schema = schema;
        this.duties = duties;
        this.lease = lease;
    }

    void start() {
        beating.start();
        sweeping.start();
    }

    void close() {
        closed = true;
        beating.interrupt();
        sweeping.interrupt();
    }

    private void beat() {
        long everyNanos = Math.min(TimeUnit.SECONDS.toNanos(3), lease.toNanos() / 5);
        long nextBeat = System.nanoTime();
        while (pause(PROBE_MILLIS)) {
            boolean up = database.probe();
            if (up && schema.usable() && System.nanoTime() - nextBeat >= 0) {
                nextBeat = System.nanoTime() + everyNanos;
                try {
                    duties.heartbeat().beat();
                } catch (SQLException | RuntimeException e) {
                    log.atWarn().addKeyValue("error", e.toString()).log("heartbeat");
                }
            } else if (!up) {
                duties.heartbeat().missed();
            }
        }
    }

    private void sweep() {
        long everyMillis = Math.min(TimeUnit.SECONDS.toMillis(5), Math.max(200, lease.toMillis() / 6));
        while (pause(everyMillis)) {
            try {
                if (duties.heartbeat().steadyFor(lease)) {
                    duties.sweeper().sweep();
                }
                if (database.up() && schema.usable()) {
                    duties.quarantine().measure();
                    duties.months().keepNowAndThen();
                }
            } catch (SQLException | RuntimeException e) {
                log.atWarn()
                        .addKeyValue("error", e.toString())
                        .log("sweeping orphans, measuring and making months are tried again");
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            return false;
        }
        return !closed;
    }
}
