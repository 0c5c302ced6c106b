package io.hedgerow.billing.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hedgerow.billing.store.Transactions;
import io.hedgerow.billing.support.Samples;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.port.UsageSource;
import io.hedgerow.core.port.UsageStatus;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B6")
class DeletedWhileStreamingTest {
    private final AtomicInteger writes = new AtomicInteger();
    private SettlementFixture fixture;

    @BeforeEach
    void prepare() throws Exception {
        fixture = new SettlementFixture();
        fixture.settle(Samples.settled("before", 10));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aKeyDeletedBeforeTheSettlementBecomesNull() throws Exception {
        fixture.sql.run("DELETE FROM api_keys");
        settleWhile(List.of(), Samples.settled("r-1", 100));

        assertThat(writes).as("nothing failed first").hasValue(1);
        assertThat(row("r-1")).containsExactly("acme null mock-b");
        assertThat(row("before")).containsExactly("acme null mock-b");
        assertThat(fixture.balance()).isEqualTo(Samples.BALANCE - 110);
        assertThat(rollbacks()).isZero();
    }

    @Test
    void aTenantDeletedBeforeTheSettlementKeepsItsHistoryAndLedger() throws Exception {
        fixture.sql.run("DELETE FROM tenants");
        fixture.settle(Samples.settled("r-1", 100));

        assertThat(row("r-1")).containsExactly("null acme-ci mock-b");
        assertThat(fixture.sql.number(
                        "SELECT sum(amount_nano_usd) FROM ledger_entries WHERE account_id = 'tenant:acme'"))
                .isEqualTo(Samples.BALANCE - 110);
        assertThat(fixture.sql.number("SELECT count(*) FROM outbox WHERE 'r-1' = ANY(settled_request_ids)"))
                .isZero();
    }

    @Test
    void historySurvivesEveryDeletion() throws Exception {
        fixture.settle(Samples.settled("r-1", 100));
        List<String> ledger = fixture.sql.texts("SELECT l::text FROM ledger_entries l ORDER BY 1");
        fixture.sql.run("DELETE FROM providers; DELETE FROM api_keys; DELETE FROM tenants");

        assertThat(row("before")).containsExactly("null null null");
        assertThat(row("r-1")).containsExactly("null null null");
        assertThat(fixture.sql.texts("SELECT n || ' ' || outcome || ' ' || provider_cost_nano_usd FROM attempts"
                        + " WHERE request_id = 'r-1' ORDER BY n"))
                .containsExactly("1 lost 0", "2 won 12345");
        assertThat(fixture.sql.texts("SELECT l::text FROM ledger_entries l ORDER BY 1"))
                .isEqualTo(ledger);
        assertThat(fixture.sql.number("SELECT sum(cost_nano_usd) FROM usage_records"))
                .isEqualTo(110);
    }

    @Test
    void aKeyDeletedBetweenTheReadAndTheInsertBecomesNullAndTheRestIsCharged() throws Exception {
        settleWhile(
                "DELETE FROM api_keys WHERE id = 'acme-ci'", Samples.settled("r-1", 100), Samples.settled("r-2", 1));

        assertThat(row("r-1")).containsExactly("acme null mock-b");
        assertThat(row("r-2")).containsExactly("acme null mock-b");
        assertThat(fixture.balance()).isEqualTo(Samples.BALANCE - 111);
        assertThat(rollbacks()).isZero();
        assertThat(fixture.quarantined()).isZero();
    }

    @Test
    void onlyWhatIsGoneBecomesNull() throws Exception {
        fixture.sql.run("INSERT INTO api_keys (id, tenant_id, secret_sha256) VALUES ('other', 'acme', '')");
        UsageRecord other = Samples.record(
                new Samples.Who("r-2", "acme", "other", "mock-b"), UsageStatus.COMPLETED, UsageSource.PROVIDER, 1);
        settleWhile("DELETE FROM api_keys WHERE id = 'acme-ci'", Samples.settled("r-1", 100), other);

        assertThat(row("r-1")).containsExactly("acme null mock-b");
        assertThat(row("r-2")).containsExactly("acme other mock-b");
        assertThat(fixture.sql.number("SELECT spent_nano_usd FROM api_keys WHERE id = 'other'"))
                .isEqualTo(1);
    }

    @Test
    void keyTenantAndProviderMayAllGoBetweenTheReadAndTheInsert() throws Exception {
        settleWhile(
                "DELETE FROM api_keys; DELETE FROM providers WHERE id = 'mock-b'; DELETE FROM tenants",
                Samples.settled("r-1", 100));

        assertThat(row("r-1")).containsExactly("null null null");
        assertThat(fixture.sql.texts("SELECT provider_id FROM attempts WHERE request_id = 'r-1' ORDER BY n"))
                .containsExactly("mock-a", "null");
        assertThat(fixture.quarantined()).isZero();
    }

    @Test
    void eachColumnIsRepairedOnceAlthoughOneGoesAfterTheOther() throws Exception {
        settleWhile(
                List.of(
                        "DELETE FROM api_keys WHERE id = 'acme-ci'",
                        "DELETE FROM providers WHERE id = 'mock-b'",
                        "DELETE FROM tenants WHERE id = 'acme'"),
                Samples.settled("r-1", 100));

        assertThat(row("r-1")).containsExactly("null null null");
        assertThat(fixture.sql.number("SELECT -sum(amount_nano_usd) FROM ledger_entries WHERE entry_key = 'charge:r-1'"
                        + " AND account_id = 'tenant:acme'"))
                .isEqualTo(100);
        assertThat(rollbacks()).isZero();
        assertThat(fixture.quarantined()).isZero();
    }

    @Test
    void aSecondViolationOfTheSameColumnStartsAnewAndLosesNothing() throws Exception {
        fixture.sql.run("INSERT INTO api_keys (id, tenant_id, secret_sha256) VALUES ('other', 'acme', '')");
        UsageRecord other = Samples.record(
                new Samples.Who("r-2", "acme", "other", "mock-b"), UsageStatus.COMPLETED, UsageSource.PROVIDER, 1);
        settleWhile(
                List.of("DELETE FROM api_keys WHERE id = 'acme-ci'", "DELETE FROM api_keys WHERE id = 'other'"),
                Samples.settled("r-1", 100),
                other);

        assertThat(rollbacks()).isEqualTo(1);
        assertThat(row("r-1")).containsExactly("acme null mock-b");
        assertThat(row("r-2")).containsExactly("acme null mock-b");
        assertThat(fixture.balance()).isEqualTo(Samples.BALANCE - 111);
        assertThat(fixture.quarantined()).isZero();
    }

    @Test
    void aConstraintThatIsNotOursIsNotRepaired() throws Exception {
        fixture.sql.run("CREATE TABLE models (id text PRIMARY KEY);"
                + "ALTER TABLE usage_records_other ADD CONSTRAINT usage_records_model_fkey FOREIGN KEY (model)"
                + " REFERENCES models NOT VALID");
        assertThatThrownBy(() -> Transactions.run(
                        between(List.of()),
                        connection -> fixture.settlements()
                                .settle(connection, SettlementFixture.entries(Samples.settled("r-1", 100)))))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("usage_records_model_fkey");
        assertThat(writes).as("tried once").hasValue(1);

        fixture.settle(Samples.settled("r-1", 100));

        assertThat(row("r-1")).isEmpty();
        assertThat(fixture.sql.texts("SELECT request_id FROM quarantine")).containsExactly("r-1");
        assertThat(fixture.balance()).isEqualTo(Samples.BALANCE - 10);
    }

    private void settleWhile(String sql, UsageRecord... records) throws InterruptedException {
        settleWhile(List.of(sql), records);
    }

    /** Runs each on another connection after the settlement has once more read what is there, before it writes. */
    private void settleWhile(List<String> sql, UsageRecord... records) throws InterruptedException {
        fixture.settlements(between(sql)).settle(SettlementFixture.entries(records));
        assertThat(writes.get()).isGreaterThan(sql.size());
    }

    /** Counts how often records are written, each time after a savepoint. */
    private DataSource between(List<String> sql) {
        DataSource source = fixture.pool();
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (self, method, arguments) -> {
                    Connection connection = source.getConnection();
                    return Proxy.newProxyInstance(
                            Connection.class.getClassLoader(),
                            new Class<?>[] {Connection.class},
                            (me, call, values) -> {
                                if (call.getName().equals("setSavepoint") && writes.getAndIncrement() < sql.size()) {
                                    fixture.sql.run(sql.get(writes.get() - 1));
                                }
                                try {
                                    return call.invoke(connection, values);
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                }
                            });
                });
    }

    private List<String> row(String requestId) throws SQLException {
        return fixture.sql.texts("SELECT coalesce(tenant_id, 'null') || ' ' || coalesce(key_id, 'null') || ' '"
                + " || coalesce(provider_id, 'null') FROM usage_records WHERE request_id = '" + requestId + "'");
    }

    private double rollbacks() {
        return fixture.meters.counter("billing.transaction_rollback_count").count();
    }
}
