package io.hedgerow.billing.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hedgerow.billing.journal.JournalEntry;
import io.hedgerow.billing.store.Transactions;
import io.hedgerow.billing.support.FailingStatements;
import io.hedgerow.billing.support.Samples;
import io.hedgerow.core.port.BudgetBucket;
import io.hedgerow.core.port.LateUsage;
import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UsageSource;
import io.hedgerow.core.port.UsageStatus;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B1")
class SettlementIsAllOrNothingTest {
    private static final BudgetBucket DAY = new BudgetBucket("day/tenant", 86_400_000, 172_800_000);

    private final FailingStatements failing = new FailingStatements();
    private SettlementFixture fixture;

    @BeforeEach
    void prepare() throws SQLException {
        fixture = new SettlementFixture();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aFailureAtAnyStatementLeavesNothingBehind() throws Exception {
        DataSource source = failing.over(fixture.pool());
        fixture.settle(Samples.settled("gone", UsageStatus.ABANDONED, UsageSource.ESTIMATED, 5));
        fixture.sql.run("""
                INSERT INTO open_requests (request_id, node_id, incarnation, tenant_id, key_id, model, dialect, input_price,
                    output_price, cached_input_price, cache_write_price, input_tokens_estimate, started_at_micros,
                    input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens)
                VALUES ('r-1', 'node-a', 1, 'acme', 'acme-ci', 'm', 'openai', 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0)""");
        List<String> before = everything();
        int statements = 0;
        boolean reached = true;
        while (reached) {
            failing.failAt(statements, "08006");
            try {
                Transactions.run(
                        source, connection -> fixture.settlements(source).settle(connection, batch()));
                reached = false;
            } catch (SQLException e) {
                assertThat(e.getMessage()).contains("injected");
                assertThat(everything()).as("after statement %s", statements).isEqualTo(before);
                statements++;
            }
        }
        assertThat(statements).isGreaterThan(20);
        assertThat(everything()).isNotEqualTo(before).noneMatch(row -> row.startsWith("open "));
        assertThat(fixture.sql.number("SELECT spent_nano_usd FROM budget_spent"))
                .isEqualTo(100);
        assertThat(fixture.sql.brokenLaws()).isEmpty();
    }

    @Test
    void aFailureThatPassesIsTriedAgainUntilTheWholeIsThere() throws Exception {
        DataSource source = failing.over(fixture.pool());
        for (int statement = 0; statement < 6; statement++) {
            failing.failAt(statement, statement % 2 == 0 ? "40001" : "57P01");
            fixture.settlements(source).settle(SettlementFixture.entries(Samples.settled("s-" + statement, 10)));
            assertThat(failing.failed()).isTrue();
        }
        assertThat(fixture.sql.number("SELECT count(*) FROM usage_records")).isEqualTo(6);
        assertThat(fixture.balance()).isEqualTo(Samples.BALANCE - 60);
        assertThat(fixture.meters.counter("billing.transaction_rollback_count").count())
                .isEqualTo(6);
        assertThat(fixture.sql.brokenLaws()).isEmpty();
    }

    @Test
    void chargeLedgerBalanceAndOutboxAppearInOneTransaction() throws Exception {
        fixture.sql.run("""
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '40001'; END $$;
                CREATE TRIGGER refuse BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION refuse()""");
        assertThatThrownBy(() -> Transactions.run(
                        fixture.pool(), connection -> fixture.settlements().settle(connection, batch())))
                .hasMessageContaining("refused");
        assertThat(fixture.sql.number("SELECT count(*) FROM usage_records")).isZero();
        assertThat(fixture.sql.number("SELECT count(*) FROM ledger_entries WHERE kind = 'charge'"))
                .isZero();
        assertThat(fixture.balance()).isEqualTo(Samples.BALANCE);
    }

    private static List<JournalEntry> batch() {
        List<JournalEntry> batch = new ArrayList<>(SettlementFixture.entries(
                Samples.settled("r-1", 100).withBudgets(List.of(DAY)),
                Samples.settled("r-2", 200),
                Samples.settled("gone", 7)));
        batch.add(new JournalEntry.Late(new LateUsage("r-1", 1, new TokenUsage(1, 0, 0, 9, 0), 33)));
        batch.add(new JournalEntry.Late(new LateUsage("unknown", 1, TokenUsage.NONE, 1)));
        return batch;
    }

    private List<String> everything() throws SQLException {
        return fixture.sql.texts("""
                SELECT 'usage ' || u::text FROM usage_records u UNION ALL SELECT 'attempt ' || a::text FROM attempts a
                UNION ALL SELECT 'ledger ' || l::text FROM ledger_entries l
                UNION ALL SELECT 'account ' || l::text FROM ledger_accounts l
                UNION ALL SELECT 'tenant ' || t::text FROM tenants t UNION ALL SELECT 'key ' || k::text FROM api_keys k
                UNION ALL SELECT 'provider ' || p::text FROM providers p
                UNION ALL SELECT 'budget ' || b::text FROM budget_spent b
                UNION ALL SELECT 'open ' || o::text FROM open_requests o
                UNION ALL SELECT 'outbox ' || o::text FROM outbox o
                UNION ALL SELECT 'quarantine ' || q::text FROM quarantine q ORDER BY 1""");
    }
}
