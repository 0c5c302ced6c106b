package io.hedgerow.billing.month;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.billing.journal.JournalEntry;
import io.hedgerow.billing.ledger.LedgerCheck;
import io.hedgerow.billing.settlement.Settlements;
import io.hedgerow.billing.store.Database;
import io.hedgerow.billing.support.Samples;
import io.hedgerow.billing.support.Sql;
import io.hedgerow.billing.support.TestBilling;
import io.hedgerow.billing.tenant.TenantSeeds;
import io.hedgerow.core.port.LateUsage;
import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.testkit.stores.TestDatabase;
import io.hedgerow.testkit.stores.TestStores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("D8")
class RecordsOfBeforeMonthsTest {
    private static final String MONTHS = "V25__usage_in_months.sql";
    private static final String OLD = "7k2mq8w3xv5c9d1f-";
    private static final String FILES = """
            SELECT pg_relation_filepath('%s') || ' ' || pg_relation_filepath('%s')""";

    private final TestDatabase database = TestStores.newDatabase();
    private final Sql sql = new Sql(database);

    @Test
    void theyStayWhereTheyAreAndAreKnownAgain() throws Exception {
        TestBilling.createTablesWithout(sql, MONTHS);
        try (Database pool = Database.open(TestBilling.access(database))) {
            TenantSeeds seeds = new TenantSeeds(pool.pool());
            CompletionStage<Void> unused = seeds.add(List.of(Samples.seed()));
            seeds.apply();
            Settlements settlements = new Settlements(pool.pool(), "node", new SimpleMeterRegistry());
            List<JournalEntry> entries = List.of(
                    new JournalEntry.Settled(Samples.settled(OLD + 1, 5)),
                    new JournalEntry.Settled(Samples.settled(OLD + 2, 6)));
            settlements.settle(entries);
            String files =
                    sql.texts(FILES.formatted("usage_records", "attempts")).get(0);

            sql.run(TestBilling.script(MONTHS));
            new MonthKeeper(pool.pool()).keep();

            assertThat(sql.texts(FILES.formatted("usage_records_other", "attempts_other")))
                    .as("nothing is written anew")
                    .containsExactly(files);
            settlements.settle(entries);
            settlements.settle(
                    List.of(new JournalEntry.Late(new LateUsage(OLD + 1, 1, new TokenUsage(110, 0, 0, 9, 0), 33))));
            assertThat(sql.texts("SELECT tableoid::regclass || ' ' || request_id FROM usage_records ORDER BY 1"))
                    .containsExactly("usage_records_other " + OLD + 1, "usage_records_other " + OLD + 2);
            assertThat(sql.number("SELECT provider_cost_nano_usd FROM attempts WHERE late"))
                    .isEqualTo(33);
            assertThat(sql.number("SELECT balance_nano_usd FROM tenants")).isEqualTo(Samples.BALANCE - 11);
            assertThat(new LedgerCheck(pool.pool(), 5).run().balanced()).isTrue();
        }
    }
}
