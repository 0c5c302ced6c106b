package io.hedgerow.core.drive;

import io.hedgerow.core.port.SlotLease;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A slot lease that is released once, whatever the adapter below it does: a second release is logged with both call
 * sites and goes no further; one that is forgotten is reported by the leak detector with its borrower.
 *
 * <p>Belongs to its exchange's event loop.
 */
final class GuardedLease {
    private static final Logger log = LoggerFactory.getLogger(GuardedLease.class);
    private static final ResourceLeakDetector<GuardedLease> LEAKS =
            ResourceLeakDetectorFactory.instance().newResourceLeakDetector(GuardedLease.class);

    private final SlotLease lease;
    private final @Nullable ResourceLeakTracker<GuardedLease> leak;
    private boolean released;
    private @Nullable Throwable firstRelease;

    GuardedLease(SlotLease lease) {
        this.lease = lease;
        this.leak = LEAKS.track(this);
        if (leak != null) {
            leak.record(lease.id());
        }
    }

    CompletionStage<Void> lost() {
        return lease.lost();
    }

    void release(SlotLease.Outcome outcome) {
        if (released) {
            IllegalStateException second = new IllegalStateException("second release of " + lease.id());
            if (firstRelease != null) {
                second.addSuppressed(firstRelease);
            }
            log.atError().addKeyValue("lease", lease.id()).setCause(second).log("slot released twice");
            return;
        }
        released = true;
        if (leak != null) {
            // A stack trace per request would cost too much: the first call site is known where detection samples.
            firstRelease = new Throwable("first release");
            leak.close(this);
        }
        lease.release(outcome);
    }
}
