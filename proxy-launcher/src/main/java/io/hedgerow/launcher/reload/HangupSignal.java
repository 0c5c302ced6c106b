package io.hedgerow.launcher.reload;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Runs an action on SIGHUP, which would end the process otherwise. Java has no supported way to do this; the class that
 * every JDK has is reached by reflection, so that a Java without it only loses the signal.
 *
 * <p>There is one per process. A signal that comes before there is an action is kept for it.
 */
public final class HangupSignal {
    private static final AtomicBoolean WATCHED = new AtomicBoolean();
    private static final AtomicBoolean KEPT = new AtomicBoolean();
    private static volatile @Nullable Runnable action;

    private HangupSignal() {}

    /** From now on the signal ends nothing. */
    public static void watch() {
        if (WATCHED.compareAndSet(false, true)) {
            handle();
        }
    }

    /** What to do from now on, and at once if the signal has come already. */
    static void onHangup(Runnable then) {
        watch();
        action = then;
        runKept();
    }

    private static void hungUp() {
        KEPT.set(true);
        runKept();
    }

    private static void runKept() {
        Runnable then = action;
        if (then != null && KEPT.compareAndSet(true, false)) {
            then.run();
        }
    }

    private static void handle() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    HangupSignal.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        return switch (method.getName()) {
                            case "handle" -> {
                                hungUp();
                                yield null;
                            }
                            case "hashCode" -> System.identityHashCode(self);
                            case "equals" -> arguments != null && self == arguments[0];
                            default -> "reload on SIGHUP";
                        };
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            Throwable cause = e instanceof InvocationTargetException && e.getCause() != null ? e.getCause() : e;
            // Not a field: the first line of a process sets up its log, and this class is there before that.
            LoggerFactory.getLogger(HangupSignal.class)
                    .atInfo()
                    .addKeyValue("reason", cause.toString())
                    .log("SIGHUP does not reload on this system");
        }
    }
}
