package io.hedgerow.billing;

import io.hedgerow.billing.month.Pruning;
import io.hedgerow.billing.reconcile.Reconciliation;
import io.hedgerow.billing.store.Database;
import io.hedgerow.billing.store.DatabaseSettings;

/** The usage records, for the commands that prune them and compare them with others' accounts. */
public final class UsageTables {
    private static final int BATCH = 2_000;

    private UsageTables() {}

    /** Deletes old records. */
    public static Pruning pruning(DatabaseSettings database) {
        return new Pruning(Database.patient(database), BATCH);
    }

    /** Compares them with a provider's export. */
    public static Reconciliation reconciliation(DatabaseSettings database) {
        return new Reconciliation(Database.patient(database));
    }
}
