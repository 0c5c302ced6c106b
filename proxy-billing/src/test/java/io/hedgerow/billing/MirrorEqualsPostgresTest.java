package io.hedgerow.billing;

import static io.hedgerow.billing.support.TestBilling.await;
import static io.hedgerow.billing.support.TestBilling.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.billing.support.FakeMirror;
import io.hedgerow.billing.support.Samples;
import io.hedgerow.billing.support.Sql;
import io.hedgerow.billing.support.TestBilling;
import io.hedgerow.core.port.MeterNames;
import io.hedgerow.testkit.stores.TestDatabase;
import io.hedgerow.testkit.stores.TestStores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("law6")
class MirrorEqualsPostgresTest {
    private final TestDatabase database = TestStores.newDatabase();
    private final Sql sql = new Sql(database);
    private final FakeMirror mirror = new FakeMirror();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @TempDir
    Path dataDir;

    @Test
    void balancesFollowSettlementsSurviveAFlushAndOvertakeAForeignVersion() throws Exception {
        try (Billing billing = TestBilling.open(TestBilling.settings(database, dataDir), meters)) {
            get(billing.seedTenants(List.of(Samples.seed("idle", "idle-key", 5L))));
            billing.startRelay(mirror);
            await().until(() -> mirror.balance("acme") == Samples.BALANCE && mirror.balance("idle") == 5);

            for (int i = 0; i < 100; i++) {
                get(billing.journal().settled(Samples.settled("r-" + i, 10)));
            }
            await().until(() -> mirror.balance("acme") == Samples.BALANCE - 1_000);
            await().until(() -> Set.copyOf(mirror.settledIds()).size() == 100);
            int told = mirror.settledIds().size();
            assertThat(meters.get(MeterNames.OUTBOX_LAG).gauge().value()).isNotNegative();
            assertThat(meters.get(MeterNames.SYNC_LAG).gauge().value()).isPositive();
            await().until(() -> meters.get(MeterNames.REDIS_DB_DIFF).gauge().value() == 0);

            mirror.flushAll();
            await().until(() -> mirror.balance("acme") == Samples.BALANCE - 1_000 && mirror.balance("idle") == 5);
            await().until(() -> mirror.settledIds().size() >= told + 100);

            sql.run("UPDATE outbox SET published_at = published_at - interval '1 hour'");
            mirror.flushAll();
            await().until(() -> mirror.balance("acme") == Samples.BALANCE - 1_000 && mirror.balance("idle") == 5);

            mirror.put("acme", 1, Long.MAX_VALUE / 2);
            await().until(() -> mirror.balance("acme") == Samples.BALANCE - 1_000);
            assertThat(sql.number("SELECT version FROM tenants WHERE id = 'acme'"))
                    .isEqualTo(mirror.version("acme"));
        }
    }

    @Test
    void aDifferenceIsMeasuredBeforeItIsRepaired() throws Exception {
        try (Billing billing = TestBilling.open(TestBilling.settings(database, dataDir), meters)) {
            billing.startRelay(mirror);
            await().until(() -> mirror.balance("acme") == Samples.BALANCE);
            await().until(() -> meters.get(MeterNames.SYNC_LAG).gauge().value() > 0);
            double before = repairs("ahead");

            mirror.put("acme", Samples.BALANCE - 2_500_000_000L, mirror.version("acme") + 5);

            await().until(() -> repairs("ahead") == before + 1);
            await().until(() -> mirror.balance("acme") == Samples.BALANCE);
            await().until(() -> meters.get(MeterNames.REDIS_DB_DIFF).gauge().value() == 0);
            double missing = repairs("missing");
            mirror.setAway(true);
            mirror.flushAll();
            mirror.setAway(false);
            await().until(() -> repairs("missing") > missing && mirror.balance("acme") == Samples.BALANCE);
        }
    }

    private double repairs(String cause) {
        return meters.get(MeterNames.MIRROR_REPAIRS)
                .tag("cause", cause)
                .counter()
                .count();
    }
}
