package io.hedgerow.billing.settlement;

import io.hedgerow.billing.journal.Journal;
import io.hedgerow.billing.journal.JournalCursor;
import io.hedgerow.billing.journal.JournalEntry;
import io.hedgerow.billing.store.Backoff;
import io.hedgerow.billing.store.Signal;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that takes settlements from the journal's files into PostgreSQL. What it has not yet read stays on the
 * disk, so that a database that is away costs no memory.
 */
public final class Drainer implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Drainer.class);
    private static final int MOST_SETTLEMENTS = 500;
    private static final int MOST_ENTRIES = 10_000;
    /** Records are to be in the database within a second; fewer and larger transactions cost both sides less. */
    private static final long PAUSE_MILLIS = 250;

    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Journal journal;
    private final JournalCursor cursor;
    private final Settlements settlements;
    private final Steps steps;
    private final Signal settled;
    private final List<JournalEntry> batch = new ArrayList<>();
    private long toldAtNanos = System.nanoTime();
    private boolean atEnd;
    private volatile boolean closed;
    private volatile boolean caughtUp;

    /**
     * What else happens on this thread.
     *
     * @param before comes before each batch: what settlements depend on
     * @param note is given every entry that was read
     * @param tell is called every second
     */
    public record Steps(Step before, Consumer<JournalEntry> note, Step tell) {}

    /** Something to do in the database. */
    public interface Step {
        /** Does it. */
        void run() throws SQLException;
    }

    /** @param settled is raised after each batch */
    public Drainer(Journal journal, Settlements settlements, Steps steps, Signal settled) {
        this.journal = journal;
        this.cursor = journal.cursor();
        this.settlements = settlements;
        this.steps = steps;
        this.settled = settled;
    }

    /** Whether it has once seen the end of the journal: all that former runs left is in PostgreSQL. */
    public boolean caughtUp() {
        return caughtUp;
    }

    /** Ends after what is written now is drained, as far as the database is there. */
    public void close() {
        closed = true;
    }

    @Override
    public void run() {
        Backoff backoff = new Backoff(50, Backoff.BRIEFLY_MILLIS);
        try {
            boolean more = true;
            while (!closed || more) {
                try {
                    more = drain();
                    backoff.reset();
                    if (!more) {
                        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                    }
                } catch (IOException | SQLException | RuntimeException e) {
                    log.atWarn().addKeyValue("error", e.toString()).log("draining the journal is tried again");
                    TimeUnit.MILLISECONDS.sleep(backoff.nextMillis());
                }
            }
        } catch (InterruptedException e) {
            log.atInfo().log("draining interrupted; the journal keeps the rest");
        } finally {
            closeCursor();
        }
    }

    /** One batch; whether there is more at once. The batch is kept until it is settled, whatever fails before. */
    private boolean drain() throws IOException, SQLException, InterruptedException {
        steps.before().run();
        int durable = fill();
        if (!batch.isEmpty()) {
            settle(durable);
            batch.clear();
        }
        if (System.nanoTime() - toldAtNanos > TELL_NANOS) {
            steps.tell().run();
            toldAtNanos = System.nanoTime();
        }
        if (atEnd) {
            caughtUp = true;
        }
        return !atEnd;
    }

    private int fill() throws IOException {
        atEnd = false;
        int durable = (int) batch.stream().filter(JournalEntry::durable).count();
        while (durable < MOST_SETTLEMENTS && batch.size() < MOST_ENTRIES) {
            JournalEntry entry = cursor.next();
            if (entry == null) {
                atEnd = true;
                return durable;
            }
            batch.add(entry);
            steps.note().accept(entry);
            durable += entry.durable() ? 1 : 0;
        }
        return durable;
    }

    private void settle(int durable) throws InterruptedException {
        if (durable > 0) {
            settlements.settle(batch.stream().filter(JournalEntry::durable).toList());
            settled.raise();
        }
        journal.drained(cursor.position(), durable);
    }

    private void closeCursor() {
        try {
            cursor.close();
        } catch (IOException e) {
            log.atDebug().setCause(e).log("journal cursor");
        }
    }
}
