package io.hedgerow.core.drive;

import io.hedgerow.core.client.ClientRequest;
import io.hedgerow.core.client.ResponseWriter;
import io.hedgerow.core.dialect.FailureClass;
import io.hedgerow.core.dialect.RequestFacts;
import io.hedgerow.core.exchange.Effect;
import io.hedgerow.core.exchange.Ending;
import io.hedgerow.core.exchange.ExchangeEvent;
import io.hedgerow.core.exchange.ExchangeMachine;
import io.hedgerow.core.exchange.ExchangeState;
import io.hedgerow.core.exchange.Step;
import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.routing.Candidate;
import io.hedgerow.core.upstream.LoopPools;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one exchange: feeds its state machine with events and carries out the effects, in order.
 *
 * <p>Belongs to the client's event loop. Events that come while effects are carried out wait in a queue, so that the
 * machine never runs inside itself.
 */
final class ExchangeDriver implements AttemptOwner, Opening.Race, SlotWait.Outcome, Closing.Outcome {
    private static final Logger log = LoggerFactory.getLogger(ExchangeDriver.class);

    private final Services services;
    private final ExchangeRequest exchange;
    private final ClientAnswer answer;
    private final ResponseWriter writer;
    private final EventLoop loop;
    private List<Candidate> candidates;
    private final ExchangeTimeline timeline;
    private final Admitting admitting;
    private final Closing closing;

    private final ArrayDeque<ExchangeEvent> events = new ArrayDeque<>();
    private boolean stepping;
    private ExchangeState state;
    private final Attempts attempts = new Attempts();
    private final HedgeTimer hedgeTimer;
    private final AffinityRouting affinity;
    private final Reserving reserving;
    private @Nullable SlotWait wait;
    private final ProgressNotes progress;
    private boolean journalFailed;
    private boolean clientFinished;

    ExchangeDriver(Services services, ExchangeRequest exchange, ResponseWriter writer, EventLoop loop) {
        this.services = services;
        this.exchange = exchange;
        this.writer = writer;
        this.loop = loop;
        this.answer = new ClientAnswer(exchange, writer);
        this.candidates = services.router().candidates(exchange.view().config(), exchange.model());
        this.timeline = new ExchangeTimeline(exchange.http().receivedNanos());
        this.hedgeTimer = new HedgeTimer(services, exchange, loop, this::post);
        this.affinity = new AffinityRouting(services, exchange, loop);
        this.progress = new ProgressNotes(services, exchange, loop);
        this.reserving = new Reserving(services, exchange, loop, affinity);
        Opening opening = new Opening(affinity, reserving, candidates, this, () -> state.stopped() == null);
        this.admitting = new Admitting(services, exchange, answer, opening);
        this.closing = new Closing(services, exchange, admitting, affinity, this);
        this.state = ExchangeState.initial(services.router().plan(exchange, candidates));
    }

    void start() {
        services.registry().opened(this);
        affinity.begin();
        admitting.start();
    }

    @Override
    public void begin(List<Candidate> ordered) {
        timeline.admitted();
        candidates = ordered;
        post(new ExchangeEvent.Admitted());
    }

    @Override
    public void refused() {
        post(new ExchangeEvent.Refused());
    }

    /** The session that it counts for; null if the client named none. Any thread. */
    @Nullable
    String session() {
        return reserving.session();
    }

    String tenantId() {
        return exchange.caller().tenant().id();
    }

    /** An operator ended its session. Any thread. */
    void sessionEnded() {
        loop.execute(() -> post(new ExchangeEvent.SessionEnded()));
    }

    /** The client's connection ended. */
    void clientGone() {
        post(new ExchangeEvent.ClientGone());
    }

    /** The client takes no more for now, or takes bytes again. */
    void clientWritable(boolean writable) {
        AttemptDriver winner = attempts.winner();
        if (winner != null) {
            winner.pause(!writable);
        }
    }

    /** The gateway stops and waits no longer. Any thread. */
    void shutdownDue() {
        loop.execute(() -> {
            post(new ExchangeEvent.ShutdownDue());
            attempts.forEach(AttemptDriver::stopDraining);
        });
    }

    // ---- the machine

    private void post(ExchangeEvent event) {
        events.add(event);
        if (stepping) {
            return;
        }
        stepping = true;
        try {
            for (ExchangeEvent next = events.poll(); next != null; next = events.poll()) {
                Step step = ExchangeMachine.step(state, next);
                state = step.state();
                for (Effect effect : step.effects()) {
                    performSafely(effect);
                }
            }
        } finally {
            stepping = false;
        }
        if (clientFinished && state.quiescent()) {
            services.registry().closed(this);
        }
    }

    /** A defect in one effect must not keep the others from being carried out: slots and money depend on them. */
    private void performSafely(Effect effect) {
        try {
            perform(effect);
        } catch (RuntimeException defect) {
            log.atError()
                    .addKeyValue("request", exchange.id())
                    .addKeyValue("effect", effect.getClass().getSimpleName())
                    .setCause(defect)
                    .log("effect failed");
            if (effect instanceof Effect.Settle) {
                journalFailed = true;
                events.add(new ExchangeEvent.Settled());
            } else if (effect instanceof Effect.Dispatch dispatch) {
                events.add(new ExchangeEvent.AttemptFailed(dispatch.attempt(), false));
            } else if (effect instanceof Effect.FinishClient || effect instanceof Effect.AnswerRefusal) {
                clientFinished = true;
                writer.abort();
            } else {
                events.add(new ExchangeEvent.ShutdownDue());
            }
        }
    }

    private void perform(Effect effect) {
        if (effect instanceof Effect.ReserveSlot reserve) {
            reserve(reserve);
        } else if (effect instanceof Effect.AwaitSlot) {
            awaitSlot();
        } else if (effect instanceof Effect.StopWaiting) {
            if (wait != null) {
                wait.leave();
            }
        } else if (effect instanceof Effect.Dispatch dispatch) {
            timeline.dispatched();
            services.router().starting(attempts.get(dispatch.attempt()).plan().candidate());
            attempts.get(dispatch.attempt()).dispatch();
        } else if (effect instanceof Effect.ArmHedgeTimer) {
            hedgeTimer.arm();
        } else if (effect instanceof Effect.CancelHedgeTimer) {
            hedgeTimer.cancel();
        } else if (effect instanceof Effect.ReturnHedgeBudget) {
            services.router().returnHedge(exchange.model());
        } else if (effect instanceof Effect.Commit commit) {
            commit(attempts.get(commit.attempt()));
        } else if (effect instanceof Effect.CloseAttempt close) {
            attempts.get(close.attempt()).close(close.outcome());
        } else if (effect instanceof Effect.ReleaseSlot release) {
            release(release);
        } else if (effect instanceof Effect.Settle settle) {
            settle(settle.ending());
        } else if (effect instanceof Effect.FinishClient finish) {
            finishClient(finish.ending());
        } else if (effect instanceof Effect.AnswerRefusal) {
            answer.writeRefusal();
            services.meters().refused(Entrance.word(answer.refusalReason()));
            clientFinished = true;
        }
    }

    private void reserve(Effect.ReserveSlot reserve) {
        Candidate candidate = candidates.get(reserve.candidate());
        AttemptDriver attempt = newAttempt(candidate, reserve.reason());
        int n = attempt.plan().n();
        reserving.ask(candidate, n, lease -> {
            if (lease != null) {
                attempt.granted(lease);
                post(new ExchangeEvent.LeaseGranted(n));
            } else {
                post(new ExchangeEvent.LeaseDenied(n));
            }
        });
    }

    private AttemptDriver newAttempt(Candidate candidate, AttemptRecord.Reason reason) {
        ProviderRoute route = exchange.view().route(candidate.provider());
        AttemptDriver attempt =
                new AttemptDriver(new AttemptPlan(attempts.nextNumber(), candidate, route, reason), this);
        attempts.add(attempt);
        return attempt;
    }

    private void release(Effect.ReleaseSlot release) {
        AttemptDriver attempt = attempts.get(release.attempt());
        GuardedLease lease = attempt.lease();
        if (lease != null) {
            lease.release(release.outcome());
            services.queues().released(attempt.plan().provider().id());
        }
    }

    // ---- the wait for a slot

    private void awaitSlot() {
        wait = new SlotWait(services, exchange, reserving, loop, this);
        wait.begin(candidates);
    }

    @Override
    public void inVain() {
        post(new ExchangeEvent.WaitOver());
    }

    @Override
    public void keepAlive() {
        timeline.sentHead();
        answer.keepAlive();
    }

    @Override
    public void found(int candidate, GuardedLease lease, long waitedNanos) {
        timeline.waited(waitedNanos);
        AttemptDriver attempt = newAttempt(candidates.get(candidate), AttemptRecord.Reason.PRIMARY);
        attempt.granted(lease);
        post(new ExchangeEvent.SlotFound(attempt.plan().n(), candidate));
    }

    private void commit(AttemptDriver attempt) {
        attempts.won(attempt);
        timeline.committed(attempt.timeline());
        if (exchange.facts().stream()) {
            answer.startStream(attempt, attempts.sent());
        }
        attempt.commit();
        admitting.watch(attempt);
        progress.begin(attempt);
    }

    // ---- settle and finish

    private void settle(Ending ending) {
        progress.end();
        closing.settle(new Closing.Race(ending, state, attempts, timeline));
    }

    @Override
    public void recorded() {
        progress.recorded();
    }

    @Override
    public void settled(boolean durable) {
        journalFailed |= !durable;
        post(new ExchangeEvent.Settled());
    }

    private void finishClient(Ending ending) {
        clientFinished = true;
        answer.attempts(attempts.sent());
        if (journalFailed) {
            answer.journalFailed();
        } else {
            answer.finish(ending, attempts.decider(ending));
        }
    }

    // ---- for attempts

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public LoopPools pools() {
        return services.connector().pools(loop);
    }

    @Override
    public Drains drains() {
        return services.drains();
    }

    @Override
    public ClientRequest request() {
        return exchange.http();
    }

    @Override
    public RequestFacts facts() {
        return exchange.facts();
    }

    @Override
    public int maxAnswerBytes() {
        return exchange.view().config().limits().maxAnswerBytes();
    }

    @Override
    public ResponseWriter writer() {
        return writer;
    }

    @Override
    public void firstContent(AttemptDriver attempt) {
        post(new ExchangeEvent.FirstContent(attempt.plan().n()));
    }

    @Override
    public void streamEnded(AttemptDriver attempt) {
        post(new ExchangeEvent.StreamEnded(attempt.plan().n()));
    }

    @Override
    public void failed(AttemptDriver attempt) {
        AttemptFailure failure = attempt.failure();
        boolean clientFault =
                failure != null && failure.failureClass() == FailureClass.CLIENT_FAULT && failure.body() != null;
        services.observer().attemptFailed(exchange, attempt);
        services.router().failed(exchange.model(), attempt);
        post(new ExchangeEvent.AttemptFailed(attempt.plan().n(), clientFault));
    }

    @Override
    public void closed(AttemptDriver attempt) {
        post(new ExchangeEvent.AttemptClosed(attempt.plan().n()));
    }

    @Override
    public void drained(AttemptDriver attempt) {
        progress.drained(attempt);
    }
}
