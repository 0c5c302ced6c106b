package io.hedgerow.billing.settlement;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.billing.ledger.LedgerCheck;
import io.hedgerow.billing.ledger.LedgerCheck.Check;
import io.hedgerow.billing.ledger.LedgerCheck.Difference;
import io.hedgerow.billing.ledger.LedgerCheck.Report;
import io.hedgerow.billing.support.Samples;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B1")
class LedgerIsVerifiedTest {
    private SettlementFixture fixture;

    @BeforeEach
    void settleThree() throws Exception {
        fixture = new SettlementFixture();
        fixture.settle(Samples.settled("r-1", 100), Samples.settled("r-2", 50), Samples.settled("r-3", 0));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void whatSettlementWroteBalances() throws SQLException {
        Report report = verify();
        assertThat(report.balanced()).isTrue();
        assertThat(report.entries()).isEqualTo(3);
        assertThat(report.checks())
                .extracting(Check::name)
                .containsExactly("entries", "balances", "spent", "records", "bookings");
    }

    @Test
    void aChangedBalanceIsFound() throws SQLException {
        fixture.sql.run("UPDATE tenants SET balance_nano_usd = balance_nano_usd + 1");
        assertThat(differences("balances"))
                .containsExactly(new Difference("acme", Samples.BALANCE - 149, Samples.BALANCE - 150));
    }

    @Test
    void aTenantMadeAnewAnswersForWhatItSpentItselfOnly() throws Exception {
        fixture.sql.run("DELETE FROM tenants");
        fixture.settle(Samples.settled("r-4", 30));
        fixture.seed();
        fixture.settle(Samples.settled("r-5", 7));
        assertThat(fixture.sql.number("SELECT spent_nano_usd FROM tenants")).isEqualTo(7);
        assertThat(verify().checks()).allMatch(check -> check.count() == 0);
        fixture.sql.run("UPDATE tenants SET spent_nano_usd = 157");
        assertThat(differences("spent")).containsExactly(new Difference("acme", 157, 7));
    }

    @Test
    void aChangedSumOfWhatWasSpentIsFound() throws SQLException {
        fixture.sql.run("UPDATE tenants SET spent_nano_usd = 7");
        assertThat(differences("spent")).containsExactly(new Difference("acme", 7, 150));
    }

    @Test
    void aRecordWithAnotherCostAndOneWithoutAnEntryAreFound() throws SQLException {
        fixture.sql.run("UPDATE usage_records SET cost_nano_usd = cost_nano_usd + 2 WHERE request_id <> 'r-2'");
        assertThat(differences("records"))
                .containsExactly(new Difference("r-1", 102, 100), new Difference("r-3", 2, 0));
    }

    @Test
    void anEntryWithOneSideIsFoundAndOnlySoManyAreKept() throws SQLException {
        fixture.sql.run("DELETE FROM ledger_entries WHERE account_id = 'revenue'");
        Report report = new LedgerCheck(fixture.pool(), 1).run();
        assertThat(report.balanced()).isFalse();
        assertThat(report.sumNanoUsd()).isEqualTo(-150);
        assertThat(report.checks().get(0).count()).isEqualTo(2);
        assertThat(report.checks().get(0).first()).containsExactly(new Difference("charge:r-1", 0, -100));
    }

    private List<Difference> differences(String name) throws SQLException {
        Report report = verify();
        assertThat(report.balanced()).isFalse();
        return report.checks().stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow()
                .first();
    }

    private Report verify() throws SQLException {
        return new LedgerCheck(fixture.pool(), 20).run();
    }
}
