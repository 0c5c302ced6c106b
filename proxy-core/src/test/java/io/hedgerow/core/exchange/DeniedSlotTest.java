package io.hedgerow.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.exchange.Effect.Dispatch;
import io.hedgerow.core.exchange.Effect.ReserveSlot;
import io.hedgerow.core.exchange.Effect.Settle;
import io.hedgerow.core.exchange.ExchangeEvent.Admitted;
import io.hedgerow.core.exchange.ExchangeEvent.AttemptFailed;
import io.hedgerow.core.exchange.ExchangeEvent.HedgeTimerFired;
import io.hedgerow.core.exchange.ExchangeEvent.LeaseDenied;
import io.hedgerow.core.exchange.ExchangeEvent.LeaseGranted;
import io.hedgerow.core.port.AttemptRecord.Outcome;
import io.hedgerow.core.port.AttemptRecord.Reason;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A provider without a free slot costs nothing but a look at the next one. */
@Tag("S14")
final class DeniedSlotTest {
    @Test
    void theNextCandidateIsAskedAtOnce() {
        Story story = Story.of(3).then(new Admitted(), new LeaseDenied(1));
        assertThat(story.effects()).containsExactly(new ReserveSlot(2, 1, Reason.PRIMARY));
        assertThat(story.state().attempt(1).outcome()).isEqualTo(Outcome.DENIED);
        story.then(new LeaseDenied(2), new LeaseGranted(3));
        assertThat(story.effects()).contains(new Dispatch(3));
    }

    @Test
    void deniedSlotsDoNotCountAsAttempts() {
        Story story = Story.with(new RacePlan(3, 1, 1, false))
                .then(new Admitted(), new LeaseDenied(1), new LeaseDenied(2), new LeaseGranted(3));
        assertThat(story.effects()).contains(new Dispatch(3));
    }

    @Test
    void aHedgeMovesOnToTheNextCandidateToo() {
        Story story = Story.awaitingContent(3).then(new HedgeTimerFired(true), new LeaseDenied(2));
        assertThat(story.effects()).containsExactly(new ReserveSlot(3, 2, Reason.HEDGE));
    }

    @Test
    void aFailoverNeverGoesBackToAProviderThatWasTried() {
        Story story = Story.awaitingContent(3).then(new AttemptFailed(1, false), new LeaseDenied(2));
        assertThat(story.all(ReserveSlot.class))
                .extracting(ReserveSlot::candidate)
                .containsExactly(0, 1, 2);
    }

    @Test
    void withoutAnySlotTheExchangeSettlesAsSuch() {
        Story story = Story.of(2).then(new Admitted(), new LeaseDenied(1), new LeaseDenied(2));
        assertThat(story.effects()).containsExactly(new Settle(new Ending(Ending.Kind.NO_SLOT, 0)));
    }

    @Test
    void withoutAnyCandidateTheExchangeSettlesAsSuch() {
        Story story = Story.of(0).then(new Admitted());
        assertThat(story.effects()).containsExactly(new Settle(new Ending(Ending.Kind.NO_SLOT, 0)));
    }

    @Test
    void noSlotForTheFailoverLeavesTheFailureThatCausedIt() {
        Story story = Story.awaitingContent(2).then(new AttemptFailed(1, false), new LeaseDenied(2));
        assertThat(story.effects()).containsExactly(new Settle(new Ending(Ending.Kind.UPSTREAM_FAILED, 1)));
    }
}
