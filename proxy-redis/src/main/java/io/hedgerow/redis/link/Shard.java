package io.hedgerow.redis.link;

import io.hedgerow.redis.link.Link.Lane;
import io.hedgerow.redis.link.Membership.Registrant;
import io.hedgerow.redis.link.Membership.Registration;
import io.hedgerow.redis.link.Membership.Rules;
import io.hedgerow.redis.link.Standing.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's membership in one shard. Its epoch key vanishes with the shard's data. Whenever the shard comes back, or
 * moves to another server, this node first registers what it holds there. Beats run one at a time; everything but
 * {@link #standing()} belongs to the store's thread.
 */
final class Shard {
    private static final Logger log = LoggerFactory.getLogger(Shard.class);
    private static final long PAUSE_WHILE_AWAY_MILLIS = 100;
    private static final int FAILURES_UNTIL_AWAY = 2;
    private static final int FAILURES_UNTIL_RECONNECT = 25;

    private final String name;
    private final Membership membership;
    private final Rules rules;
    private final Link link;
    private final Wires wires;
    private final String[] keys;
    private final StoreLoop loop;
    private volatile Standing standing = Standing.NONE;
    private volatile @Nullable String trouble;
    private volatile long upAt;
    private List<CompletableFuture<Standing>> waiting = new ArrayList<>();
    private List<CompletableFuture<Standing>> served = List.of();
    private boolean beating;
    private boolean stopped;
    private int failures;
    private long nextTick;
    private @Nullable String registeredFor;
    private @Nullable String registeredAt;

    /** Does nothing yet. The shard is taken to have been up at {@code upAt}, by {@link System#nanoTime()}. */
    Shard(String name, Membership membership, Rules rules, Backing backing, long upAt) {
        this.name = name;
        this.membership = membership;
        this.rules = rules;
        this.link = backing.link();
        this.wires = backing.link().wires();
        this.keys = backing.keys().nodes(name);
        this.loop = backing.loop();
        this.upAt = upAt;
    }

    /** What all shards share. */
    record Backing(Link link, Keys keys, StoreLoop loop) {}

    Standing standing() {
        return standing;
    }

    /** Why it cannot be asked; null while it can. Any thread. */
    @Nullable
    String trouble() {
        return trouble;
    }

    /** When this node last saw it up, by {@link System#nanoTime()}. */
    long upAt() {
        return upAt;
    }

    void wiresChanged() {
        if (wires.connected(name)) {
            if (standing.state() == State.AWAY || moved()) {
                confirm(new CompletableFuture<>());
            }
        } else {
            String why = wires.refused();
            trouble = why == null ? Trouble.of(NotSentException.noConnection()) : why;
            publish(new Standing(State.AWAY, standing.epoch(), standing.liveNodes(), 0));
        }
    }

    /** The new server may lack what the old one was told last. */
    private boolean moved() {
        return registeredAt != null && !registeredAt.equals(wires.server(name));
    }

    void confirm(CompletableFuture<Standing> result) {
        if (stopped) {
            result.complete(standing);
            return;
        }
        waiting.add(result);
        if (!beating) {
            beat();
        }
    }

    CompletionStage<?> leave() {
        stopped = true;
        return link.run(Lane.BACK, Script.LEAVE, keys, rules.nodeId()).exceptionally(error -> {
            log.atDebug().addKeyValue("error", error.toString()).log("no good-bye");
            return null;
        });
    }

    /** Ends the beats: the shard is known under another name now, or gone. */
    void drop() {
        stopped = true;
        standing = new Standing(State.AWAY, standing.epoch(), standing.liveNodes(), 0);
    }

    private void beat() {
        beating = true;
        served = waiting;
        waiting = new ArrayList<>();
        String grace = Long.toString(rules.grace().toMillis());
        link.run(
                        Lane.BACK,
                        Script.BEAT,
                        keys,
                        rules.nodeId(),
                        membership.uniqueName(),
                        grace,
                        rules.sole() ? "1" : "0",
                        grace)
                .whenComplete((reply, error) -> loop.execute(() -> answered(reply, error)));
    }

    private void answered(@Nullable Reply reply, @Nullable Throwable error) {
        if (reply == null || !wires.connected(name)) {
            failed(error);
            return;
        }
        String epoch = reply.text(1);
        String server = wires.server(name);
        long left = Math.max(0, rules.grace().toMillis() - reply.number(2));
        Standing now = new Standing(left > 0 ? State.GRACE : State.UP, epoch, (int) reply.number(3), left);
        boolean lost = registeredFor != null && !registeredFor.equals(epoch);
        if (standing.state() != State.AWAY && !lost && !moved()) {
            succeeded(now);
            return;
        }
        if (lost) {
            log.atWarn()
                    .addKeyValue("shard", name)
                    .addKeyValue("epoch", epoch)
                    .log("Redis has lost its data, registering what is held here");
            publish(new Standing(State.GRACE, epoch, now.liveNodes(), left));
        }
        registerAll(lost)
                .whenComplete((done, failure) -> loop.execute(() -> {
                    if (failure != null) {
                        failed(failure);
                    } else {
                        registeredFor = epoch;
                        registeredAt = server;
                        succeeded(now);
                    }
                }));
    }

    private CompletionStage<Void> registerAll(boolean lost) {
        Registration registration = new Registration(
                lost,
                moved(),
                Duration.ofNanos(Math.max(0, System.nanoTime() - upAt)),
                key -> name.equals(wires.shardOf(key)));
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (Registrant registrant : membership.registrants()) {
            all.add(registrant.register(registration).toCompletableFuture());
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new));
    }

    private void succeeded(Standing now) {
        failures = 0;
        if (wires.connected(name)) {
            trouble = null;
            publish(now);
        }
        finish(
                now.state() == State.GRACE
                        ? Math.min(now.graceMillis() + 1, rules.heartbeat().toMillis())
                        : rules.heartbeat().toMillis());
    }

    private void failed(@Nullable Throwable error) {
        failures++;
        String why = reason(error);
        if (error != null && !why.equals(trouble)) {
            log.atWarn().addKeyValue("shard", name).addKeyValue("why", why).log("Redis cannot be asked");
            trouble = why;
        }
        log.atDebug().addKeyValue("error", String.valueOf(error)).log("no beat");
        if (!wires.connected(name) || failures >= FAILURES_UNTIL_AWAY) {
            publish(new Standing(State.AWAY, standing.epoch(), standing.liveNodes(), 0));
        }
        wires.doubt(name);
        if (failures % FAILURES_UNTIL_RECONNECT == 0) {
            wires.reconnect(name);
        }
        finish(PAUSE_WHILE_AWAY_MILLIS);
    }

    /** That there is no connection says less than why there is none. */
    private String reason(@Nullable Throwable error) {
        String refused = wires.refused();
        return error instanceof NotSentException && refused != null ? refused : Trouble.of(error);
    }

    private void finish(long pause) {
        beating = false;
        Standing now = standing;
        served.forEach(waiter -> waiter.complete(now));
        served = List.of();
        if (stopped) {
            waiting.forEach(waiter -> waiter.complete(now));
        } else if (!waiting.isEmpty()) {
            beat();
        } else {
            long tick = ++nextTick;
            loop.after(pause, () -> {
                if (tick == nextTick && !beating) {
                    confirm(new CompletableFuture<>());
                }
            });
        }
    }

    private void publish(Standing now) {
        if (stopped) {
            return;
        }
        if (now.state() != standing.state()) {
            log.atInfo()
                    .addKeyValue("shard", name)
                    .addKeyValue("server", Objects.requireNonNullElse(wires.server(name), "none"))
                    .addKeyValue("state", now.state())
                    .addKeyValue("nodes", now.liveNodes())
                    .log("standing with Redis changed");
        }
        if (now.state() == State.UP) {
            upAt = System.nanoTime();
        }
        standing = now;
        membership.changed();
    }
}
