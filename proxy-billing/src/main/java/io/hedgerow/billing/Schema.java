package io.hedgerow.billing;

import io.hedgerow.billing.migrate.MigrationException;
import io.hedgerow.billing.month.MonthKeeper;
import io.hedgerow.billing.store.Backoff;
import io.hedgerow.billing.store.Database;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the database's schema up to date as soon as the database is there, with tables for the months to come. */
final class Schema {
    private static final Logger log = LoggerFactory.getLogger(Schema.class);

    private final Database database;
    private final MonthKeeper months;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile boolean closed;

    Schema(Database database, MonthKeeper months) {
        this.database = database;
        this.months = months;
    }

    CompletableFuture<Void> ready() {
        return ready;
    }

    /** Runs the task once the schema is usable, at once if it is. */
    void onReady(Runnable task) {
        CompletableFuture<Void> unused = ready.thenRun(task);
    }

    boolean usable() {
        return ready.isDone() && !ready.isCompletedExceptionally();
    }

    void close() {
        closed = true;
    }

    /** One try; a database that is away is no failure, one that must not be used is. */
    void bringUpToDate() {
        try {
            Migrations.migrate(database.settings());
            makeMonths();
            ready.complete(null);
        } catch (SQLException e) {
            log.atWarn().addKeyValue("error", e.toString()).log("database is away; migrations wait");
        }
    }

    /** So that the first records find their month; if that fails, they move later. */
    private void makeMonths() {
        try {
            months.keep();
        } catch (SQLException e) {
            log.atWarn().addKeyValue("error", e.toString()).log("months of usage are made later");
        }
    }

    /** Tries until the schema is usable; false when told to stop or when it never will be. */
    boolean awaitUsable() {
        Backoff backoff = new Backoff(100, 2_000);
        try {
            while (!ready.isDone() && !closed) {
                if (database.probe()) {
                    bringUpToDate();
                }
                if (!ready.isDone()) {
                    TimeUnit.MILLISECONDS.sleep(backoff.nextMillis());
                }
            }
        } catch (InterruptedException e) {
            log.atDebug().log("waiting for the database interrupted");
        } catch (MigrationException e) {
            log.atError().setCause(e).log("the database can't be used; settlements stay in the journal");
            ready.completeExceptionally(e);
        }
        return usable();
    }
}
