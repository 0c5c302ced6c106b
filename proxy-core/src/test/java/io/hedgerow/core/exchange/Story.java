package io.hedgerow.core.exchange;

import io.hedgerow.core.exchange.ExchangeEvent.Admitted;
import io.hedgerow.core.exchange.ExchangeEvent.FirstContent;
import io.hedgerow.core.exchange.ExchangeEvent.HedgeTimerFired;
import io.hedgerow.core.exchange.ExchangeEvent.LeaseGranted;
import java.util.ArrayList;
import java.util.List;

/** One path through the machine, told event by event. */
final class Story {
    private ExchangeState state;
    private final List<Effect> all = new ArrayList<>();
    private List<Effect> last = List.of();

    private Story(RacePlan plan) {
        this.state = ExchangeState.initial(plan);
    }

    /** Before admission: any number of attempts, two may race. */
    static Story of(int candidates) {
        return with(new RacePlan(candidates, RacePlan.MAX_CANDIDATES, 2, false));
    }

    static Story with(RacePlan plan) {
        return new Story(plan);
    }

    /** Attempt 1 was sent and is waiting for content. */
    static Story awaitingContent(int candidates) {
        return of(candidates).then(new Admitted(), new LeaseGranted(1));
    }

    /** Attempt 1 is slow, attempt 2 was sent as its hedge. */
    static Story hedged(int candidates) {
        return awaitingContent(candidates).then(new HedgeTimerFired(true), new LeaseGranted(2));
    }

    /** Attempt 1 has won; its bytes go to the client. */
    static Story streaming(int candidates) {
        return awaitingContent(candidates).then(new FirstContent(1));
    }

    Story then(ExchangeEvent... events) {
        for (ExchangeEvent event : events) {
            Step step = ExchangeMachine.step(state, event);
            state = step.state();
            last = step.effects();
            all.addAll(last);
        }
        return this;
    }

    /** What the last event led to. */
    List<Effect> effects() {
        return last;
    }

    /** What all events led to. */
    List<Effect> allEffects() {
        return all;
    }

    /** All effects of one kind. */
    <E extends Effect> List<E> all(Class<E> kind) {
        return all.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    ExchangeState state() {
        return state;
    }
}
