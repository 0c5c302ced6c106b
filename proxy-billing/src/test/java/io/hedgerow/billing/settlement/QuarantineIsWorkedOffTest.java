package io.hedgerow.billing.settlement;

import static io.hedgerow.billing.support.TestBilling.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hedgerow.billing.journal.JournalEntry;
import io.hedgerow.billing.store.Signal;
import io.hedgerow.billing.support.Samples;
import io.hedgerow.core.port.AccountException;
import io.hedgerow.core.port.MeterNames;
import io.hedgerow.core.port.QuarantineAdmin.Item;
import io.hedgerow.core.port.UsageRecord;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B2")
class QuarantineIsWorkedOffTest {
    private SettlementFixture fixture;
    private QuarantineDesk desk;

    @BeforeEach
    void open() throws Exception {
        fixture = new SettlementFixture();
        desk = new QuarantineDesk(fixture.pool(), fixture.settlements(), new Signal());
        fixture.sql.run("ALTER TABLE usage_records ADD CONSTRAINT poison CHECK (cost_nano_usd <> 666)");
    }

    @AfterEach
    void close() {
        desk.close();
        fixture.close();
    }

    private Item only() {
        List<Item> items = get(desk.items(null, 10));
        assertThat(items).hasSize(1);
        return items.get(0);
    }

    @Test
    void whatIsRefusedIsSetAsideAndSettledOnceTheObstacleIsGone() throws Exception {
        fixture.settle(Samples.settled("r-1", 5), Samples.settled("r-2", 666), Samples.settled("r-3", 7));
        assertThat(fixture.balance()).isEqualTo(Samples.BALANCE - 12);
        assertThat(fixture.quarantined()).isEqualTo(1);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        QuarantineMeter meter = new QuarantineMeter(fixture.pool(), meters);
        meter.measure();
        assertThat(meters.get(MeterNames.QUARANTINE_WAITING).gauge().value()).isEqualTo(1);
        Item item = only();
        assertThat(item.requestId()).isEqualTo("r-2");
        assertThat(item.reason()).contains("poison");
        assertThat(item.retryable()).isTrue();
        assertThat(get(desk.item(item.id())).content()).contains("r-2", "666");
        assertThat(get(desk.items(item.id(), 10))).isEmpty();

        assertThatThrownBy(() -> get(desk.retry(item.id())))
                .hasCauseInstanceOf(AccountException.class)
                .hasMessageContaining("still refused");
        assertThat(only().id()).isEqualTo(item.id());
        assertThat(fixture.balance()).isEqualTo(Samples.BALANCE - 12);

        fixture.sql.run("ALTER TABLE usage_records DROP CONSTRAINT poison");
        get(desk.retry(item.id()));

        assertThat(get(desk.items(null, 10))).isEmpty();
        meter.measure();
        assertThat(meters.get(MeterNames.QUARANTINE_WAITING).gauge().value()).isZero();
        assertThat(fixture.balance()).isEqualTo(Samples.BALANCE - 678);
        assertThat(fixture.sql.brokenLaws()).isEmpty();
        fixture.settle(Samples.settled("r-2", 666));
        assertThat(fixture.balance()).as("a replay").isEqualTo(Samples.BALANCE - 678);
    }

    @Test
    void aContradictionStaysOneAndCanOnlyBeDiscarded() throws Exception {
        UsageRecord first = Samples.settled("r-1", 5);
        UsageRecord other = Samples.afterClockJump("r-1", 5, 999);
        fixture.settle(first);
        fixture.settle(other);
        long id = only().id();

        assertThatThrownBy(() -> get(desk.retry(id))).hasMessageContaining("with other content");
        assertThat(only().id()).isEqualTo(id);

        get(desk.discard(id));
        assertThat(get(desk.items(null, 10))).isEmpty();
        assertThat(fixture.balance()).isEqualTo(Samples.BALANCE - 5);
        assertThatThrownBy(() -> get(desk.discard(id))).hasCauseInstanceOf(AccountException.class);
        assertThatThrownBy(() -> get(desk.item(id))).hasCauseInstanceOf(AccountException.class);
    }

    @Test
    void usageThatCameBeforeItsAttemptIsAppliedLater() throws Exception {
        var late = new io.hedgerow.core.port.LateUsage(
                "r-1", 1, new io.hedgerow.core.port.TokenUsage(120, 0, 0, 40, 0), 77);
        fixture.settlements().settle(List.of(new JournalEntry.Late(late)));
        long id = only().id();
        assertThatThrownBy(() -> get(desk.retry(id))).hasMessageContaining("still refused");

        fixture.settle(Samples.settled("r-1", 5));
        get(desk.retry(id));

        assertThat(fixture.sql.number("SELECT provider_cost_nano_usd FROM attempts WHERE request_id = 'r-1' AND n = 1"))
                .isEqualTo(77);
        assertThat(get(desk.items(null, 10))).isEmpty();
    }

    @Test
    void whatOnlyItsTextIsKeptOfStays() throws Exception {
        fixture.sql.run("INSERT INTO quarantine (request_id, kind, fingerprint, node_id, reason, content)"
                + " VALUES ('old', 'settled', '', 'n', 'r', 'text')");
        Item item = only();
        assertThat(item.retryable()).isFalse();
        assertThatThrownBy(() -> get(desk.retry(item.id()))).hasMessageContaining("only its text");
        assertThat(only()).isEqualTo(item);
    }
}
