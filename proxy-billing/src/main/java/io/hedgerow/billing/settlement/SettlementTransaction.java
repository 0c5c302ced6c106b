package io.hedgerow.billing.settlement;

import io.hedgerow.billing.journal.JournalEntry;
import io.hedgerow.billing.store.BulkInsert;
import io.hedgerow.billing.store.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Everything that a batch of settlements changes, within the caller's transaction: records, attempts, ledger, keys,
 * balances, outbox, and the end of the open requests. Repeating it changes nothing.
 */
final class SettlementTransaction {
    private static final BulkInsert<String> PROVIDERS =
            new BulkInsert.Builder<String>("providers").text("id", id -> id).ending("ON CONFLICT DO NOTHING");

    private final Quarantine quarantine;
    private final Set<String> knownProviders;

    /** @param knownProviders those that this process has registered; a provider is registered once, not resurrected */
    SettlementTransaction(Quarantine quarantine, Set<String> knownProviders) {
        this.quarantine = quarantine;
        this.knownProviders = knownProviders;
    }

    /** What came of it: the records written for the first time. */
    Set<String> run(Connection connection, List<JournalEntry> entries) throws SQLException {
        List<Charge> charges = new ArrayList<>();
        for (JournalEntry entry : entries) {
            if (entry instanceof JournalEntry.Settled settled) {
                charges.add(Charge.of(settled.record()));
            }
        }
        Totals totals = new Totals();
        Set<String> inserted = charges.isEmpty() ? Set.of() : settle(connection, charges, totals);
        LateUsages lates = new LateUsages(connection, totals);
        for (JournalEntry entry : entries) {
            if (entry instanceof JournalEntry.Late late) {
                apply(connection, lates, late);
            }
        }
        new Bookkeeping(totals).write(connection);
        endOpenRequests(connection, charges);
        return inserted;
    }

    private void apply(Connection connection, LateUsages lates, JournalEntry.Late late) throws SQLException {
        switch (lates.apply(late.usage())) {
            case APPLIED -> {
                // in the totals
            }
            case UNKNOWN -> quarantine.add(connection, late, "late usage of an attempt that is not known");
            case CONTRADICTION ->
                quarantine.add(connection, late, "late usage of the attempt is known already, with other content");
        }
    }

    private Set<String> settle(Connection connection, List<Charge> charges, Totals totals) throws SQLException {
        References references = new References(charges);
        registerProviders(connection, references);
        references.reconcile(connection);
        UsageRows rows = new UsageRows(references);
        Set<String> inserted = rows.insert(connection, charges);
        List<Charge> existing = new ArrayList<>();
        for (Charge charge : charges) {
            if (inserted.contains(SqlText.clean(charge.requestId()))) {
                totals.charge(charge.record(), references);
            } else {
                existing.add(charge);
            }
        }
        if (!existing.isEmpty()) {
            resolve(connection, new Conflicts(connection, existing), rows, new Adjusting(totals, references));
        }
        return inserted;
    }

    private record Adjusting(Totals totals, References references) {}

    private void resolve(Connection connection, Conflicts conflicts, UsageRows rows, Adjusting adjusting)
            throws SQLException {
        List<Charge> real = conflicts.superseded().stream()
                .map(Conflicts.Superseded::charge)
                .toList();
        if (!real.isEmpty()) {
            UsageRows.delete(connection, real.stream().map(Charge::requestId).toList());
            rows.insert(connection, real);
        }
        for (Conflicts.Superseded superseded : conflicts.superseded()) {
            Charge charge = superseded.charge();
            adjusting
                    .totals()
                    .adjust(
                            "adjustment:" + charge.requestId(),
                            Totals.Booking.of(charge.record(), adjusting.references()),
                            charge.record().costNanoUsd() - superseded.formerCostNanoUsd());
        }
        for (Charge charge : conflicts.contradictions()) {
            quarantine.add(
                    connection,
                    new JournalEntry.Settled(charge.record()),
                    "the request is settled already, with other content");
        }
    }

    private void registerProviders(Connection connection, References references) throws SQLException {
        Set<String> unknown = new HashSet<>(references.named(References.Column.PROVIDER));
        unknown.removeAll(knownProviders);
        PROVIDERS.execute(connection, unknown.stream().sorted().toList());
    }

    private static void endOpenRequests(Connection connection, List<Charge> charges) throws SQLException {
        if (charges.isEmpty()) {
            return;
        }
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM open_requests WHERE request_id = ANY(?)")) {
            delete.setArray(
                    1,
                    SqlText.array(
                            connection, charges.stream().map(Charge::requestId).toList()));
            delete.executeUpdate();
        }
    }
}
