package io.hedgerow.billing.settlement;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.billing.charge.AbandonedRecords;
import io.hedgerow.billing.journal.JournalEntry;
import io.hedgerow.billing.support.Samples;
import io.hedgerow.core.port.AdmittedEntry;
import io.hedgerow.core.port.BudgetBucket;
import io.hedgerow.core.port.LateUsage;
import io.hedgerow.core.port.ProgressEntry;
import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.port.UsageSource;
import io.hedgerow.core.port.UsageStatus;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A record that was made for a dead node gives way, with everything that hangs on it, to what the node's journal says. */
@Tag("B5")
class RealSettlementsSupersedeTest {
    private static final BudgetBucket DAY = new BudgetBucket("day/tenant", 86_400_000, 172_800_000);
    private static final BudgetBucket KEY = new BudgetBucket("total/key:acme-ci", 0, BudgetBucket.NEVER);
    private static final long PRODUCED_COST = 100 * 250 + 40 * 2_000;

    private SettlementFixture fixture;

    @BeforeEach
    void prepare() throws SQLException {
        fixture = new SettlementFixture();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static AdmittedEntry admitted() {
        AdmittedEntry sample = Samples.admitted("r-1");
        return new AdmittedEntry(
                sample.requestId(),
                sample.clientRequestId(),
                sample.tenantId(),
                sample.keyId(),
                sample.model(),
                sample.dialect(),
                sample.unitPrices(),
                sample.inputTokensEstimate(),
                sample.startedAtMicros(),
                List.of(DAY, KEY));
    }

    private void abandon() throws InterruptedException {
        ProgressEntry seen = new ProgressEntry("r-1", "mock-a", "gpt-5-mini", new TokenUsage(0, 0, 0, 40, 0));
        fixture.settle(AbandonedRecords.of(admitted(), seen, Samples.STARTED + 5));
    }

    private static UsageRecord real(long cost) {
        return Samples.settled("r-1", cost).withBudgets(List.of(DAY, KEY));
    }

    private List<String> spent() throws SQLException {
        return fixture.sql.texts("SELECT budget || ' ' || spent_nano_usd FROM budget_spent ORDER BY 1");
    }

    @Test
    void anAbandonedRequestIsCountedWhereItWasAdmitted() throws Exception {
        abandon();
        assertThat(spent()).containsExactly("day/tenant " + PRODUCED_COST, "total/key:acme-ci " + PRODUCED_COST);
        assertThat(fixture.balance()).isEqualTo(Samples.BALANCE - PRODUCED_COST);
        assertThat(fixture.sql.brokenLaws()).isEmpty();
    }

    @Test
    void theRealOneBringsItsAttemptsItsBudgetsAndItsNewsToTheMirror() throws Exception {
        abandon();
        fixture.settle(real(100));

        assertThat(fixture.sql.texts("SELECT n || ' ' || outcome FROM attempts WHERE request_id = 'r-1' ORDER BY n"))
                .containsExactly("1 lost", "2 won");
        assertThat(spent()).containsExactly("day/tenant 100", "total/key:acme-ci 100");
        // Redis may hold the real cost as pending: only a balance that names the request ends it.
        assertThat(fixture.sql.texts("SELECT settled_request_ids::text || ' ' || balance_nano_usd FROM outbox"
                        + " WHERE 'r-1' = ANY(settled_request_ids) ORDER BY id"))
                .containsExactly("{r-1} " + (Samples.BALANCE - PRODUCED_COST), "{r-1} " + (Samples.BALANCE - 100));
        assertThat(fixture.sql.texts("SELECT spent_nano_usd || ' ' || request_count FROM api_keys"))
                .containsExactly("100 1");
        assertThat(fixture.sql.brokenLaws()).isEmpty();
    }

    @Test
    void lateUsageOfTheRealOneFollowsIt() throws Exception {
        abandon();
        fixture.settlements()
                .settle(List.of(
                        new JournalEntry.Settled(real(100)),
                        new JournalEntry.Late(new LateUsage("r-1", 1, new TokenUsage(10, 0, 0, 44, 0), 777))));
        assertThat(fixture.sql.texts("SELECT output_tokens || ' ' || provider_cost_nano_usd FROM attempts WHERE n = 1"))
                .containsExactly("44 777");
        assertThat(fixture.quarantined()).isZero();
    }

    @Test
    void aRealOneThatCostNothingGivesEverythingBack() throws Exception {
        abandon();
        fixture.settle(real(0));
        assertThat(fixture.balance()).isEqualTo(Samples.BALANCE);
        assertThat(spent()).containsExactly("day/tenant 0", "total/key:acme-ci 0");
        assertThat(fixture.sql.brokenLaws()).isEmpty();
    }

    @Test
    void whoIsGoneMeanwhilePaysNothingMore() throws Exception {
        abandon();
        fixture.sql.run("DELETE FROM api_keys");
        fixture.settle(real(100));
        assertThat(spent()).containsExactly("day/tenant 100", "total/key:acme-ci " + PRODUCED_COST);
        assertThat(fixture.sql.brokenLaws()).isEmpty();
        fixture.sql.run("DELETE FROM tenants");
        fixture.settle(Samples.settled("r-1", UsageStatus.ABANDONED, UsageSource.ESTIMATED, 5));
        assertThat(fixture.sql.texts("SELECT cost_nano_usd || ' ' || status FROM usage_records"))
                .containsExactly("100 completed");
    }

    @Test
    @Tag("B2")
    void lateUsageWithOtherContentIsReportedAndNeverChargedTwice() throws Exception {
        fixture.settle(real(100).chargingLosers());
        LateUsage first = new LateUsage("r-1", 1, new TokenUsage(10, 0, 0, 44, 0), 777);
        LateUsage other = new LateUsage("r-1", 1, new TokenUsage(10, 0, 0, 99, 0), 5_000);
        Settlements settlements = fixture.settlements();
        long before = fixture.balance();
        settlements.settle(List.of(new JournalEntry.Late(first)));
        settlements.settle(List.of(new JournalEntry.Late(first)));
        assertThat(fixture.quarantined()).isZero();
        long once = fixture.balance();
        assertThat(once).isNotEqualTo(before);

        settlements.settle(List.of(new JournalEntry.Late(other)));
        settlements.settle(List.of(new JournalEntry.Late(other)));

        assertThat(fixture.balance()).isEqualTo(once);
        assertThat(fixture.sql.texts("SELECT kind || ': ' || reason FROM quarantine"))
                .containsExactly("late: late usage of the attempt is known already, with other content");
        assertThat(fixture.sql.brokenLaws()).isEmpty();
    }
}
