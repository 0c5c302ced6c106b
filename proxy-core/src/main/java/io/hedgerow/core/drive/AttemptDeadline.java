package io.hedgerow.core.drive;

import io.hedgerow.core.config.ProviderConfig;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * By when an attempt has to have come further. One timer, which looks again when it fires: a read moves the deadline, and
 * leaves the timer alone. On the exchange's event loop.
 */
final class AttemptDeadline implements Runnable {
    private final EventLoop loop;
    private final AttemptTimeline timeline;
    private final ProviderConfig.Timeouts timeouts;
    private final boolean stream;
    private final Runnable missed;
    private @Nullable ScheduledFuture<?> timer;
    private long readNanos;
    private boolean paused;
    private boolean limited;
    private long limitNanos;
    private boolean over;

    AttemptDeadline(
            EventLoop loop,
            AttemptTimeline timeline,
            ProviderConfig.Timeouts timeouts,
            boolean stream,
            Runnable missed) {
        this.loop = loop;
        this.timeline = timeline;
        this.timeouts = timeouts;
        this.stream = stream;
        this.missed = missed;
    }

    /** The attempt was sent. */
    void begin() {
        readNanos = timeline.sentNanos();
        schedule();
    }

    /** The provider was heard. */
    void read() {
        readNanos = System.nanoTime();
    }

    /** The first content came: from here on it is silence that counts. */
    void content() {
        schedule();
    }

    /** The client takes nothing, so the provider's silence is not its own; or takes bytes again. */
    void paused(boolean on) {
        paused = on;
        readNanos = System.nanoTime();
    }

    /** The provider's timeouts count no more: for all that is left there is so long. */
    void limit(long nanos) {
        limited = true;
        limitNanos = System.nanoTime() + nanos;
        schedule();
    }

    /** The attempt is over. */
    void cancel() {
        over = true;
        cancelTimer();
    }

    @Override
    public void run() {
        timer = null;
        if (atNanos() - System.nanoTime() > 0) {
            schedule();
        } else {
            missed.run();
        }
    }

    private void schedule() {
        cancelTimer();
        if (!over) {
            timer = loop.schedule(this, Math.max(0, atNanos() - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private long atNanos() {
        if (limited) {
            return limitNanos;
        }
        long total = timeline.sentNanos() + timeouts.total().toNanos();
        if (!stream) {
            return total;
        }
        if (!timeline.hasContent()) {
            return Math.min(total, timeline.sentNanos() + timeouts.firstToken().toNanos());
        }
        return Math.min(
                total,
                (paused ? System.nanoTime() : readNanos) + timeouts.idle().toNanos());
    }
}
