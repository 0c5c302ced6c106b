package io.hedgerow.billing.settlement;

import io.hedgerow.billing.journal.JournalEntry;
import io.hedgerow.billing.store.Backoff;
import io.hedgerow.billing.store.SqlErrors;
import io.hedgerow.billing.store.SqlText;
import io.hedgerow.billing.store.Transactions;
import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.port.MeterNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles batches whatever happens: a database that is away is waited for, and a record that no table takes is found by
 * halving the batch and put into quarantine while the others go on.
 */
public final class Settlements {
    private static final Logger log = LoggerFactory.getLogger(Settlements.class);

    private final DataSource database;
    private final Quarantine quarantine;
    private final Counter rollbacks;
    private final Set<String> knownProviders = ConcurrentHashMap.newKeySet();

    /** @param nodeId noted beside what is quarantined */
    public Settlements(DataSource database, String nodeId, MeterRegistry meters) {
        this.database = database;
        this.quarantine = new Quarantine(nodeId, meters.counter(MeterNames.QUARANTINED));
        this.rollbacks = meters.counter(MeterNames.TRANSACTION_ROLLBACKS);
    }

    /**
     * Settles all entries and returns when they are committed or in quarantine. Blocks as long as the database is away.
     *
     * @throws InterruptedException when told to stop; nothing is lost, the journal has it all
     */
    public void settle(List<JournalEntry> entries) throws InterruptedException {
        for (List<JournalEntry> part : withoutRepeats(entries)) {
            settlePart(part);
        }
    }

    /** Settles entries within the caller's transaction; returns the ids that are new. */
    public Set<String> settle(Connection connection, List<JournalEntry> entries) throws SQLException {
        return new SettlementTransaction(quarantine, knownProviders).run(connection, entries);
    }

    private void settlePart(List<JournalEntry> entries) throws InterruptedException {
        Backoff backoff = new Backoff(50, Backoff.BRIEFLY_MILLIS);
        while (true) {
            try {
                Transactions.run(database, connection -> settle(connection, entries));
                rememberProviders(entries);
                return;
            } catch (SQLException | RuntimeException e) {
                rollbacks.increment();
                if (SqlErrors.kind(e) == SqlErrors.Kind.CONTENT) {
                    divide(entries, e);
                    return;
                }
                log.atWarn()
                        .addKeyValue("entries", entries.size())
                        .addKeyValue("error", e.toString())
                        .log("settlement is tried again");
                Thread.sleep(backoff.nextMillis());
            }
        }
    }

    private void divide(List<JournalEntry> entries, Exception cause) throws InterruptedException {
        if (entries.size() > 1) {
            int half = entries.size() / 2;
            settlePart(entries.subList(0, half));
            settlePart(entries.subList(half, entries.size()));
            return;
        }
        Backoff backoff = new Backoff(50, Backoff.BRIEFLY_MILLIS);
        while (true) {
            try {
                Transactions.run(database, connection -> setAside(connection, entries.get(0), cause));
                return;
            } catch (SQLException | RuntimeException e) {
                if (SqlErrors.kind(e) == SqlErrors.Kind.CONTENT) {
                    log.atError()
                            .setCause(e)
                            .addKeyValue("entry", entries.get(0))
                            .log("usage not even quarantined");
                    return;
                }
                Thread.sleep(backoff.nextMillis());
            }
        }
    }

    private boolean setAside(Connection connection, JournalEntry entry, Exception cause) throws SQLException {
        quarantine.add(connection, entry, cause.toString());
        try (PreparedStatement end = connection.prepareStatement("DELETE FROM open_requests WHERE request_id = ?")) {
            end.setString(1, SqlText.clean(entry.requestId()));
            return end.executeUpdate() > 0;
        }
    }

    private void rememberProviders(List<JournalEntry> entries) {
        for (JournalEntry entry : entries) {
            if (entry instanceof JournalEntry.Settled settled) {
                settled.record().attempts().stream()
                        .map(AttemptRecord::providerId)
                        .forEach(knownProviders::add);
                if (settled.record().providerId() != null) {
                    knownProviders.add(settled.record().providerId());
                }
            }
        }
    }

    /** One transaction looks at a request id once; a repeat starts the next. */
    private static List<List<JournalEntry>> withoutRepeats(List<JournalEntry> entries) {
        List<List<JournalEntry>> parts = new ArrayList<>();
        List<JournalEntry> part = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JournalEntry entry : entries) {
            if (entry instanceof JournalEntry.Settled && !seen.add(SqlText.clean(entry.requestId()))) {
                parts.add(part);
                part = new ArrayList<>();
                seen.clear();
                seen.add(SqlText.clean(entry.requestId()));
            }
            part.add(entry);
        }
        parts.add(part);
        return parts;
    }
}
