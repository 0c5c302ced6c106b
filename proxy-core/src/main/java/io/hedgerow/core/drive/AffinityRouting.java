package io.hedgerow.core.drive;

import io.hedgerow.core.config.TrafficConfig;
import io.hedgerow.core.exchange.Ending;
import io.hedgerow.core.port.AffinityStore;
import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.routing.Candidate;
import io.hedgerow.core.session.Session;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets an exchange begin where its session was served last. The binding is asked for while the request is admitted, so that
 * nothing waits for it; a store that takes longer than admission and {@value #PATIENCE_MILLIS} ms is not waited for.
 *
 * <p>A binding whose provider is gone, unwell or full is dropped and counted, and the usual order decides. The session is
 * bound again only when its answer went to the client as a whole, to the provider that gave it, and only if nobody has
 * changed the binding meanwhile. A provider that was so slow that a hedge was sent, and won all the same, is not bound.
 *
 * <p>On the exchange's event loop.
 */
final class AffinityRouting {
    private static final Logger log = LoggerFactory.getLogger(AffinityRouting.class);
    private static final long PATIENCE_MILLIS = 20;

    private final Services services;
    private final ExchangeRequest exchange;
    private final EventLoop loop;
    private final @Nullable String name;
    private boolean known;
    private @Nullable Runnable waiting;
    private AffinityStore.@Nullable Binding binding;
    private @Nullable String followed;

    AffinityRouting(Services services, ExchangeRequest exchange, EventLoop loop) {
        this.services = services;
        this.exchange = exchange;
        this.loop = loop;
        Session session = exchange.session();
        this.name = session != null && follows(session, exchange)
                ? Session.bound(session.name(), exchange.model().id())
                : null;
    }

    private static boolean follows(Session session, ExchangeRequest exchange) {
        TrafficConfig traffic = exchange.view().config().traffic();
        return traffic.affinity() && (session.named() || exchange.facts().bodyBytes() >= traffic.prefixBytes());
    }

    /** Asks for the binding. */
    void begin() {
        String session = name;
        if (session == null) {
            known = true;
            return;
        }
        OnLoop.ask(loop, () -> store().find(tenant(), session), (found, failure) -> {
            binding = known ? null : found;
            answered(failure);
        });
    }

    private void answered(@Nullable Throwable failure) {
        if (failure != null) {
            log.atWarn().addKeyValue("request", exchange.id()).setCause(failure).log("affinity failed");
        }
        known = true;
        Runnable then = waiting;
        waiting = null;
        if (then != null) {
            then.run();
        }
    }

    /** Runs once the binding is known or takes too long; at once in the usual case. */
    void whenKnown(Runnable then) {
        if (known) {
            then.run();
            return;
        }
        waiting = then;
        loop.schedule(
                () -> {
                    if (!known) {
                        answered(null);
                    }
                },
                PATIENCE_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** The candidates with the bound one first, if it can be followed. */
    List<Candidate> order(List<Candidate> candidates) {
        AffinityStore.Binding bound = binding;
        if (name == null) {
            return candidates;
        }
        Candidate target = bound == null ? null : of(bound.providerId(), candidates);
        if (bound != null && (target == null || target.lastResort())) {
            escape();
            target = null;
        }
        services.affinity().routed(target != null);
        if (target == null) {
            return candidates;
        }
        followed = target.provider().id();
        List<Candidate> ordered = new ArrayList<>(candidates.size());
        ordered.add(target);
        for (Candidate candidate : candidates) {
            if (!candidate.provider().id().equals(followed)) {
                ordered.add(candidate);
            }
        }
        return ordered;
    }

    private static @Nullable Candidate of(String providerId, List<Candidate> candidates) {
        for (Candidate candidate : candidates) {
            if (candidate.provider().id().equals(providerId)) {
                return candidate;
            }
        }
        return null;
    }

    /** A provider had no place; if it is the bound one the session goes elsewhere. */
    void denied(String providerId) {
        if (providerId.equals(followed)) {
            escape();
        }
    }

    /** How it ended is decided and durable. */
    void decided(Ending ending, Attempts attempts) {
        String session = name;
        AttemptDriver winner = attempts.winner();
        boolean whole = ending.kind() == Ending.Kind.COMPLETED;
        if (session == null || winner == null || !whole || slow(winner, attempts)) {
            return;
        }
        AffinityStore.Binding bound = binding;
        long version = bound == null ? AffinityStore.UNBOUND : bound.version();
        String provider = winner.plan().provider().id();
        OnLoop.ask(loop, () -> store().bind(tenant(), session, provider, version), (done, failure) -> noted(failure));
    }

    /** Whether it won in spite of a hedge that was sent because it was slow. */
    private static boolean slow(AttemptDriver winner, Attempts attempts) {
        return winner.plan().reason() != AttemptRecord.Reason.HEDGE && attempts.hedged();
    }

    private void escape() {
        AffinityStore.Binding bound = binding;
        String session = name;
        if (bound == null || session == null) {
            return;
        }
        binding = null;
        followed = null;
        services.affinity().stale();
        OnLoop.ask(
                loop, () -> store().drop(tenant(), session, bound.version(), false), (done, failure) -> noted(failure));
    }

    private void noted(@Nullable Throwable failure) {
        if (failure != null) {
            log.atWarn().addKeyValue("request", exchange.id()).setCause(failure).log("affinity was not changed");
        }
    }

    private AffinityStore store() {
        return services.ports().affinity();
    }

    private String tenant() {
        return exchange.caller().tenant().id();
    }
}
