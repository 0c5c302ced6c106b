package io.hedgerow.billing.account;

import static io.hedgerow.billing.support.TestBilling.await;
import static io.hedgerow.billing.support.TestBilling.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hedgerow.billing.Billing;
import io.hedgerow.billing.Ledger;
import io.hedgerow.billing.support.FakeMirror;
import io.hedgerow.billing.support.Samples;
import io.hedgerow.billing.support.Sql;
import io.hedgerow.billing.support.TestBilling;
import io.hedgerow.core.port.AccountAdmin.Booking;
import io.hedgerow.core.port.AccountAdmin.BookingKind;
import io.hedgerow.core.port.AccountAdmin.NewBooking;
import io.hedgerow.core.port.AccountAdmin.NewTenant;
import io.hedgerow.core.port.AccountException;
import io.hedgerow.core.port.UsageQueries.TenantBounds;
import io.hedgerow.testkit.stores.TestDatabase;
import io.hedgerow.testkit.stores.TestStores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refunds and adjustments balance in the ledger, and change nothing of what requests cost. */
@Tag("B1")
class BookingsBalanceTest {
    private static final long COST = 1_000;

    private final TestDatabase database = TestStores.newDatabase();
    private final Sql sql = new Sql(database);
    private final FakeMirror mirror = new FakeMirror();
    private Billing billing;

    @TempDir
    Path dataDir;

    @BeforeEach
    void settleOne() throws Exception {
        billing = TestBilling.open(database, dataDir);
        billing.startRelay(mirror);
        get(billing.journal().admitted(Samples.admitted("r-1")));
        get(billing.journal().settled(Samples.settled("r-1", COST)));
        await().until(() -> get(billing.queries().usage("r-1")).isPresent());
    }

    @AfterEach
    void close() throws Exception {
        billing.close();
    }

    @Test
    void aChargeIsGivenBackInPartsAndNeverTwice() throws Exception {
        Booking part = get(billing.accounts().book(refund("r-1", 400L, "t-1")));
        assertThat(part.balanceNanoUsd()).isEqualTo(Samples.BALANCE - COST + 400);
        assertThat(get(billing.accounts().book(refund("r-1", 400L, "t-1"))))
                .as("the same once more")
                .isEqualTo(part);
        fails(AccountException.Kind.CONFLICT, refund("r-1", 601L, "t-2"), "of which 0.0000004 USD were given back");
        Booking rest = get(billing.accounts().book(refund("r-1", null, "t-3")));
        assertThat(rest.amountNanoUsd()).isEqualTo(COST - 400);
        assertThat(get(billing.accounts().book(refund("r-1", null, "t-3")))).isEqualTo(rest);
        fails(AccountException.Kind.CONFLICT, refund("r-1", null, "t-4"), "given back already");

        await().until(() -> mirror.balance(Samples.TENANT) == Samples.BALANCE);
        assertThat(sql.number("SELECT spent_nano_usd FROM tenants")).isEqualTo(COST);
        assertThat(get(billing.queries().usage("r-1")).orElseThrow().costNanoUsd())
                .isEqualTo(COST);
        assertThat(sql.number("SELECT -sum(amount_nano_usd) FROM ledger_entries WHERE account_id = 'revenue'"))
                .as("nothing was earned")
                .isZero();
        assertThat(sql.brokenLaws()).isEmpty();
        assertThat(Ledger.verify(TestBilling.access(database)).balanced()).isTrue();
    }

    @Test
    void manyAtOnceGiveBackNoMoreThanTheCharge() throws Exception {
        List<CompletableFuture<Booking>> refunds = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            refunds.add(billing.accounts().book(refund("r-1", 300L, "t-" + i)).toCompletableFuture());
        }
        CompletableFuture.allOf(refunds.toArray(CompletableFuture[]::new))
                .handle((done, failure) -> failure)
                .join();
        assertThat(refunds)
                .filteredOn(refund -> !refund.isCompletedExceptionally())
                .hasSize(3);
        assertThat(sql.number("SELECT balance_nano_usd FROM tenants")).isEqualTo(Samples.BALANCE - 100);
    }

    @Test
    void anAdjustmentGoesBothWaysAndBelowZero() throws Exception {
        assertThat(get(billing.accounts().book(adjustment(-Samples.BALANCE, "a-1")))
                        .balanceNanoUsd())
                .isEqualTo(-COST);
        assertThat(get(billing.accounts().book(adjustment(COST + 5, "a-2"))).balanceNanoUsd())
                .isEqualTo(5);
        await().until(() -> mirror.balance(Samples.TENANT) == 5);
        assertThat(sql.number("SELECT sum(amount_nano_usd) FROM ledger_entries WHERE account_id = 'adjustments'"))
                .isEqualTo(Samples.BALANCE - COST - 5);
        assertThat(sql.number("SELECT spent_nano_usd FROM tenants")).isEqualTo(COST);
        assertThat(sql.brokenLaws()).isEmpty();
        assertThat(Ledger.verify(TestBilling.access(database)).balanced()).isTrue();
    }

    @Test
    void aKeyBelongsToOneBookingOfAnyKind() throws Exception {
        get(billing.accounts().book(NewBooking.credit(Samples.TENANT, 7, "once")));
        fails(AccountException.Kind.CONFLICT, adjustment(7, "once"), "another booking: credit of 0.000000007 USD");
        fails(AccountException.Kind.CONFLICT, refund("r-1", 7L, "once"), "another booking");
        fails(AccountException.Kind.NOT_FOUND, refund("r-2", null, "x"), "no usage record \"r-2\"");
        assertThat(sql.number("SELECT count(*) FROM credits")).isEqualTo(1);
    }

    @Test
    void whatWasBookedWithoutAnEntryIsFound() throws Exception {
        get(billing.accounts().book(refund("r-1", null, "t-1")));
        sql.run("UPDATE credits SET amount_nano_usd = 999");
        var report = Ledger.verify(TestBilling.access(database));
        assertThat(report.balanced()).isFalse();
        assertThat(report.checks().get(4).first()).singleElement().satisfies(found -> {
            assertThat(found.id()).isEqualTo("refund:acme t-1");
            assertThat(found.recordedNanoUsd()).isEqualTo(999);
            assertThat(found.ledgerNanoUsd()).isEqualTo(COST);
        });
    }

    @Test
    void whatLimitsATenantBesideItsBudgetsIsKeptWithIt() throws Exception {
        TenantBounds bounds = new TenantBounds(3, 5_000);
        get(billing.accounts().createTenant(new NewTenant("beta", 0L, List.of(), bounds)));
        assertThat(get(billing.queries().tenant("beta")).orElseThrow().bounds()).isEqualTo(bounds);
    }

    private static NewBooking refund(String request, @Nullable Long amount, String key) {
        return new NewBooking(Samples.TENANT, BookingKind.REFUND, amount, key, request, "it was slow");
    }

    private static NewBooking adjustment(long amount, String key) {
        return new NewBooking(Samples.TENANT, BookingKind.ADJUSTMENT, amount, key, null, "moved");
    }

    private void fails(AccountException.Kind kind, NewBooking booking, String message) {
        assertThatThrownBy(() -> get(billing.accounts().book(booking)))
                .isInstanceOf(CompletionException.class)
                .cause()
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        AccountException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
}
