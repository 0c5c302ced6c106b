package io.hedgerow.core.drive;

import io.hedgerow.core.config.GatewayConfig;
import io.hedgerow.core.config.ModelConfig;
import io.hedgerow.core.dialect.RequestFacts;
import io.hedgerow.core.exchange.RacePlan;
import io.hedgerow.core.routing.Candidate;
import io.hedgerow.core.routing.Candidates;
import io.hedgerow.core.routing.HedgeBudget;
import io.hedgerow.core.routing.HedgeDelay;
import io.hedgerow.core.routing.ProviderHealth;
import io.hedgerow.core.routing.RoutingState;
import io.hedgerow.core.routing.TtftStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Asks and feeds what routing remembers, with the clock and the chance that routing itself does without. Thread-safe.
 */
final class Router {
    private static final long SUPPRESS_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final RoutingState state;

    Router(RoutingState state) {
        this.state = state;
    }

    List<Candidate> candidates(GatewayConfig config, ModelConfig model) {
        List<Candidate> ordered =
                Candidates.order(model, config, state, ThreadLocalRandom.current()::nextDouble, System.nanoTime());
        return oncePerProvider(ordered);
    }

    /** A provider that was tried in a request is not tried again, also not under another of its models. */
    private static List<Candidate> oncePerProvider(List<Candidate> ordered) {
        List<Candidate> once = new ArrayList<>(ordered.size());
        for (Candidate candidate : ordered) {
            boolean seen = false;
            for (Candidate earlier : once) {
                seen |= earlier.provider().id().equals(candidate.provider().id());
            }
            if (!seen) {
                once.add(candidate);
            }
        }
        return once;
    }

    /** What an exchange with these candidates may do. */
    RacePlan plan(ExchangeRequest exchange, List<Candidate> candidates) {
        ModelConfig.Hedge hedge = exchange.model().hedge();
        boolean hedging = exchange.hedging() && !(hedge.delay() instanceof ModelConfig.Delay.Off);
        return new RacePlan(
                candidates.size(),
                exchange.model().maxAttempts(),
                hedging ? Math.max(1, hedge.maxAttempts()) : 1,
                SlotWait.possible(candidates));
    }

    void admitted(ModelConfig model) {
        state.hedgeBudget(model).earn();
    }

    /** Nanos from the sending of an attempt to its hedge; negative for none. */
    long hedgeDelayNanos(ModelConfig model, RequestFacts facts) {
        return HedgeDelay.compute(
                model.hedge(), state.ttftOfModel(model.id()), facts.stream(), facts.bodyBytes(), System.nanoTime());
    }

    /** Takes one hedge of the model's budget. */
    boolean tryHedge(ModelConfig model) {
        return state.hedgeBudget(model).tryTake(System.nanoTime());
    }

    void returnHedge(ModelConfig model) {
        state.hedgeBudget(model).giveBack();
    }

    void starting(Candidate candidate) {
        candidate.health().tryStart(System.nanoTime());
    }

    /** An attempt failed: its target is marked, and hedges wait where the provider has too much to do. */
    void failed(ModelConfig model, AttemptDriver attempt) {
        AttemptFailure failure = attempt.failure();
        if (failure == null) {
            return;
        }
        long now = System.nanoTime();
        long retryAfter = TimeUnit.MILLISECONDS.toNanos(failure.retryAfterMillis());
        health(attempt).failed(failure.failureClass(), retryAfter, now);
        if (failure.failureClass().suppressesHedges()) {
            HedgeBudget budget = state.hedgeBudget(model);
            budget.suppress(Math.max(SUPPRESS_NANOS, retryAfter), now);
        }
    }

    /** The exchange is decided: what its attempts took enters the statistics. */
    void attemptSeen(ModelConfig model, RequestFacts facts, AttemptDriver attempt) {
        if (!attempt.sent() || attempt.failure() != null) {
            return;
        }
        long now = System.nanoTime();
        AttemptTimeline timeline = attempt.timeline();
        if (timeline.hasContent()) {
            health(attempt).succeeded();
            long ttft = timeline.ttftNanos();
            state.ttftOfModel(model.id()).record(facts.stream(), facts.bodyBytes(), ttft, now);
            state.ttftOfProvider(attempt.plan().provider().id()).record(facts.stream(), facts.bodyBytes(), ttft, now);
        } else {
            health(attempt).abandoned(now);
            TtftStatistics statistics = state.ttftOfModel(model.id());
            statistics.recordLost(facts.stream(), facts.bodyBytes(), timeline.endNanos() - timeline.sentNanos(), now);
        }
    }

    /** What is remembered of a model's times to first content. */
    TtftStatistics statistics(ModelConfig model) {
        return state.ttftOfModel(model.id());
    }

    private static ProviderHealth health(AttemptDriver attempt) {
        return attempt.plan().candidate().health();
    }
}
