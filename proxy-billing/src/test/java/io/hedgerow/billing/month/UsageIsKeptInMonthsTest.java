package io.hedgerow.billing.month;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hedgerow.billing.journal.JournalEntry;
import io.hedgerow.billing.ledger.LedgerCheck;
import io.hedgerow.billing.settlement.Settlements;
import io.hedgerow.billing.store.Transactions;
import io.hedgerow.billing.support.EventBed;
import io.hedgerow.billing.support.Samples;
import io.hedgerow.billing.support.TestBilling;
import io.hedgerow.billing.tenant.TenantSeeds;
import io.hedgerow.core.port.UsageSource;
import io.hedgerow.core.port.UsageStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("D8")
class UsageIsKeptInMonthsTest {
    private static final Month NOVEMBER = new Month(YearMonth.of(2023, 11));
    private static final String ID = "20231114221320-process-";
    private static final String PLACES = """
            SELECT tableoid::regclass || ' ' || request_id FROM usage_records
            UNION ALL SELECT tableoid::regclass || ' ' || request_id || ' ' || n FROM attempts ORDER BY 1""";

    private EventBed bed;
    private Settlements settlements;

    @BeforeEach
    void prepare() throws Exception {
        bed = new EventBed();
        TenantSeeds seeds = new TenantSeeds(bed.pool());
        CompletionStage<Void> unused = seeds.add(List.of(Samples.seed()));
        seeds.apply();
        settlements = new Settlements(bed.pool(), "node", new SimpleMeterRegistry());
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void thisMonthAndTheNextTwoAreMadeOnceByHoweverManyNodes() throws Exception {
        ExecutorService nodes = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int node = 0; node < 3; node++) {
                runs.add(nodes.submit(() -> {
                    new MonthKeeper(bed.pool()).keep();
                    return null;
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            nodes.shutdownNow();
        }
        new MonthKeeper(bed.pool()).keep();
        Month now = Month.of(Instant.now());
        assertThat(months()).containsSequence(now, now.next(), now.next().next());
    }

    @Test
    void aRecordLiesInTheMonthOfItsIdAndIsChargedOnce() throws Exception {
        make(NOVEMBER);
        make(NOVEMBER.next());
        JournalEntry first = new JournalEntry.Settled(Samples.settled(ID + 1, 5));
        settlements.settle(List.of(first, new JournalEntry.Settled(Samples.settled("of-another-kind", 7))));
        for (int i = 0; i < 20; i++) {
            settlements.settle(List.of(first));
        }
        assertThat(bed.sql().texts(PLACES))
                .containsExactly(
                        "attempts_2023_11 " + ID + "1 1",
                        "attempts_2023_11 " + ID + "1 2",
                        "attempts_other of-another-kind 1",
                        "attempts_other of-another-kind 2",
                        "usage_records_2023_11 " + ID + "1",
                        "usage_records_other of-another-kind");
        assertThat(balance()).isEqualTo(Samples.BALANCE - 12);
        assertThat(new LedgerCheck(bed.pool(), 5).run().balanced()).isTrue();
    }

    @Test
    void aMonthMadeLateTakesWhatWaitsForItAndKnowsItAgain() throws Exception {
        settlements.settle(List.of(
                new JournalEntry.Settled(Samples.settled(ID + 1, UsageStatus.ABANDONED, UsageSource.ESTIMATED, 3)),
                new JournalEntry.Settled(Samples.settled("20231201000000-process-2", 4))));
        make(NOVEMBER);
        assertThat(bed.sql().texts(PLACES))
                .containsExactly(
                        "attempts_2023_11 " + ID + "1 1",
                        "attempts_2023_11 " + ID + "1 2",
                        "attempts_other 20231201000000-process-2 1",
                        "attempts_other 20231201000000-process-2 2",
                        "usage_records_2023_11 " + ID + "1",
                        "usage_records_other 20231201000000-process-2");

        settlements.settle(List.of(new JournalEntry.Settled(Samples.settled(ID + 1, 5))));

        assertThat(bed.sql().texts("SELECT status FROM usage_records_2023_11")).containsExactly("completed");
        assertThat(balance()).isEqualTo(Samples.BALANCE - 9);
    }

    @Test
    @Tag("B6")
    void whatAMonthRefersToMayGo() throws Exception {
        make(NOVEMBER);
        settlements.settle(List.of(new JournalEntry.Settled(Samples.settled(ID + 1, 5))));
        bed.sql().run("DELETE FROM api_keys; DELETE FROM providers; DELETE FROM tenants");

        assertThat(bed.sql().texts("""
                SELECT concat(request_id, tenant_id, key_id, provider_id) FROM usage_records
                UNION ALL SELECT concat(n, provider_id) FROM attempts ORDER BY 1""")).containsExactly("1", "2", ID + "1");
        assertThatThrownBy(() -> bed.sql().run("UPDATE usage_records_2023_11 SET key_id = 'nobody'"))
                .hasMessageContaining("\"usage_records_key_id_fkey\"");
        assertThatThrownBy(() -> bed.sql().run("UPDATE attempts_2023_11 SET provider_id = 'nobody'"))
                .hasMessageContaining("\"attempts_provider_id_fkey\"");
    }

    @Test
    void oldMonthsAreDroppedAndTheRestIsDeletedInBatches() throws Exception {
        make(NOVEMBER);
        make(NOVEMBER.next());
        settlements.settle(IntStream.rangeClosed(1, 25)
                .<JournalEntry>mapToObj(i -> new JournalEntry.Settled(Samples.settled(ID + i, 5)))
                .toList());
        settlements.settle(List.of(
                new JournalEntry.Settled(Samples.settled("20231201000000-process-26", 5)),
                new JournalEntry.Settled(Samples.settled("old-1", 5))));
        long day = 86_400_000_000L;
        bed.sql()
                .run("UPDATE usage_records SET started_at_micros = " + NOVEMBER.endMicros()
                        + " WHERE request_id = '20231201000000-process-26'");
        List<Long> progress = new ArrayList<>();
        Pruning pruning = new Pruning(bed.pool(), 10);

        assertThat(pruning.size(NOVEMBER.endMicros())).isEqualTo(new Pruning.Size(26, 130));
        assertThat(pruning.run(NOVEMBER.endMicros(), progress::add)).isEqualTo(26);
        assertThat(progress).containsExactly(25L, 26L, 26L);
        assertThat(bed.sql().texts("SELECT request_id FROM usage_records"))
                .containsExactly("20231201000000-process-26");
        assertThat(bed.sql().number("SELECT count(*) FROM attempts")).isEqualTo(2);
        assertThat(bed.sql().texts("SELECT relname FROM pg_class WHERE relname LIKE '%\\_2023\\_%' AND relkind = 'r'"))
                .containsExactlyInAnyOrder("usage_records_2023_12", "attempts_2023_12");
        assertThat(balance()).isEqualTo(Samples.BALANCE - 135);
        assertThat(new LedgerCheck(bed.pool(), 5).run().balanced()).isTrue();

        // A month that is not over by then loses records, and stays.
        assertThat(pruning.run(NOVEMBER.endMicros() + day, progress::add)).isEqualTo(1);
        assertThat(bed.sql().number("SELECT count(*) FROM usage_records_2023_12"))
                .isZero();
    }

    @Test
    void aRequestThatBeganAfterItsIdsMonthIsNoPartOfWhatIsBefore() throws Exception {
        make(NOVEMBER);
        settlements.settle(List.of(
                new JournalEntry.Settled(Samples.settled(ID + 1, 5)),
                new JournalEntry.Settled(Samples.settled("20231130235959-process-2", 5))));
        bed.sql()
                .run("UPDATE usage_records SET started_at_micros = " + NOVEMBER.endMicros()
                        + " WHERE request_id = '20231130235959-process-2'");

        assertThat(new Pruning(bed.pool(), 10).run(NOVEMBER.endMicros(), gone -> {}))
                .isEqualTo(1);

        assertThat(bed.sql().texts("SELECT request_id FROM usage_records_2023_11"))
                .containsExactly("20231130235959-process-2");
    }

    @Test
    void tablesInUseAreLeftAloneAndTriedAgain() throws Exception {
        make(NOVEMBER);
        settlements.settle(List.of(new JournalEntry.Settled(Samples.settled(ID + 1, 5))));
        ExecutorService operator = Executors.newSingleThreadExecutor();
        try (Connection busy = bed.pool().getConnection()) {
            busy.setAutoCommit(false);
            try (Statement statement = busy.createStatement()) {
                statement.execute("SELECT count(*) FROM usage_records");
                assertThatThrownBy(() -> new MonthKeeper(bed.pool()).keep())
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("lock timeout");
                Future<Long> pruned =
                        operator.submit(() -> new Pruning(bed.pool(), 10).run(NOVEMBER.endMicros(), gone -> {}));
                TestBilling.await()
                        .until(() -> bed.sql()
                                        .number("SELECT count(*) FROM pg_stat_activity"
                                                + " WHERE wait_event_type = 'Lock' AND query LIKE 'DROP TABLE%'")
                                > 0);
                assertThat(bed.sql().number("SELECT count(*) FROM usage_records"))
                        .isEqualTo(1);
                busy.commit();
                assertThat(pruned.get()).isEqualTo(1);
            }
        } finally {
            operator.shutdownNow();
        }
        new MonthKeeper(bed.pool()).keep();
        assertThat(months()).contains(Month.of(Instant.now()));
    }

    private void make(Month month) throws SQLException {
        Transactions.run(bed.pool(), connection -> {
            new UsageMonths(connection).make(month);
            return month;
        });
    }

    private List<Month> months() throws SQLException {
        return Transactions.run(bed.pool(), connection -> new UsageMonths(connection).all());
    }

    private long balance() throws SQLException {
        return bed.sql().number("SELECT balance_nano_usd FROM tenants");
    }
}
