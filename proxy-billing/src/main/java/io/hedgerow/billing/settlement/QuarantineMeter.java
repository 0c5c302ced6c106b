package io.hedgerow.billing.settlement;

import io.hedgerow.core.port.MeterNames;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** How many settlements wait for a person, whichever node set them aside. As last measured. */
public final class QuarantineMeter {
    private final DataSource database;
    private volatile long waiting;

    /** Measures nothing by itself. */
    public QuarantineMeter(DataSource database, MeterRegistry meters) {
        this.database = database;
        Gauge.builder(MeterNames.QUARANTINE_WAITING, this, meter -> meter.waiting)
                .description("Settlements in quarantine, of all nodes")
                .strongReference(true)
                .register(meters);
    }

    /** Asks the database. */
    public void measure() throws SQLException {
        try (Connection connection = database.getConnection()) {
            waiting = QuarantineRows.count(connection);
        }
    }
}
