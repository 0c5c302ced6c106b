package io.hedgerow.billing.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.billing.store.Database;
import io.hedgerow.billing.store.Signal;
import io.hedgerow.billing.store.Transactions;
import io.hedgerow.billing.support.FailingStatements;
import io.hedgerow.billing.support.FakeMirror;
import io.hedgerow.billing.support.Sql;
import io.hedgerow.billing.support.TestBilling;
import io.hedgerow.core.port.BudgetBucket;
import io.hedgerow.core.port.BudgetSpent;
import io.hedgerow.testkit.stores.TestDatabase;
import io.hedgerow.testkit.stores.TestStores;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever fails, and however many relay while ids commit out of order: every row arrives, and the newest stands. */
@Tag("B3")
class OutboxLosesNothingTest {
    private static final String DAY = "0:86400000:day/tenant";
    private static final int RELAYS = 2;
    private static final int WRITERS = 3;
    private static final int PAIRS = 40;

    private final TestDatabase database = TestStores.newDatabase();
    private final Sql sql = new Sql(database);
    private final FakeMirror mirror = new FakeMirror();
    private final FailingStatements failing = new FailingStatements();
    private Database pool;

    @BeforeEach
    void prepare() throws SQLException {
        TestBilling.createTables(sql);
        pool = Database.open(TestBilling.access(database));
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void aRelayThatFailsAtAnyStatementLeavesTheRowToTheNext() throws Exception {
        DataSource source = failing.over(pool.pool());
        int statement = 0;
        boolean reached = true;
        while (reached) {
            sql.run(insertion("acme", statement + 1, "r-" + statement));
            failing.failAt(statement, "08006");
            try {
                relay(source).relay();
                reached = failing.failed();
            } catch (SQLException e) {
                assertThat(e.getMessage()).contains("injected");
                assertThat(unpublished()).as("statement %s", statement).isEqualTo(1);
            }
            failing.failAt(Integer.MAX_VALUE, "08006");
            relay(source).relay();
            assertThat(unpublished()).isZero();
            assertThat(mirror.settledIds()).contains("r-" + statement);
            assertThat(mirror.version("acme")).isEqualTo(statement + 1);
            statement++;
        }
        assertThat(statement).isGreaterThan(3);
    }

    @Test
    void theNewestFigureOfARoundStandsWhateverTheOrderOfItsIds() throws Exception {
        sql.run(insertion("acme", 7, "newer"));
        sql.run(insertion("acme", 6, "older"));

        assertThat(relay(pool.pool()).relay()).isEqualTo(new OutboxRelay.Round(2, 0));

        assertThat(mirror.applied()).singleElement().satisfies(update -> {
            assertThat(update.version()).isEqualTo(7);
            assertThat(update.balanceNanoUsd()).isEqualTo(1000 - 7);
            assertThat(update.settledRequestIds()).containsExactlyInAnyOrder("newer", "older");
            assertThat(update.budgets()).containsExactly(new BudgetSpent(BudgetBucket.parse(DAY), 7, 7));
        });
    }

    @Test
    void whatIsNotPublishedIsKeptHoweverOldItIs() throws Exception {
        sql.run(insertion("acme", 1, "published"));
        sql.run(insertion("acme", 2, "waiting"));
        sql.run("UPDATE outbox SET created_at = now() - interval '1 day'");
        sql.run("UPDATE outbox SET published_at = now() - interval '1 day' WHERE version = 1");

        int gone = Transactions.run(pool.pool(), connection -> OutboxTable.prune(connection, 600, new NobodyElse()));

        assertThat(gone).isEqualTo(1);
        relay(pool.pool()).relay();
        assertThat(mirror.settledIds()).containsExactly("waiting");
    }

    @Test
    void twoRelaysAtOnceMissNothingThatCommitsLate() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(RELAYS + WRITERS);
        AtomicBoolean written = new AtomicBoolean();
        List<Future<?>> running = new ArrayList<>();
        try {
            for (int i = 0; i < RELAYS; i++) {
                running.add(threads.submit(() -> {
                    OutboxRelay relay = relay(pool.pool());
                    while (!written.get() || unpublished() > 0) {
                        relay.relay();
                    }
                    return relay;
                }));
            }
            List<Future<?>> writing = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                String writer = "w" + i;
                writing.add(threads.submit(() -> {
                    write(writer);
                    return writer;
                }));
            }
            for (Future<?> writer : writing) {
                writer.get(2, TimeUnit.MINUTES);
            }
            written.set(true);
            for (Future<?> relay : running) {
                relay.get(2, TimeUnit.MINUTES);
            }
        } finally {
            written.set(true);
            threads.shutdownNow();
        }
        for (int i = 0; i < WRITERS; i++) {
            for (int pair = 1; pair <= PAIRS; pair++) {
                assertThat(mirror.settledIds()).contains("w" + i + "-early-" + pair, "w" + i + "-late-" + pair);
            }
            assertThat(mirror.version("w" + i + "-early")).isEqualTo(PAIRS);
            assertThat(mirror.version("w" + i + "-late")).isEqualTo(PAIRS);
        }
    }

    /** Pairs of rows of which the one with the lower id commits last. */
    private void write(String writer) throws SQLException {
        try (Connection early = sql.connect();
                Statement first = early.createStatement();
                Connection late = sql.connect();
                Statement second = late.createStatement()) {
            early.setAutoCommit(false);
            for (int pair = 1; pair <= PAIRS; pair++) {
                first.execute(insertion(writer + "-early", pair, writer + "-early-" + pair));
                second.execute(insertion(writer + "-late", pair, writer + "-late-" + pair));
                early.commit();
            }
        }
    }

    private OutboxRelay relay(DataSource source) {
        return new OutboxRelay(source, mirror, new Signal(), tenant -> {}, new NobodyElse());
    }

    private static final class NobodyElse implements OutboxReaders {
        @Override
        public boolean streaming() {
            return false;
        }

        @Override
        public boolean fanning() {
            return false;
        }

        @Override
        public int upkeep(Connection connection) {
            return 0;
        }
    }

    private long unpublished() throws SQLException {
        return sql.number("SELECT count(*) FROM outbox WHERE published_at IS NULL");
    }

    private static String insertion(String tenant, long version, String request) {
        return "INSERT INTO outbox (tenant_id, balance_nano_usd, version, settled_request_ids, budgets) VALUES ('"
                + tenant + "', " + (1000 - version) + ", " + version + ", '{" + request + "}', '{\"" + version + " "
                + DAY
                + "\"}')";
    }
}
