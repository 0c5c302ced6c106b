package io.hedgerow.billing.outbox;

import java.sql.Connection;
import java.sql.SQLException;

/** Who else than the mirror still needs the outbox's rows. */
public interface OutboxReaders {
    /** Whether the stream does. */
    boolean streaming();

    /** Whether the webhooks do. */
    boolean fanning();

    /** Puts away what nobody waits for any more; asked for now and then, in a transaction. Returns how many rows. */
    int upkeep(Connection connection) throws SQLException;
}
