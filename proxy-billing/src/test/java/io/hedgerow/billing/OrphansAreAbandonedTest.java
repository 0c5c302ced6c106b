package io.hedgerow.billing;

import static io.hedgerow.billing.support.TestBilling.await;
import static io.hedgerow.billing.support.TestBilling.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.billing.support.Pace;
import io.hedgerow.billing.support.Samples;
import io.hedgerow.billing.support.Sql;
import io.hedgerow.billing.support.TestBilling;
import io.hedgerow.core.port.MeterNames;
import io.hedgerow.core.port.ProgressEntry;
import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.port.UsageStatus;
import io.hedgerow.testkit.stores.TestDatabase;
import io.hedgerow.testkit.stores.TestStores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("B5")
class OrphansAreAbandonedTest {
    private static final long PRODUCED_COST = 100 * 250 + 40 * 2_000;

    private TestDatabase database = TestStores.newDatabase();
    private Sql sql = new Sql(database);

    @TempDir
    Path first;

    @TempDir
    Path second;

    @Test
    void aRequestThatTheFormerRunLeftOpenIsChargedWhatItHadProduced() throws Exception {
        try (Billing billing = TestBilling.open(database, first)) {
            get(billing.journal().admitted(Samples.admitted("silent")));
            get(billing.journal().admitted(Samples.admitted("talking")));
            billing.journal().progress(progress("talking", 20));
            billing.journal().progress(progress("talking", 40));
            get(billing.journal().settled(Samples.settled("done", 1)));
        }
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (Billing billing = TestBilling.open(TestBilling.settings(database, first), meters)) {
            await().until(() -> get(billing.queries().usage("talking")).isPresent());
            UsageRecord talking = get(billing.queries().usage("talking")).orElseThrow();
            UsageRecord silent = get(billing.queries().usage("silent")).orElseThrow();

            assertThat(talking.status()).isEqualTo(UsageStatus.ABANDONED);
            assertThat(talking.providerId()).isEqualTo("mock-a");
            assertThat(talking.costNanoUsd()).isEqualTo(PRODUCED_COST);
            assertThat(silent.status()).isEqualTo(UsageStatus.ABANDONED);
            assertThat(silent.costNanoUsd()).isZero();
            assertThat(meters.counter(MeterNames.ORPHANS).count()).isEqualTo(2);
            assertThat(sql.brokenLaws()).isEmpty();
        }
    }

    @Test
    void aDeadNodesRequestsAreClosedByAnotherAndSupersededIfItComesBack() throws Exception {
        Pace.some(this::aDeadNode);
    }

    private void aDeadNode(int slower) throws Exception {
        anew();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (Billing alive = TestBilling.open(settings(second, slower), meters)) {
            try (Billing dying = TestBilling.open(settings(first, slower), meters())) {
                get(dying.journal().admitted(Samples.admitted("lost")));
                dying.journal().progress(progress("lost", 20));
                await().until(() -> told("lost", 20));
                dying.journal().progress(progress("lost", 40));
                get(dying.journal().admitted(Samples.admitted("found")));
                await().until(() -> {
                    assertThat(sql.number("SELECT count(*) FROM usage_records")).isZero();
                    return told("lost", 40) && sql.number("SELECT count(*) FROM open_requests") == 2;
                });
            }
            await().until(() -> sql.number("SELECT count(*) FROM usage_records WHERE status = 'abandoned'") == 2);
            assertThat(get(alive.queries().usage("lost")).orElseThrow().costNanoUsd())
                    .isEqualTo(PRODUCED_COST);
            assertThat(meters.counter(MeterNames.ORPHANS).count()).isEqualTo(2);
            assertThat(sql.number("SELECT count(*) FROM open_requests")).isZero();

            get(alive.journal().settled(Samples.settled("found", 77)));
            await().until(() ->
                    get(alive.queries().usage("found")).orElseThrow().status() == UsageStatus.COMPLETED);
            assertThat(sql.brokenLaws()).isEmpty();
        }
    }

    @Test
    void aNodeThatComesBackWithoutItsJournalDoesNotLeaveItsRequestsOpen() throws Exception {
        try (Billing dying =
                TestBilling.open(TestBilling.settings(database, first).withNodeId("n"), meters())) {
            get(dying.journal().admitted(Samples.admitted("lost")));
            await().until(() -> sql.number("SELECT count(*) FROM open_requests") == 1);
        }
        try (Billing back =
                TestBilling.open(TestBilling.settings(database, second).withNodeId("n"), meters())) {
            await().until(() -> get(back.queries().usage("lost")).isPresent());
        }
    }

    @Test
    void aLivingNodesRequestsStayOpenHoweverLongTheyTake() throws Exception {
        Pace.some(this::aLongRequest);
    }

    private void aLongRequest(int slower) throws Exception {
        anew();
        try (Billing one = TestBilling.open(settings(first, slower), meters());
                Billing two = TestBilling.open(settings(second, slower), meters())) {
            get(one.journal().admitted(Samples.admitted("long")));
            await().until(() -> sql.number("SELECT count(*) FROM open_requests") == 1);
            await().until(() -> sql.number("SELECT count(*) FROM gateway_nodes n JOIN open_requests o USING (node_id)"
                                    + " WHERE extract(epoch FROM n.heartbeat_at) * 1000 > n.incarnation + "
                                    + 5000 * slower)
                            == 1
                    || sql.number("SELECT count(*) FROM usage_records") > 0);
            assertThat(sql.number("SELECT count(*) FROM usage_records")).isZero();
            get(one.journal().settled(Samples.settled("long", 3)));
            await().until(() -> get(two.queries().usage("long")).isPresent());
            assertThat(sql.number("SELECT count(*) FROM open_requests")).isZero();
        }
    }

    private boolean told(String requestId, long output) throws Exception {
        return sql.number("SELECT count(*) FROM open_requests WHERE request_id = '" + requestId
                        + "' AND output_tokens = " + output)
                == 1;
    }

    /** A slower try has nothing of the former one. */
    private void anew() throws Exception {
        database = TestStores.newDatabase();
        sql = new Sql(database);
        first = Files.createTempDirectory(first, "try");
        second = Files.createTempDirectory(second, "try");
    }

    private BillingSettings settings(Path dataDir, int slower) {
        return TestBilling.settings(database, dataDir).withLease(Duration.ofSeconds(2L * slower));
    }

    private static ProgressEntry progress(String requestId, long output) {
        return new ProgressEntry(requestId, "mock-a", "gpt-5-mini", new TokenUsage(0, 0, 0, output, 0));
    }

    private static SimpleMeterRegistry meters() {
        return new SimpleMeterRegistry();
    }
}
