package io.hedgerow.billing;

import io.hedgerow.billing.support.Samples;
import io.hedgerow.billing.support.Sql;
import io.hedgerow.billing.support.TestBilling;
import io.hedgerow.core.port.UsageJournal;
import io.hedgerow.testkit.bench.BenchReport;
import io.hedgerow.testkit.stores.TestDatabase;
import io.hedgerow.testkit.stores.TestStores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How many settlements of one tenant a second come into PostgreSQL, and how long the journal keeps a terminator back. Not
 * part of the suite, because it measures; {@code scripts/bench-billing.sh} runs it.
 */
class BillingBench {
    private static final int SETTLEMENTS = Integer.getInteger("bench.settlements", 100_000);
    private static final int PER_SECOND = Integer.getInteger("bench.rate", 1_000);
    private static final int SECONDS = Integer.getInteger("bench.seconds", 20);
    /** As many requests are between their admission and the journal's sync at once. */
    private static final int IN_FLIGHT = 1_000;

    private static final AtomicLong IDS = new AtomicLong();
    private final String prefix = DateTimeFormatter.ofPattern("uuuuMMddHHmmss")
            .withZone(ZoneOffset.UTC)
            .format(Instant.now())
            .concat("-bench-");

    private final TestDatabase database = TestStores.newDatabase();
    private final Sql sql = new Sql(database);

    @TempDir
    Path dataDir;

    @Test
    void measure() throws Exception {
        BenchReport report = BenchReport.toStandardOutput();
        BillingSettings settings = TestBilling.settings(database, dataDir).withJournalMaxBytes(512L << 20);
        try (Billing billing = TestBilling.open(settings, new SimpleMeterRegistry())) {
            asFastAsTheyCome(billing, SETTLEMENTS / 5);
            long began = System.nanoTime();
            asFastAsTheyCome(billing, SETTLEMENTS);
            double seconds = (System.nanoTime() - began) / 1e9;
            report.line(
                    "%d settlements of one tenant in %.1f s: %.0f/s into PostgreSQL",
                    SETTLEMENTS, seconds, SETTLEMENTS / seconds);
            report.percentiles(
                    "a settlement is durable after (" + PER_SECOND + "/s, " + SECONDS + " s)",
                    paced(billing.journal()));
        }
    }

    /** Ends when all of them are rows. */
    private void asFastAsTheyCome(Billing billing, int count) throws Exception {
        Semaphore room = new Semaphore(IN_FLIGHT);
        long rows = sql.number("SELECT count(*) FROM usage_records");
        for (int i = 0; i < count; i++) {
            room.acquire();
            String id = prefix + IDS.incrementAndGet();
            billing.journal()
                    .admitted(Samples.admitted(id))
                    .thenCompose(noted -> billing.journal().settled(Samples.settled(id, 620_500)))
                    .whenComplete((done, error) -> room.release());
        }
        while (sql.number("SELECT count(*) FROM usage_records") < rows + count) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** Open loop: a stall keeps no request from starting. */
    private Histogram paced(UsageJournal journal) throws InterruptedException {
        Histogram delay = new ConcurrentHistogram(3);
        Semaphore ended = new Semaphore(0);
        long began = System.nanoTime();
        int count = PER_SECOND * SECONDS;
        for (int i = 0; i < count; i++) {
            long due = began + i * (1_000_000_000L / PER_SECOND);
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(50_000);
            }
            String id = prefix + IDS.incrementAndGet();
            journal.admitted(Samples.admitted(id)).thenCompose(noted -> {
                long asked = System.nanoTime();
                return journal.settled(Samples.settled(id, 620_500)).whenComplete((done, error) -> {
                    delay.recordValue(System.nanoTime() - asked);
                    ended.release();
                });
            });
        }
        ended.acquire(count);
        return delay;
    }
}
