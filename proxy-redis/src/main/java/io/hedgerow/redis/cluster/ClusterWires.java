package io.hedgerow.redis.cluster;

import io.hedgerow.redis.link.Dialer;
import io.hedgerow.redis.link.Link;
import io.hedgerow.redis.link.Link.Lane;
import io.hedgerow.redis.link.NotSentException;
import io.hedgerow.redis.link.Request;
import io.hedgerow.redis.link.StoreLoop;
import io.hedgerow.redis.link.Wire;
import io.hedgerow.redis.link.Wires;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to a Redis Cluster, two per master. The map of slots is asked for every few seconds, and at once when
 * a master sends a command elsewhere, does not answer, or cannot be reached.
 */
public final class ClusterWires implements Wires {
    private static final Logger log = LoggerFactory.getLogger(ClusterWires.class);
    private static final long LOOK_MILLIS = 100;
    private static final long CALM_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long TROUBLED_NANOS = Duration.ofMillis(300).toNanos();

    private final Dialer dialer;
    private final StoreLoop loop;
    private final Redirects redirects;
    private Set<String> heardOf;
    private volatile Runnable changed = () -> {};
    private volatile ClusterMap map = ClusterMap.UNKNOWN;
    private volatile Map<String, Lanes> lanes = Map.of();
    private volatile @Nullable String unheard;
    private volatile boolean doubted = true;
    private boolean surveying;
    private boolean nobodyAnswered = true;
    private boolean closed;
    private long surveyedAt = System.nanoTime() - CALM_NANOS;

    /**
     * Connects nothing yet.
     *
     * @throws IllegalArgumentException if the address is none of a cluster
     */
    public ClusterWires(Link.Address address, StoreLoop loop) {
        HashTags.load();
        this.dialer = new Dialer(address, loop);
        this.loop = loop;
        this.heardOf = Set.copyOf(dialer.named());
        this.redirects = new Redirects(this, loop, address.commandTimeout());
    }

    @Override
    public void start(Runnable listener) {
        changed = listener;
        loop.execute(this::look);
        loop.every(LOOK_MILLIS, this::look);
    }

    private void look() {
        long since = System.nanoTime() - surveyedAt;
        boolean due = since >= CALM_NANOS || (since >= TROUBLED_NANOS && (doubted || troubled()));
        if (closed || surveying || !due) {
            return;
        }
        surveying = true;
        doubted = false;
        surveyedAt = System.nanoTime();
        List<Wire> open =
                lanes.values().stream().map(Lanes::back).filter(Wire::connected).toList();
        if (open.isEmpty() || nobodyAnswered) {
            Survey.ofServers(heardOf, dialer, loop, this::surveyed);
        } else {
            Survey.overWires(open, loop, this::surveyed);
        }
    }

    private boolean troubled() {
        return map.shards().isEmpty() || !map.shards().stream().allMatch(this::connected);
    }

    private void surveyed(Survey survey) {
        surveying = false;
        nobodyAnswered = survey.views().isEmpty();
        if (closed) {
            return;
        }
        if (nobodyAnswered) {
            if (unheard == null) {
                log.atWarn().addKeyValue("why", survey.trouble()).log("no node of the Redis Cluster answers");
            }
            unheard = survey.trouble();
        } else {
            unheard = null;
            adopt(ClusterMap.of(survey.views()));
        }
        changed.run();
    }

    private void adopt(ClusterMap next) {
        Set<String> all = new HashSet<>(dialer.named());
        all.addAll(next.servers());
        heardOf = Set.copyOf(all);
        Map<String, Lanes> kept = new HashMap<>();
        for (String server : next.masters()) {
            Lanes known = lanes.get(server);
            kept.put(server, known == null ? Lanes.to(server, dialer, () -> changed.run()) : known);
        }
        Map<String, Lanes> before = lanes;
        lanes = Map.copyOf(kept);
        map = next;
        before.forEach((server, old) -> {
            if (!kept.containsKey(server)) {
                log.atInfo().addKeyValue("server", server).log("a node of the Redis Cluster is no master any more");
                var unused = old.close();
            }
        });
    }

    @Override
    public Set<String> shards() {
        return map.shards();
    }

    @Override
    public @Nullable String shardOf(String key) {
        return map.shardOf(SlotHash.getSlot(key));
    }

    @Override
    public @Nullable String server(String shard) {
        return map.server(shard);
    }

    @Override
    public boolean connected(String shard) {
        String server = map.server(shard);
        Lanes there = server == null ? null : lanes.get(server);
        return there != null && there.connected();
    }

    @Override
    public @Nullable String refused() {
        String why = unheard;
        for (String shard : map.shards()) {
            String server = map.server(shard);
            Lanes there = server == null ? null : lanes.get(server);
            if (why == null && there != null) {
                why = there.front().refused() == null
                        ? there.back().refused()
                        : there.front().refused();
            }
        }
        return why;
    }

    @Override
    public void doubt(String shard) {
        doubt();
    }

    /** The map may be wrong: it is asked for soon. Any thread. */
    void doubt() {
        doubted = true;
    }

    @Override
    public void reconnect(String shard) {
        String server = map.server(shard);
        Lanes there = server == null ? null : lanes.get(server);
        if (there != null) {
            there.renew();
        }
    }

    @Override
    public <T> CompletionStage<T> send(Lane lane, String key, Request<T> request) {
        int slot = SlotHash.getSlot(key);
        Wire wire = owner(slot, lane);
        if (wire == null) {
            doubt();
            return CompletableFuture.failedFuture(NotSentException.noConnection());
        }
        return redirects.follow(wire.send(request, false), new Redirects.Errand<>(lane, slot, request));
    }

    /** The connection to the owner of a slot, as far as is known. Any thread. */
    @Nullable
    Wire owner(int slot, Lane lane) {
        String server = map.owner(slot);
        return server == null ? null : wire(server, lane);
    }

    /** The connection to a server, if it is known to be a master. Any thread. */
    @Nullable
    Wire wire(String server, Lane lane) {
        Lanes there = lanes.get(server);
        return there == null ? null : there.of(lane);
    }

    @Override
    public CompletionStage<StatefulRedisPubSubConnection<String, String>> subscription() {
        return dialer.subscribe();
    }

    @Override
    public CompletableFuture<Void> close() {
        closed = true;
        return CompletableFuture.allOf(lanes.values().stream().map(Lanes::close).toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public void shutdown() {
        dialer.shutdown();
    }
}
