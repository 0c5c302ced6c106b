package io.hedgerow.billing;

import io.hedgerow.billing.outbox.DriftMeter;
import io.hedgerow.billing.outbox.DriftRepair;
import io.hedgerow.billing.outbox.OutboxReaders;
import io.hedgerow.billing.outbox.OutboxRelay;
import io.hedgerow.billing.store.Signal;
import io.hedgerow.core.port.BalanceMirror;
import io.hedgerow.core.port.MeterNames;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** The two threads that keep the mirror equal to PostgreSQL. */
final class Mirroring {
    private final DriftRepair repair;
    private final OutboxRelay relay;
    private final Thread relaying;
    private final Thread repairing;

    Mirroring(DataSource database, BalanceMirror mirror, Signal settled, OutboxReaders readers, MeterRegistry meters) {
        repair = new DriftRepair(database, mirror, new DriftMeter(meters));
        relay = new OutboxRelay(database, mirror, settled, repair::changed, readers);
        relaying = Threads.daemon("hedgerow-billing-relay", relay);
        repairing = Threads.daemon("hedgerow-billing-repair", repair);
        Gauge.builder(MeterNames.OUTBOX_LAG, relay, OutboxRelay::lagSeconds)
                .description("Age of the oldest unpublished outbox row")
                .register(meters);
        Gauge.builder(MeterNames.SYNC_LAG, relay, OutboxRelay::syncLagMillis)
                .description("Milliseconds from a balance's change in PostgreSQL to Redis's confirmation")
                .register(meters);
    }

    void start() {
        relaying.start();
        repairing.start();
    }

    void close() {
        repair.close();
        relay.close();
        Threads.end(repairing, 100);
        Threads.end(relaying, TimeUnit.SECONDS.toMillis(3));
    }
}
