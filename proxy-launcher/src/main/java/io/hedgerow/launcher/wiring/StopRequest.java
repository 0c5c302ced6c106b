package io.hedgerow.launcher.wiring;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Somebody wants the process to end. What is being started looks at it between its steps, and gives up; what runs waits for
 * it, and closes. Thread-safe.
 */
public final class StopRequest {
    private final CompletableFuture<Void> asked = new CompletableFuture<>();

    /** Asks. Only the first call does something. */
    public void ask() {
        asked.complete(null);
    }

    /** Whether somebody has asked. */
    public boolean isAsked() {
        return asked.isDone();
    }

    /** Completes when somebody asks; dependents run on the thread that does. */
    public CompletableFuture<Void> whenAsked() {
        return asked.copy();
    }

    /** Waits until somebody asks. */
    public void await() throws InterruptedException {
        try {
            asked.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Between two steps of a start.
     *
     * @param stop null for a start that nobody gives up
     * @throws CancellationException if somebody has asked
     */
    static void check(@Nullable StopRequest stop) {
        if (stop != null && stop.isAsked()) {
            throw new CancellationException("stopped while it started");
        }
    }
}
