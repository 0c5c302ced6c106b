package io.hedgerow.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.exchange.Effect.ArmHedgeTimer;
import io.hedgerow.core.exchange.Effect.CancelHedgeTimer;
import io.hedgerow.core.exchange.Effect.CloseAttempt;
import io.hedgerow.core.exchange.Effect.Commit;
import io.hedgerow.core.exchange.Effect.Dispatch;
import io.hedgerow.core.exchange.Effect.FinishClient;
import io.hedgerow.core.exchange.Effect.ReserveSlot;
import io.hedgerow.core.exchange.Effect.Settle;
import io.hedgerow.core.exchange.ExchangeEvent.Admitted;
import io.hedgerow.core.exchange.ExchangeEvent.AttemptClosed;
import io.hedgerow.core.exchange.ExchangeEvent.AttemptFailed;
import io.hedgerow.core.exchange.ExchangeEvent.HedgeTimerFired;
import io.hedgerow.core.exchange.ExchangeEvent.LeaseGranted;
import io.hedgerow.core.port.AttemptRecord.Outcome;
import io.hedgerow.core.port.AttemptRecord.Reason;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Before the client has seen a byte, a failure is another provider's turn. */
@Tag("H3")
final class FailoverBeforeCommitTest {
    @Test
    void aFailureClosesTheAttemptAndAsksTheNextCandidate() {
        Story story = Story.with(new RacePlan(2, 2, 1, false))
                .then(new Admitted(), new LeaseGranted(1), new AttemptFailed(1, false));
        assertThat(story.effects())
                .containsExactly(new CloseAttempt(1, Outcome.FAILED), new ReserveSlot(2, 1, Reason.FAILOVER));
    }

    @Test
    void theClientSeesNothingOfIt() {
        Story story = Story.awaitingContent(2).then(new AttemptFailed(1, false), new AttemptClosed(1));
        assertThat(story.all(Commit.class)).isEmpty();
        assertThat(story.all(FinishClient.class)).isEmpty();
    }

    @Test
    void theFailoverGetsTheWholeHedgeDelay() {
        Story story = Story.awaitingContent(3).then(new AttemptFailed(1, false));
        assertThat(story.effects()).contains(new CancelHedgeTimer());
        story.then(new LeaseGranted(2));
        assertThat(story.effects()).containsExactly(new Dispatch(2), new ArmHedgeTimer());
    }

    @Test
    void aHedgeThatRunsIsTheFailover() {
        Story story = Story.hedged(3).then(new AttemptFailed(1, false));
        assertThat(story.effects()).containsExactly(new CloseAttempt(1, Outcome.FAILED), new ArmHedgeTimer());
    }

    @Test
    void aHedgeThatIsStillReservingIsTheFailover() {
        Story story = Story.awaitingContent(3).then(new HedgeTimerFired(true), new AttemptFailed(1, false));
        assertThat(story.effects()).containsExactly(new CloseAttempt(1, Outcome.FAILED));
    }

    @Test
    void failoversAreBounded() {
        Story story = Story.with(new RacePlan(3, 2, 1, false))
                .then(new Admitted(), new LeaseGranted(1), new AttemptFailed(1, false))
                .then(new LeaseGranted(2), new AttemptFailed(2, false));
        assertThat(story.effects())
                .containsExactly(
                        new CloseAttempt(2, Outcome.FAILED), new Settle(new Ending(Ending.Kind.UPSTREAM_FAILED, 2)));
    }

    @Test
    void aFaultOfTheRequestItselfIsAnsweredAndNotTriedElsewhere() {
        Story story = Story.hedged(3).then(new AttemptFailed(2, true));
        assertThat(story.effects())
                .containsExactly(
                        new CloseAttempt(2, Outcome.FAILED),
                        new CloseAttempt(1, Outcome.LOST),
                        new Settle(new Ending(Ending.Kind.CLIENT_FAULT, 2)));
    }
}
