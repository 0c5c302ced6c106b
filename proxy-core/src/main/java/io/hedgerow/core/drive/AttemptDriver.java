package io.hedgerow.core.drive;

import io.hedgerow.core.dialect.AnswerReader;
import io.hedgerow.core.dialect.FailureClass;
import io.hedgerow.core.dialect.RewrittenBody;
import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.upstream.ChannelLease;
import io.hedgerow.core.upstream.LoopPools;
import io.hedgerow.core.upstream.UpstreamEvents;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt on its connection: sends the request, times it, reads the answer, and closes.
 *
 * <p>Owns one slot lease (released by the exchange's one effect) and one channel lease (ended in {@link #finish}, the
 * attempt's single exit). Belongs to the exchange's event loop.
 */
final class AttemptDriver implements UpstreamEvents {
    private static final int TALLY_BYTES = 256 * 1024;
    /** How long a provider may take to end its body after its terminator before the connection is given up. */
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final AttemptPlan plan;
    private final AttemptOwner owner;
    private final AnswerReader reader;
    private final AttemptTimeline timeline = new AttemptTimeline();
    private final AttemptDeadline deadline;
    private Mode mode = Mode.RESERVING;
    private @Nullable GuardedLease lease;
    private LoopPools.@Nullable Pending pending;
    private @Nullable ChannelLease channel;
    private boolean triedFresh;
    private @Nullable AnswerReading reading;
    private @Nullable AttemptFailure failure;
    private boolean asked;
    private boolean paused;
    private boolean drained;
    private long drainedBytes;
    private int httpStatus;

    AttemptDriver(AttemptPlan plan, AttemptOwner owner) {
        this.plan = plan;
        this.owner = owner;
        this.reader = plan.route().dialect().newReader(TALLY_BYTES);
        this.deadline = new AttemptDeadline(
                owner.loop(), timeline, plan.provider().timeouts(), owner.facts().stream(), this::deadlineMissed);
    }

    // ---- told by the exchange

    void granted(GuardedLease granted) {
        lease = granted;
        OnLoop.when(
                owner.loop(),
                granted.lost(),
                (none, error) -> fail(AttemptFailure.of(FailureClass.NETWORK, httpStatus, "lease_lost")));
    }

    @Nullable
    GuardedLease lease() {
        return lease;
    }

    void dispatch() {
        timeline.sent();
        deadline.begin();
        connect(false);
    }

    /** This attempt has won: what was held goes out, and everything after it. */
    void commit() {
        if (reading != null) {
            reading.commit(owner.writer());
        }
    }

    /** Gives the attempt up: closes the connection, or drains it where closing would not stop the bill. */
    void close(AttemptRecord.Outcome outcome) {
        if (mode == Mode.FINISHED || mode == Mode.LINGERING) {
            return;
        }
        boolean worthDraining = !plan.provider().cancelStopsBilling()
                && outcome != AttemptRecord.Outcome.FAILED
                && (mode == Mode.AWAITING_HEAD || mode == Mode.READING);
        if (worthDraining && owner.drains().tryBegin()) {
            mode = Mode.DRAINING;
            drained = true;
            timeline.ended();
            if (reading != null) {
                reading.drain();
            }
            pause(false);
            deadline.limit(Drains.MAX_NANOS);
        } else {
            finish();
        }
    }

    /** The gateway stops: usage that is not known yet is not waited for. */
    void stopDraining() {
        if (mode == Mode.DRAINING) {
            finish();
        }
    }

    /** The client takes no more for now, or takes bytes again. */
    void pause(boolean on) {
        if (channel != null && paused != on) {
            paused = on;
            deadline.paused(on);
            channel.reading(!on);
        }
    }

    // ---- told by the connection

    @Override
    public void connected(ChannelLease lent) {
        pending = null;
        channel = lent;
        if (mode != Mode.CONNECTING) {
            finish();
            return;
        }
        mode = Mode.AWAITING_HEAD;
        asked = true;
        RewrittenBody body = UpstreamRequest.rewrite(owner.request().body(), owner.facts(), plan);
        lent.send(
                HttpMethod.POST,
                plan.route().pathPrefix() + plan.route().dialect().path(),
                UpstreamRequest.headers(owner.request().headers(), plan.route(), body.length()),
                UpstreamRequest.body(body));
    }

    @Override
    public void connectFailed(Throwable cause) {
        pending = null;
        fail(AttemptFailure.connecting(cause));
    }

    @Override
    public void head(HttpResponse response) {
        httpStatus = response.status().code();
        deadline.read();
        if (mode == Mode.AWAITING_HEAD) {
            mode = Mode.READING;
        }
        reading = AnswerReading.of(this, owner, response);
        if (mode == Mode.DRAINING) {
            reading.drain();
        }
    }

    @Override
    public void content(ByteBuf bytes) {
        deadline.read();
        drainedBytes += mode == Mode.DRAINING ? bytes.readableBytes() : 0;
        if (drainedBytes > Drains.MAX_BYTES) {
            finish();
        } else if (reading != null && (mode == Mode.READING || mode == Mode.DRAINING)) {
            reading.content(bytes);
        }
    }

    @Override
    public void end() {
        if (reading != null && (mode == Mode.READING || mode == Mode.DRAINING)) {
            reading.end();
        }
        if (mode == Mode.LINGERING || mode == Mode.DRAINING) {
            finish();
        }
    }

    @Override
    public void readComplete() {
        if (reading != null) {
            reading.readComplete();
        }
    }

    @Override
    public void closed(Throwable cause) {
        ChannelLease lost = channel;
        channel = null;
        boolean stale =
                mode == Mode.AWAITING_HEAD && lost != null && lost.reused() && !lost.answerStarted() && !triedFresh;
        if (stale) {
            // The provider closed an idle connection while the request was on its way: nothing of it was answered.
            triedFresh = true;
            connect(true);
        } else if (mode == Mode.LINGERING || mode == Mode.DRAINING) {
            finish();
        } else {
            fail(AttemptFailure.of(FailureClass.NETWORK, httpStatus, reading == null ? "reset" : "truncated"));
        }
    }

    // ---- told by the reading of the answer

    void contentCame() {
        if (timeline.content()) {
            deadline.content();
        }
        if (mode == Mode.READING) {
            owner.firstContent(this);
        }
    }

    void answerEnded() {
        if (mode == Mode.DRAINING) {
            linger();
        } else if (mode == Mode.READING) {
            timeline.ended();
            linger();
            if (reading != null) {
                reading.flushRelayed();
            }
            owner.streamEnded(this);
        }
    }

    void fail(AttemptFailure why) {
        if (mode == Mode.FINISHED || mode == Mode.LINGERING || failure != null) {
            return;
        }
        if (mode == Mode.DRAINING) {
            finish();
            return;
        }
        failure = why;
        timeline.ended();
        if (reading != null) {
            reading.flushRelayed();
        }
        owner.failed(this);
    }

    // ---- what became of it

    AttemptPlan plan() {
        return plan;
    }

    AnswerReader reader() {
        return reader;
    }

    @Nullable
    AttemptFailure failure() {
        return failure;
    }

    @Nullable
    AnswerReading reading() {
        return reading;
    }

    int httpStatus() {
        return httpStatus;
    }

    AttemptTimeline timeline() {
        return timeline;
    }

    /** Whether its turn came. */
    boolean sent() {
        return timeline.hasSent();
    }

    /** Whether the request has gone to the provider. */
    boolean asked() {
        return asked;
    }

    // ---- inside

    private void connect(boolean fresh) {
        mode = Mode.CONNECTING;
        LoopPools.Pending asked = owner.pools()
                .borrow(plan.route().origin(), plan.provider().timeouts().connect(), fresh, this);
        if (mode == Mode.CONNECTING) {
            pending = asked;
        }
    }

    /** The single exit. */
    private void finish() {
        if (mode == Mode.FINISHED) {
            return;
        }
        mode = Mode.FINISHED;
        if (!timeline.hasEnded()) {
            timeline.ended();
        }
        deadline.cancel();
        if (reading != null) {
            reading.readComplete();
            reading.release();
        }
        if (drained) {
            owner.drains().end();
            owner.drained(this);
        }
        if (pending != null) {
            pending.cancel();
            pending = null;
            owner.closed(this);
        } else if (channel != null) {
            channel.end(() -> owner.closed(this));
        } else {
            owner.closed(this);
        }
    }

    /** All is said; the body's end is waited for a moment longer, so that the connection can be used again. */
    private void linger() {
        mode = Mode.LINGERING;
        deadline.limit(LINGER_NANOS);
    }

    private void deadlineMissed() {
        if (mode == Mode.LINGERING || mode == Mode.DRAINING) {
            finish();
        } else {
            fail(AttemptFailure.of(
                    FailureClass.TIMEOUT, httpStatus, timeline.hasContent() ? "idle_timeout" : "first_token_timeout"));
        }
    }
}
