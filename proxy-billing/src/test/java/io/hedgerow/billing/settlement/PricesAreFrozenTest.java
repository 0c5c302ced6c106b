package io.hedgerow.billing.settlement;

import static io.hedgerow.billing.support.TestBilling.await;
import static io.hedgerow.billing.support.TestBilling.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.hedgerow.billing.Billing;
import io.hedgerow.billing.charge.Fingerprint;
import io.hedgerow.billing.support.Samples;
import io.hedgerow.billing.support.Sql;
import io.hedgerow.billing.support.TestBilling;
import io.hedgerow.core.port.AdmittedEntry;
import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.port.LateUsage;
import io.hedgerow.core.port.ProgressEntry;
import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UnitPrices;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.port.UsageSource;
import io.hedgerow.core.port.UsageStatus;
import io.hedgerow.core.port.UsageSummaries;
import io.hedgerow.core.port.UsageSummaries.By;
import io.hedgerow.core.port.UsageSummaries.Row;
import io.hedgerow.core.port.UsageSummaries.Spent;
import io.hedgerow.testkit.stores.TestDatabase;
import io.hedgerow.testkit.stores.TestStores;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("B17")
class PricesAreFrozenTest {
    private static final UnitPrices FLEX = new UnitPrices(
            new BigDecimal("1"),
            new BigDecimal("8"),
            new BigDecimal("0.1"),
            new BigDecimal("1.25"),
            new BigDecimal("2"),
            new BigDecimal("9"),
            "flex_above_200k");
    private static final TokenUsage TOKENS = new TokenUsage(250_000, 1_000, 300, 50, 20, 100);
    private static final long LOST = 4_000_000;

    private final TestDatabase database = TestStores.newDatabase();
    private final Sql sql = new Sql(database);

    @TempDir
    Path directory;

    @Test
    void aRecordComesBackWithEveryPriceThroughJournalAndDatabase() throws Exception {
        UsageRecord record = record("r-1").chargingLosers();
        try (Billing billing = TestBilling.open(database, directory)) {
            get(billing.journal().admitted(admitted("r-1")));
            get(billing.journal().settled(record));
            await().until(() -> get(billing.queries().usage("r-1")).isPresent());

            UsageRecord read = get(billing.queries().usage("r-1")).orElseThrow();
            assertThat(read).isEqualTo(record);
            assertThat(read.losersCostNanoUsd()).isEqualTo(LOST);
            assertThat(read.costNanoUsd()).isEqualTo(FLEX.cost(TOKENS) + LOST);
            assertThat(sql.brokenLaws()).isEmpty();
        }
    }

    @Test
    void whatALoserReallyCostIsChargedWhereLosersAre() throws Exception {
        UsageRecord charged = record("r-1").chargingLosers();
        UsageRecord spared = record("r-2");
        try (Billing billing = TestBilling.open(database, directory)) {
            for (UsageRecord record : List.of(charged, spared)) {
                get(billing.journal().admitted(admitted(record.requestId())));
                get(billing.journal().settled(record));
                get(billing.journal().late(new LateUsage(record.requestId(), 1, TOKENS, LOST + 77)));
            }
            await().until(() -> sql.number("SELECT count(*) FROM attempts WHERE late") == 2);

            assertThat(get(billing.queries().usage("r-1")).orElseThrow().costNanoUsd())
                    .isEqualTo(charged.costNanoUsd() + 77);
            assertThat(get(billing.queries().usage("r-2")).orElseThrow().costNanoUsd())
                    .isEqualTo(spared.costNanoUsd());
            assertThat(get(billing.queries().usage("r-2")).orElseThrow().losersCostNanoUsd())
                    .isEqualTo(LOST + 77);
            assertThat(sql.brokenLaws()).isEmpty();
        }
    }

    @Test
    void summariesShowWhatProvidersAndLosersCost() throws Exception {
        try (Billing billing = TestBilling.open(database, directory)) {
            for (String id : List.of("r-1", "r-2")) {
                get(billing.journal().admitted(admitted(id)));
                get(billing.journal().settled(record(id)));
            }
            await().until(() -> sql.number("SELECT count(*) FROM usage_records") == 2);

            long won = 5_000;
            assertThat(summary(billing, By.MODEL))
                    .containsExactly(new Row(
                            "gpt-fast",
                            2,
                            2,
                            new TokenUsage(500_000, 2_000, 600, 100, 40, 200),
                            2 * FLEX.cost(TOKENS),
                            new Spent(2 * (LOST + won), 2 * LOST, 2)));
            assertThat(summary(billing, By.PROVIDER))
                    .extracting(Row::value, Row::requests, Row::spent)
                    .containsExactly(
                            tuple("mock-b", 2L, new Spent(2 * won, 0, 0)),
                            tuple("mock-a", 0L, new Spent(2 * LOST, 2 * LOST, 2)));
        }
    }

    @Test
    void anOrphanIsChargedByThePricesOfItsAdmission() throws Exception {
        try (Billing billing = TestBilling.open(database, directory)) {
            get(billing.journal().admitted(admitted("r-1")));
            billing.journal().progress(new ProgressEntry("r-1", "mock-b", "up", TOKENS));
            get(billing.journal().settled(record("r-2")));
            await().until(() ->
                    sql.number("SELECT count(*) FROM open_requests WHERE cache_write_1h_tokens = 100") == 1);
            assertThat(sql.texts("SELECT price_tier FROM open_requests")).containsExactly("flex_above_200k");
        }
        try (Billing billing = TestBilling.open(database, directory)) {
            await().until(() -> get(billing.queries().usage("r-1")).isPresent());
            UsageRecord orphan = get(billing.queries().usage("r-1")).orElseThrow();
            assertThat(orphan.unitPrices()).isEqualTo(FLEX);
            assertThat(orphan.costNanoUsd()).isEqualTo(FLEX.cost(TOKENS));
        }
    }

    /** A record of a former version that is replayed by this one must look the same. */
    @Test
    @Tag("B2")
    void theFingerprintOfARecordThatFormerVersionsCouldWriteStays() {
        assertThat(HexFormat.of().formatHex(Fingerprint.of(Samples.settled("r-1", 5))))
                .isEqualTo("e3b7e9e76d46f0cd227a9dc23d9172df397d28dd58659cb2bf30ca724b73c36f");
        assertThat(Fingerprint.of(record("r-1")))
                .isNotEqualTo(Fingerprint.of(record("r-1").chargingLosers()));
    }

    private static List<Row> summary(Billing billing, By by) throws Exception {
        return get(billing.summaries().summary(new UsageSummaries.Filter(by, null, null, null, null)));
    }

    private static AdmittedEntry admitted(String id) {
        return new AdmittedEntry(
                id, null, Samples.TENANT, Samples.KEY, "gpt-fast", "openai", FLEX, 100, Samples.STARTED, List.of());
    }

    private static UsageRecord record(String id) {
        return new UsageRecord(
                id,
                null,
                Samples.TENANT,
                Samples.KEY,
                "gpt-fast",
                "openai",
                "mock-b",
                "up",
                UsageStatus.COMPLETED,
                200,
                TOKENS,
                UsageSource.PROVIDER,
                FLEX,
                FLEX.cost(TOKENS),
                Samples.STARTED,
                null,
                1_000,
                true,
                false,
                List.of(
                        attempt(1, "mock-a", AttemptRecord.Outcome.LOST, LOST),
                        attempt(2, "mock-b", AttemptRecord.Outcome.WON, 5_000)),
                List.of(),
                false);
    }

    private static AttemptRecord attempt(int n, String provider, AttemptRecord.Outcome outcome, long cost) {
        boolean won = outcome == AttemptRecord.Outcome.WON;
        return new AttemptRecord(
                n,
                provider,
                "up",
                won ? AttemptRecord.Reason.HEDGE : AttemptRecord.Reason.PRIMARY,
                outcome,
                Samples.STARTED,
                null,
                10,
                200,
                null,
                100,
                won ? 50 : 0,
                cost,
                won);
    }
}
