package io.hedgerow.billing.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.billing.Migrations;
import io.hedgerow.billing.settlement.Settlements;
import io.hedgerow.billing.store.Database;
import io.hedgerow.billing.support.Sql;
import io.hedgerow.billing.support.TestBilling;
import io.hedgerow.core.port.MeterNames;
import io.hedgerow.testkit.stores.TestDatabase;
import io.hedgerow.testkit.stores.TestStores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B5")
class PausedNodesJudgeNobodyTest {
    private static final Duration LEASE = Duration.ofMinutes(10);

    private final TestDatabase access = TestStores.newDatabase();
    private final Sql sql = new Sql(access);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicBoolean steady = new AtomicBoolean(true);
    private Database database;
    private Heartbeat heartbeat;
    private OrphanSweeper sweeper;

    @BeforeEach
    void standStillForAnHour() throws SQLException {
        Migrations.migrate(TestBilling.access(access));
        database = Database.open(TestBilling.access(access));
        heartbeat = new Heartbeat(database.pool(), new Node("me", 1), LEASE, () -> true);
        Settlements settlements = new Settlements(database.pool(), "me", meters);
        OrphanSweeper.Judge judge = new OrphanSweeper.Judge("me", steady::get);
        sweeper = new OrphanSweeper(database.pool(), settlements, LEASE, meters.counter(MeterNames.ORPHANS), judge);
        sql.run("INSERT INTO gateway_nodes SELECT id, 1, true, now() - interval '1 hour'"
                + " FROM (VALUES ('me'), ('other')) nodes (id)");
        sql.run("INSERT INTO open_requests (request_id, node_id, incarnation, tenant_id, key_id, model, dialect,"
                + " input_price, output_price, cached_input_price, cache_write_price, input_tokens_estimate,"
                + " started_at_micros, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens,"
                + " reasoning_tokens) SELECT id, id, 1, 'acme', 'acme-ci', 'm', 'openai', 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0"
                + " FROM (VALUES ('me'), ('other')) requests (id)");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void nobodyIsDeadBeforeItHasBeatenItself() throws Exception {
        assertThat(sweeper.sweep()).isZero();
        heartbeat.beat();
        assertThat(sweeper.sweep()).isEqualTo(1);
        assertThat(sql.texts("SELECT request_id FROM open_requests")).containsExactly("me");
    }

    @Test
    void nobodyIsDeadWhoWasFoundSoByANodeThatIsNotSteadyAnyMore() throws Exception {
        heartbeat.beat();
        steady.set(false);
        assertThat(sweeper.sweep()).isZero();
        assertThat(sql.number("SELECT count(*) FROM open_requests")).isEqualTo(2);
    }

    @Test
    void aNodeThatIsBackSettlesWhatItsJournalHasBeforeTheRestCountsAsLost() throws Exception {
        heartbeat.beat();
        sql.run("UPDATE gateway_nodes SET incarnation = 2, replayed = false, heartbeat_at = now()"
                + " WHERE node_id = 'other'");
        assertThat(sweeper.sweep()).isZero();
        sql.run("UPDATE gateway_nodes SET replayed = true WHERE node_id = 'other'");
        assertThat(sweeper.sweep()).isEqualTo(1);
    }

    @Test
    void aGapBetweenTwoBeatsBeginsTheSteadyTimeAnew() throws Exception {
        AtomicLong now = new AtomicLong(7);
        Heartbeat beating = new Heartbeat(database.pool(), new Node("me", 1), LEASE, () -> true, now::get);
        beating.beat();
        for (int i = 0; i < 2; i++) {
            assertThat(beating.steadyFor(LEASE)).isFalse();
            now.addAndGet(LEASE.toNanos() / 2);
            beating.beat();
        }
        assertThat(beating.steadyFor(LEASE)).isTrue();
        now.addAndGet(LEASE.toNanos());
        assertThat(beating.steadyFor(LEASE)).as("standing still").isFalse();
        beating.beat();
        assertThat(beating.steadyFor(LEASE)).as("back").isFalse();
    }
}
