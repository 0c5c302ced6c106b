package io.hedgerow.core.drive;

import io.hedgerow.core.client.ClientEvents;
import io.hedgerow.core.client.ResponseWriter;
import io.hedgerow.core.config.GatewayConfig;
import io.hedgerow.core.dialect.ClientError;
import io.hedgerow.core.observe.AffinityMeters;
import io.hedgerow.core.observe.GatewayMeters;
import io.hedgerow.core.port.GatewayPorts;
import io.hedgerow.core.port.MeterNames;
import io.hedgerow.core.queue.SlotQueues;
import io.hedgerow.core.routing.RoutingState;
import io.hedgerow.core.session.EndedSession;
import io.hedgerow.core.upstream.UpstreamConnector;
import io.micrometer.core.instrument.Gauge;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where connections come in: gives each its driver, and knows what all of them share. Thread-safe. */
public final class Entrance implements ClientEvents.Factory {
    private final Supplier<GatewayConfig> config;
    private final Services services;
    private final SessionTermination termination;
    private final CallerAuthenticator authenticator;
    private final long startedSeconds = System.currentTimeMillis() / 1000;
    private volatile ConfigView view;
    private volatile boolean draining;

    /** Opens for the given stores and providers' connections. */
    public Entrance(
            Supplier<GatewayConfig> config,
            GatewayPorts ports,
            UpstreamConnector connector,
            RoutingState routing,
            GatewayMeters meters) {
        this.config = config;
        this.view = new ConfigView(config.get());
        this.authenticator = new CallerAuthenticator(ports.keys());
        ExchangeRegistry registry = new ExchangeRegistry();
        this.services = new Services(
                ports,
                new RequestIds(InstantSource.system()),
                connector,
                new Router(routing),
                new Drains(),
                registry,
                meters,
                new ExchangeObserver(meters),
                new SlotQueues(ports.slots(), meters.registry()),
                new AffinityMeters(meters.registry()));
        this.termination = new SessionTermination(config, ports, registry);
        Gauge.builder(MeterNames.STREAMS_ACTIVE, registry, ExchangeRegistry::size)
                .register(meters.registry());
    }

    @Override
    public ClientEvents open(ResponseWriter writer, EventLoop loop) {
        return new ConnectionDriver(this, writer, loop);
    }

    /** New requests are refused from now on. */
    public void drain() {
        draining = true;
        services.registry().refuse();
    }

    /** Exchanges that are not over. */
    public int active() {
        return services.registry().size();
    }

    /** Completes when the last exchange is over. */
    public CompletionStage<Void> whenIdle() {
        return services.registry().whenEmpty();
    }

    /** Ends what is still open. */
    public void endAll() {
        services.registry().endAll();
    }

    /** Ends a session on all nodes, of one tenant or of all; see {@link EndedSession}. */
    public CompletionStage<EndedSession> endSession(String id, @Nullable String tenantId, Set<String> others) {
        return termination.end(id, tenantId, others);
    }

    boolean draining() {
        return draining;
    }

    CallerAuthenticator authenticator() {
        return authenticator;
    }

    Services services() {
        return services;
    }

    long startedSeconds() {
        return startedSeconds;
    }

    /** The current configuration's view, made anew when the configuration was swapped. */
    @SuppressWarnings("ReferenceEquality") // a reload always makes a new instance; comparing contents would cost more
    ConfigView view() {
        ConfigView known = view;
        GatewayConfig current = config.get();
        if (known.config() != current) {
            known = new ConfigView(current);
            view = known;
        }
        return known;
    }

    static String decode(String pathSegment) {
        try {
            return QueryStringDecoder.decodeComponent(pathSegment.replace("+", "%2B"));
        } catch (IllegalArgumentException notEncoded) {
            return pathSegment;
        }
    }

    static String word(ClientError error) {
        return error.name().toLowerCase(Locale.ROOT);
    }
}
