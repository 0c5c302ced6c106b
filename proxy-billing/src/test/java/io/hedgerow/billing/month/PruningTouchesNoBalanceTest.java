package io.hedgerow.billing.month;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.billing.journal.JournalEntry;
import io.hedgerow.billing.ledger.LedgerCheck;
import io.hedgerow.billing.settlement.Settlements;
import io.hedgerow.billing.support.EventBed;
import io.hedgerow.billing.support.Samples;
import io.hedgerow.billing.tenant.TenantSeeds;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("D8")
class PruningTouchesNoBalanceTest {
    private static final String MONEY = """
            SELECT 'balance ' || balance_nano_usd || ' ' || spent_nano_usd || ' ' || version FROM tenants
            UNION ALL SELECT 'key ' || spent_nano_usd || ' ' || request_count FROM api_keys
            UNION ALL SELECT 'entry ' || entry_key || ' ' || account_id || ' ' || amount_nano_usd FROM ledger_entries
            UNION ALL SELECT 'outbox ' || id FROM outbox ORDER BY 1""";

    private EventBed bed;
    private Settlements settlements;

    @BeforeEach
    void settle() throws Exception {
        bed = new EventBed();
        TenantSeeds seeds = new TenantSeeds(bed.pool());
        CompletionStage<Void> unused = seeds.add(List.of(Samples.seed()));
        seeds.apply();
        settlements = new Settlements(bed.pool(), "node", new SimpleMeterRegistry());
        settlements.settle(IntStream.rangeClosed(1, 25)
                .<JournalEntry>mapToObj(i -> new JournalEntry.Settled(Samples.settled("r-" + i, 5)))
                .toList());
        bed.sql()
                .run(
                        "UPDATE usage_records SET started_at_micros = started_at_micros + 1000000 WHERE request_id = 'r-25'");
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void oldRecordsGoAndEverythingElseStays() throws Exception {
        Pruning pruning = new Pruning(bed.pool(), 10);
        long before = Samples.STARTED + 1;
        List<String> money = bed.sql().texts(MONEY);
        assertThat(pruning.size(before)).isEqualTo(new Pruning.Size(24, 120));
        assertThat(bed.sql().number("SELECT count(*) FROM usage_records")).isEqualTo(25);

        List<Long> progress = new ArrayList<>();
        assertThat(pruning.run(before, progress::add)).isEqualTo(24);

        assertThat(progress).containsExactly(10L, 20L, 24L, 24L);
        assertThat(bed.sql().texts("SELECT request_id FROM usage_records")).containsExactly("r-25");
        assertThat(bed.sql().number("SELECT count(*) FROM attempts")).isEqualTo(2);
        assertThat(bed.sql().texts(MONEY)).isEqualTo(money);
        assertThat(new LedgerCheck(bed.pool(), 5).run().balanced()).isTrue();
        assertThat(pruning.run(before, gone -> {})).isZero();
    }

    @Test
    void aRequestWhoseRecordIsPrunedIsNotChargedAgain() throws Exception {
        new Pruning(bed.pool(), 10).run(Samples.STARTED + 1, gone -> {});
        List<String> money = bed.sql().texts(MONEY);

        settlements.settle(List.of(new JournalEntry.Settled(Samples.settled("r-3", 5))));

        assertThat(bed.sql().texts(MONEY)).isEqualTo(money);
        assertThat(bed.sql().texts("SELECT request_id FROM quarantine")).containsExactly("r-3");
    }
}
