package io.hedgerow.redis.link;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.AsyncCommand;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One connection that is made again when it breaks. Commands in flight then fail at once and are never sent twice behind
 * their sender's back. State changes on the loop's thread only.
 */
public final class Wire {
    private static final Logger log = LoggerFactory.getLogger(Wire.class);
    private static final long PAUSE_MILLIS = 100;

    private final String name;
    private final Dialer dialer;
    private final String server;
    private final StoreLoop loop;
    private final Runnable changed;
    private final int mostWaiting;
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile @Nullable StatefulRedisConnection<String, String> connection;
    private CompletableFuture<Void> connecting = CompletableFuture.completedFuture(null);
    private boolean closed;
    private volatile @Nullable String refused;

    Wire(String name, Dialer dialer, String server, StoreLoop loop, int mostWaiting, Runnable changed) {
        this.name = name;
        this.dialer = dialer;
        this.server = server;
        this.loop = loop;
        this.mostWaiting = mostWaiting;
        this.changed = changed;
    }

    /** {@code host:port}. */
    public String server() {
        return server;
    }

    /** Whether there is a connection. Any thread. */
    public boolean connected() {
        StatefulRedisConnection<String, String> current = connection;
        return current != null && current.isOpen();
    }

    /** Why the last try to connect failed; null if it did not. Any thread. */
    public @Nullable String refused() {
        return refused;
    }

    /**
     * Sends a command once, unless too many wait for their answers already. Any thread.
     *
     * <p>They are counted here because a bound of the client library's own is a lock around every command.
     *
     * @param asking whether it may use a slot that is being moved to this server
     */
    public <T> CompletionStage<T> send(Request<T> request, boolean asking) {
        StatefulRedisConnection<String, String> current = connection;
        if (current == null || !current.isOpen()) {
            return CompletableFuture.failedFuture(NotSentException.noConnection());
        }
        if (waiting.get() >= mostWaiting) {
            return CompletableFuture.failedFuture(NotSentException.tooManyWait());
        }
        AsyncCommand<String, String, T> command = request.command();
        waiting.incrementAndGet();
        command.whenComplete((answer, error) -> waiting.decrementAndGet());
        try {
            if (asking) {
                current.dispatch(List.of(Request.asking(), command));
            } else {
                current.dispatch(command);
            }
        } catch (RuntimeException e) {
            command.completeExceptionally(e);
        }
        return command;
    }

    /** Begins to connect, and goes on until closed. */
    public void connect() {
        if (closed) {
            return;
        }
        CompletableFuture<Void> over = new CompletableFuture<>();
        connecting = over;
        dialer.connect(server)
                .whenComplete((made, error) -> loop.execute(() -> {
                    connected(made, error);
                    over.complete(null);
                }));
    }

    private void connected(@Nullable StatefulRedisConnection<String, String> made, @Nullable Throwable error) {
        if (made == null) {
            String why = Trouble.of(error);
            log.atLevel(why.equals(refused) ? Level.DEBUG : Level.WARN)
                    .addKeyValue("connection", name)
                    .addKeyValue("server", server)
                    .addKeyValue("why", why)
                    .addKeyValue("error", String.valueOf(error))
                    .log("cannot connect to Redis, trying on");
            refused = why;
            changed.run();
            loop.after(PAUSE_MILLIS, this::connect);
            return;
        }
        if (closed) {
            Dialer.close(made);
            return;
        }
        made.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> broken) {
                loop.execute(() -> broken(made));
            }
        });
        refused = null;
        preload(made);
        connection = made;
        log.atInfo()
                .addKeyValue("connection", name)
                .addKeyValue("server", server)
                .log("connected to Redis");
        changed.run();
        if (!made.isOpen()) {
            broken(made);
        }
    }

    private void broken(StatefulRedisConnection<String, String> which) {
        if (connection != which) {
            return;
        }
        connection = null;
        Dialer.close(which);
        if (closed) {
            return;
        }
        log.atWarn()
                .addKeyValue("connection", name)
                .addKeyValue("server", server)
                .log("connection to Redis lost");
        changed.run();
        connect();
    }

    /** Makes a new connection in place of one that answers no more. On the store's thread. */
    public void renew() {
        StatefulRedisConnection<String, String> current = connection;
        if (current != null) {
            broken(current);
        }
    }

    /** Completes once nothing is open or being opened any more. On the store's thread. */
    public CompletableFuture<Void> close() {
        closed = true;
        StatefulRedisConnection<String, String> current = connection;
        connection = null;
        return CompletableFuture.allOf(
                connecting, current == null ? CompletableFuture.completedFuture(null) : current.closeAsync());
    }

    /** Spares the first use of each script a second round trip, and the first request the loading of classes. */
    private static void preload(StatefulRedisConnection<String, String> made) {
        for (Script script : Script.values()) {
            CompletionStage<String> loading = made.async().scriptLoad(script.source());
            loading.exceptionally(error -> {
                log.atDebug().addKeyValue("script", script).setCause(error).log("script was not loaded beforehand");
                return null;
            });
        }
    }
}
