package io.hedgerow.launcher.command;

import io.hedgerow.launcher.reload.HangupSignal;
import io.hedgerow.launcher.wiring.StopRequest;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * SIGTERM and SIGINT for commands that run until they are stopped: the command's own thread is asked to stop and closes what
 * it has opened, the last first, at whatever moment of its start or run; then the process ends with the command's exit
 * code, which is 0 when all closed well. Other commands end with the signal's code. SIGHUP, which ends a process too, is
 * kept from {@code serve} as early: there it means something else.
 *
 * <p>There is one per process, because there is one end of it.
 */
public final class EndBySignal {
    private static final Set<String> UNTIL_STOPPED = Set.of("serve", "demo", "mock-upstream", "stores");
    private static final String RELOADS = "serve";
    private static final StopRequest STOP = new StopRequest();
    private static final CompletableFuture<Integer> EXIT_CODE = new CompletableFuture<>();

    private EndBySignal() {}

    /** The first thing of all: until then the JVM ends by itself, with nothing opened and the signal's exit code. */
    public static void watch(String... arguments) {
        if (arguments.length > 0 && UNTIL_STOPPED.contains(arguments[0])) {
            Runtime.getRuntime().addShutdownHook(new Thread(EndBySignal::end, "hedgerow-stop"));
        }
        if (arguments.length > 0 && arguments[0].equals(RELOADS)) {
            HangupSignal.watch();
        }
    }

    /** The command has ended, by itself or because it was asked to. */
    public static void finished(int exitCode) {
        EXIT_CODE.complete(exitCode);
    }

    /** What a command looks at while it starts and runs. */
    static StopRequest request() {
        return STOP;
    }

    /** Runs while the JVM ends; without the halt the exit code would be that of the signal. */
    private static void end() {
        if (EXIT_CODE.isDone()) {
            return;
        }
        STOP.ask();
        try {
            int exitCode = EXIT_CODE.get();
            LogLines.flush();
            Runtime.getRuntime().halt(exitCode);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
