package io.hedgerow.billing.account;

import static io.hedgerow.billing.support.TestBilling.await;
import static io.hedgerow.billing.support.TestBilling.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hedgerow.billing.Billing;
import io.hedgerow.billing.support.FakeMirror;
import io.hedgerow.billing.support.Samples;
import io.hedgerow.billing.support.Sql;
import io.hedgerow.billing.support.TestBilling;
import io.hedgerow.core.port.AccountAdmin.Booking;
import io.hedgerow.core.port.AccountAdmin.KeyEntry;
import io.hedgerow.core.port.AccountAdmin.KeyFilter;
import io.hedgerow.core.port.AccountAdmin.NewBooking;
import io.hedgerow.core.port.AccountAdmin.NewKey;
import io.hedgerow.core.port.AccountAdmin.NewTenant;
import io.hedgerow.core.port.AccountException;
import io.hedgerow.core.port.ApiKey;
import io.hedgerow.core.port.BudgetLimit;
import io.hedgerow.core.port.BudgetWindow;
import io.hedgerow.core.port.KeyTerms;
import io.hedgerow.core.port.TenantSeed;
import io.hedgerow.core.port.UsageQueries.TenantBounds;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.port.UsageSummaries;
import io.hedgerow.testkit.stores.TestDatabase;
import io.hedgerow.testkit.stores.TestStores;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorsChangesTest {
    private static final KeyTerms TERMS = new KeyTerms(3, 60, 1_000, List.of(), Set.of("gpt-fast"));

    @TempDir
    Path dataDir;

    private final TestDatabase database = TestStores.newDatabase();
    private final Sql sql = new Sql(database);
    private final FakeMirror mirror = new FakeMirror();
    private Billing billing;

    @BeforeEach
    void open() throws Exception {
        billing = TestBilling.open(database, dataDir);
        billing.startRelay(mirror);
    }

    @AfterEach
    void close() throws Exception {
        billing.close();
    }

    @Test
    @Tag("B1")
    void aCreditCountsOncePerIdempotencyKey() throws Exception {
        List<CompletableFuture<Booking>> credits = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            credits.add(billing.accounts()
                    .book(NewBooking.credit(Samples.TENANT, 7, "invoice-1"))
                    .toCompletableFuture());
        }
        Booking first = get(credits.get(0));
        assertThat(first.balanceNanoUsd()).isEqualTo(Samples.BALANCE + 7);
        credits.forEach(credit -> assertThat(get(credit)).isEqualTo(first));
        assertThat(balance()).isEqualTo(Samples.BALANCE + 7);
        Booking second = get(billing.accounts().book(NewBooking.credit(Samples.TENANT, 1, "invoice-2")));
        assertThat(second.balanceNanoUsd()).isEqualTo(Samples.BALANCE + 8);
        assertThat(get(billing.accounts().book(NewBooking.credit(Samples.TENANT, 7, "invoice-1"))))
                .as("what it was answered the first time")
                .isEqualTo(first);
        await().until(() -> mirror.balance(Samples.TENANT) == Samples.BALANCE + 8);
        assertThat(sql.brokenLaws()).isEmpty();
        assertThat(sql.number("SELECT count(*) FROM ledger_entries WHERE kind = 'credit'"))
                .isEqualTo(4);
    }

    @Test
    @Tag("B1")
    void aCreditThatCannotBeLeavesNothingBehind() throws Exception {
        get(billing.accounts().book(NewBooking.credit(Samples.TENANT, 7, "once")));
        failsWith(
                AccountException.Kind.CONFLICT,
                () -> billing.accounts().book(NewBooking.credit(Samples.TENANT, 8, "once")));
        failsWith(AccountException.Kind.NOT_FOUND, () -> billing.accounts().book(NewBooking.credit("nobody", 8, "x")));
        failsWith(
                AccountException.Kind.INVALID,
                () -> billing.accounts().book(NewBooking.credit(Samples.TENANT, Long.MAX_VALUE, "too much")));
        assertThat(balance()).isEqualTo(Samples.BALANCE + 7);
        assertThat(sql.brokenLaws()).isEmpty();
        assertThat(sql.number("SELECT count(*) FROM credits")).isEqualTo(1);
    }

    @Test
    void aTenantAndAKeyMadeAtRunTimeAreInForceAndStayApartFromTheConfiguration() throws Exception {
        BudgetLimit daily = BudgetLimit.ofTenant(BudgetWindow.DAY, false, ZoneId.of("Europe/Berlin"), 20);
        get(billing.accounts().createTenant(new NewTenant("beta", 50L, List.of(daily), TenantBounds.NONE)));
        failsWith(
                AccountException.Kind.CONFLICT,
                () -> billing.accounts().createTenant(new NewTenant("beta", null, List.of(), TenantBounds.NONE)));
        KeyTerms terms = new KeyTerms(
                3,
                60,
                1_000,
                List.of(BudgetLimit.ofKey("beta-1", BudgetWindow.TOTAL, false, ZoneOffset.UTC, 9)),
                Set.of());
        KeyEntry made = get(billing.accounts().createKey(new NewKey("beta-1", "beta", "b1", "…wxyz", terms)));
        assertThat(made.configured()).isFalse();
        assertThat(made.terms()).isEqualTo(terms);
        assertThat(made.revokedAtMicros()).isNull();
        failsWith(
                AccountException.Kind.CONFLICT,
                () -> billing.accounts().createKey(new NewKey(Samples.KEY, "beta", "b2", "…", TERMS)));
        failsWith(
                AccountException.Kind.NOT_FOUND,
                () -> billing.accounts().createKey(new NewKey("x", "nobody", "b3", "…", TERMS)));

        var found = get(billing.keys().find("b1")).orElseThrow();
        assertThat(found.id()).isEqualTo("beta-1");
        assertThat(found.tenant().budgets()).containsExactly(daily);
        assertThat(found.terms()).isEqualTo(terms);
        assertThat(get(billing.accounts().tenantIds(null, 10))).containsExactly(Samples.TENANT, "beta");
        assertThat(get(billing.accounts().tenantIds(Samples.TENANT, 10))).containsExactly("beta");
        get(billing.seedTenants(List.of(Samples.seed())));
        assertThat(ids(new KeyFilter("beta", null, 10))).containsExactly("beta-1");
        assertThat(ids(new KeyFilter(null, "acme-ci", 10))).containsExactly("beta-1");
        assertThat(get(billing.keys().find("b1"))).as("after a reload").isPresent();
        await().until(() -> mirror.balance("beta") == 50);
        assertThat(sql.brokenLaws()).isEmpty();
    }

    @Test
    @Tag("D7")
    void aRevokedKeyIsRefusedOnAnotherNodeThatHeardNothing(@TempDir Path other) throws Exception {
        get(billing.accounts().createKey(new NewKey("k", Samples.TENANT, "kk", "…", TERMS)));
        try (Billing node = TestBilling.open(database, other)) {
            assertThat(get(node.keys().find("kk"))).isPresent();
            KeyEntry revoked = get(billing.accounts().revokeKey("k"));
            assertThat(get(billing.keys().find("kk"))).isEmpty();
            await().untilAsserted(() -> assertThat(get(node.keys().find("kk"))).isEmpty());
            assertThat(get(billing.accounts().revokeKey("k"))).as("again").isEqualTo(revoked);
        }
        failsWith(AccountException.Kind.NOT_FOUND, () -> billing.accounts().revokeKey("nothing"));
    }

    @Test
    void aConfiguredKeyThatTheOperatorRevokedIsNotBroughtBackByTheFile() throws Exception {
        assertThat(billing.keys().withdrawn("00ff")).isFalse();
        get(billing.accounts().revokeKey(Samples.KEY));
        assertThat(billing.keys().withdrawn("00ff")).isTrue();
        get(billing.seedTenants(List.of(Samples.seed())));
        assertThat(key(Samples.KEY).revokedAtMicros()).isNotNull();
        get(billing.accounts().purgeKey(Samples.KEY));
        get(billing.seedTenants(List.of(Samples.seed())));
        assertThat(key(Samples.KEY).revokedAtMicros()).isNotNull();

        get(billing.seedTenants(List.of(new TenantSeed(
                Samples.TENANT,
                Samples.BALANCE,
                0,
                List.of(),
                List.of(new TenantSeed.KeySeed(Samples.KEY, "new", TERMS)),
                0))));

        assertThat(key(Samples.KEY).revokedAtMicros()).as("another secret").isNull();
        assertThat(key(Samples.KEY).terms()).isEqualTo(TERMS);
        assertThat(billing.keys().withdrawn("new")).isFalse();
    }

    @Test
    void aKeyThatLeftTheFileIsRevokedUntilItComesBack() throws Exception {
        get(billing.seedTenants(List.of(new TenantSeed(Samples.TENANT, Samples.BALANCE, 0, List.of(), List.of(), 0))));
        assertThat(key(Samples.KEY).revokedAtMicros()).isNotNull();
        assertThat(billing.keys().withdrawn("00ff")).isFalse();
        get(billing.seedTenants(List.of(Samples.seed())));
        assertThat(key(Samples.KEY).revokedAtMicros()).isNull();
    }

    @Test
    void aTenantThatLeftTheFileKeepsItsLimitsForTheKeysMadeAtRunTime() throws Exception {
        var daily = BudgetLimit.ofTenant(BudgetWindow.DAY, false, ZoneOffset.UTC, 7);
        var weekly = BudgetLimit.ofTenant(BudgetWindow.WEEK, false, ZoneId.of("Europe/Berlin"), 9);
        get(billing.accounts().createKey(new NewKey("k", Samples.TENANT, "kk", "…", TERMS)));
        get(billing.seedTenants(
                List.of(new TenantSeed(Samples.TENANT, Samples.BALANCE, 3, List.of(daily), List.of(), 70))));
        get(billing.seedTenants(List.of()));
        await().untilAsserted(() -> assertThat(
                        get(billing.keys().find("kk")).orElseThrow().tenant())
                .isEqualTo(new ApiKey.Tenant(Samples.TENANT, true, 3, List.of(daily), 70)));
        get(billing.seedTenants(
                List.of(new TenantSeed(Samples.TENANT, Samples.BALANCE, 4, List.of(weekly), List.of(), 80))));
        await().untilAsserted(() -> assertThat(
                        get(billing.keys().find("kk")).orElseThrow().tenant())
                .isEqualTo(new ApiKey.Tenant(Samples.TENANT, true, 4, List.of(weekly), 80)));
    }

    @Test
    void seedsThatChangeNothingAreNoNews() throws Exception {
        long before = sql.number("SELECT revision FROM key_revision");
        get(billing.seedTenants(List.of(Samples.seed())));
        assertThat(sql.number("SELECT revision FROM key_revision")).isEqualTo(before);
    }

    @Test
    @Tag("B6")
    void historyOutlivesAPurgedKey() throws Exception {
        UsageRecord usage = Samples.settled("r-1", 10);
        get(billing.journal().admitted(Samples.admitted("r-1")));
        get(billing.journal().settled(usage));
        await().until(() -> get(billing.queries().usage("r-1")).isPresent());
        assertThat(summary(UsageSummaries.By.KEY)).containsExactly(Samples.KEY);

        get(billing.accounts().purgeKey(Samples.KEY));

        assertThat(get(billing.queries().usage("r-1")).orElseThrow().keyId()).isEmpty();
        assertThat(ids(new KeyFilter(null, null, 10))).isEmpty();
        assertThat(summary(UsageSummaries.By.TENANT)).containsExactly(Samples.TENANT);
        assertThat(summary(UsageSummaries.By.PROVIDER)).containsExactly("mock-b", "mock-a");
        assertThat(summary(UsageSummaries.By.MODEL)).containsExactly("gpt-fast");
        assertThat(summary(UsageSummaries.By.DAY)).containsExactly("2023-11-14");
        UsageSummaries.Row row = get(billing.summaries()
                        .summary(new UsageSummaries.Filter(UsageSummaries.By.KEY, Samples.TENANT, null, 0L, null)))
                .get(0);
        assertThat(row.value()).isNull();
        assertThat(row)
                .isEqualTo(
                        new UsageSummaries.Row(null, 1, 1, usage.tokens(), 10, new UsageSummaries.Spent(12_345, 0, 1)));
    }

    private List<String> summary(UsageSummaries.By by) {
        return get(billing.summaries().summary(new UsageSummaries.Filter(by, null, null, null, null))).stream()
                .map(row -> String.valueOf(row.value()))
                .toList();
    }

    private List<String> ids(KeyFilter filter) {
        return get(billing.accounts().keys(filter)).stream().map(KeyEntry::id).toList();
    }

    private KeyEntry key(String id) {
        return get(billing.accounts().keys(new KeyFilter(null, null, 100))).stream()
                .filter(key -> key.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private long balance() throws Exception {
        return sql.number("SELECT balance_nano_usd FROM tenants WHERE id = 'acme'");
    }

    private static void failsWith(AccountException.Kind kind, Supplier<CompletionStage<?>> change) {
        assertThatThrownBy(() -> get(change.get()))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        AccountException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
