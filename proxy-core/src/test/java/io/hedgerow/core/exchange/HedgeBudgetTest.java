package io.hedgerow.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.exchange.Effect.ArmHedgeTimer;
import io.hedgerow.core.exchange.Effect.ReserveSlot;
import io.hedgerow.core.exchange.Effect.ReturnHedgeBudget;
import io.hedgerow.core.exchange.ExchangeEvent.Admitted;
import io.hedgerow.core.exchange.ExchangeEvent.AttemptFailed;
import io.hedgerow.core.exchange.ExchangeEvent.FirstContent;
import io.hedgerow.core.exchange.ExchangeEvent.HedgeTimerFired;
import io.hedgerow.core.exchange.ExchangeEvent.LeaseDenied;
import io.hedgerow.core.exchange.ExchangeEvent.LeaseGranted;
import io.hedgerow.core.port.AttemptRecord.Reason;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A share of the hedge budget is spent on an attempt that is sent, or given back. */
@Tag("H7")
final class HedgeBudgetTest {
    @Test
    void aSlowAttemptIsHedgedWithinTheBudget() {
        Story story = Story.awaitingContent(2).then(new HedgeTimerFired(true));
        assertThat(story.effects()).containsExactly(new ReserveSlot(2, 1, Reason.HEDGE));
    }

    @Test
    void withoutBudgetNothingIsStarted() {
        Story story = Story.awaitingContent(2).then(new HedgeTimerFired(false));
        assertThat(story.effects()).isEmpty();
    }

    @Test
    void aHedgeWithoutASlotGivesItsShareBack() {
        Story story = Story.awaitingContent(2).then(new HedgeTimerFired(true), new LeaseDenied(2));
        assertThat(story.effects()).containsExactly(new ReturnHedgeBudget());
    }

    @Test
    void aHedgeThatWasSentKeepsItsShare() {
        Story story = Story.hedged(2).then(new AttemptFailed(2, false), new AttemptFailed(1, false));
        assertThat(story.all(ReturnHedgeBudget.class)).isEmpty();
    }

    @Test
    void aFiringThatComesTooLateGivesItsShareBack() {
        Story story = Story.awaitingContent(2).then(new FirstContent(1), new HedgeTimerFired(true));
        assertThat(story.effects()).containsExactly(new ReturnHedgeBudget());
    }

    @Test
    void withoutHedgingNoTimerRuns() {
        Story story = Story.with(new RacePlan(3, 3, 1, false)).then(new Admitted(), new LeaseGranted(1));
        assertThat(story.all(ArmHedgeTimer.class)).isEmpty();
    }

    @Test
    void withoutAnotherCandidateNoTimerRuns() {
        Story story = Story.awaitingContent(1);
        assertThat(story.all(ArmHedgeTimer.class)).isEmpty();
    }

    @Test
    void noMoreAttemptsRaceThanThePlanAllows() {
        Story story = Story.hedged(3);
        assertThat(story.all(ArmHedgeTimer.class)).hasSize(1);
    }
}
