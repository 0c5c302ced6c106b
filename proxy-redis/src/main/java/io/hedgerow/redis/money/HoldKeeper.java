package io.hedgerow.redis.money;

import io.hedgerow.redis.link.Backend;
import io.hedgerow.redis.link.InTurns;
import io.hedgerow.redis.link.Keys;
import io.hedgerow.redis.link.Link;
import io.hedgerow.redis.link.Link.Lane;
import io.hedgerow.redis.link.Membership;
import io.hedgerow.redis.link.Reply;
import io.hedgerow.redis.link.Script;
import io.hedgerow.redis.link.Sparingly;
import io.hedgerow.redis.link.Standing.State;
import io.hedgerow.redis.link.StoreLoop;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node's holds alive, forgets pending costs once a balance contains them, and puts both back after a loss of
 * data. Runs on the store's thread.
 */
final class HoldKeeper implements Membership.Registrant {
    private static final Logger log = LoggerFactory.getLogger(HoldKeeper.class);
    private static final int PER_COMMAND = 200;

    /** Holds or costs that are sent before the loop does something else. */
    private static final int PER_TURN = 1_000;

    private static final int ASKED_AT_ONCE = 2000;

    /** Holds of one tenant, for one command. */
    private record Part(String tenant, List<Hold> holds) {}

    private final MoneyRules rules;
    private final Link link;
    private final Keys keys;
    private final StoreLoop loop;
    private final Membership membership;
    private final HoldBook holds;
    private final PendingBook pending;
    private final OutageLedger ledger;
    private final Sparingly warnings = new Sparingly();

    HoldKeeper(MoneyRules rules, Backend backend, Books books) {
        this.rules = rules;
        this.link = backend.link();
        this.keys = backend.keys();
        this.loop = backend.loop();
        this.membership = backend.membership();
        this.holds = books.holds();
        this.pending = books.pending();
        this.ledger = books.ledger();
    }

    /** How often {@link #sweep()} is due. */
    long sweepMillis() {
        return Math.max(1, rules.lease().toMillis() / 12);
    }

    void sweep() {
        var unused = extend(rules.lease().toNanos() / 4, tenant -> state(tenant) != State.AWAY);
    }

    /** Asks which pending costs a balance contains by now. */
    void ask() {
        // No more than there are: nothing is asked for twice in a round.
        int most = Math.min(ASKED_AT_ONCE, pending.size());
        var unused = pending(most, false, tenant -> state(tenant) == State.UP, this::forgetUnlessLost);
    }

    /** Where all data is gone, costs are too, though no balance contains them: only a beat can tell. */
    private void forgetUnlessLost(String tenant, String epoch, List<String> gone) {
        membership.confirm(keys.account(tenant)).thenAccept(standing -> {
            if (Objects.equals(standing.epoch(), epoch)) {
                forget(gone);
            }
        });
    }

    private void forget(List<String> gone) {
        loop.execute(() -> pending.remove(gone));
    }

    /** What becomes of costs that are pending no more in an epoch. */
    private interface Gone {
        void costs(String tenant, String epoch, List<String> requestIds);
    }

    private State state(String tenant) {
        return membership.standing(keys.account(tenant)).state();
    }

    /**
     * Registers all holds. Pending costs are put back too, those of settlements under way included, unless this node was
     * away for so long that a balance may contain them by now with nobody remembering that.
     */
    @Override
    public CompletionStage<Void> register(Membership.Registration registration) {
        boolean putBack = registration.silence().compareTo(rules.fresh()) < 0;
        Predicate<String> here = tenant -> registration.concerns().test(keys.account(tenant)[0]);
        return CompletableFuture.allOf(
                extend(Long.MIN_VALUE, here),
                pending(pending.size(), putBack, here, (tenant, epoch, gone) -> forget(gone)),
                registration.afterLoss() ? underWay(putBack, here) : CompletableFuture.completedFuture(null));
    }

    private CompletableFuture<Void> extend(long minAge, Predicate<String> tenants) {
        List<Part> parts = new ArrayList<>();
        holds.olderThan(minAge).forEach((tenant, open) -> {
            for (int from = tenants.test(tenant) ? 0 : open.size(); from < open.size(); from += PER_COMMAND) {
                parts.add(new Part(tenant, open.subList(from, Math.min(open.size(), from + PER_COMMAND))));
            }
        });
        Iterator<Part> rest = parts.iterator();
        return InTurns.run(loop, () -> {
            List<CompletableFuture<?>> sent = new ArrayList<>();
            for (int count = 0; count < PER_TURN && rest.hasNext(); ) {
                Part part = rest.next();
                count += part.holds().size();
                sent.add(extend(part.tenant(), part.holds()));
            }
            return sent;
        });
    }

    private CompletableFuture<Reply> extend(String tenant, List<Hold> open) {
        List<String> keysOf = new ArrayList<>(List.of(keys.account(tenant)));
        List<String> args = new ArrayList<>(List.of(rules.leaseMillis(), rules.keyLifeMillis()));
        for (Hold hold : open) {
            String openOfKey = keys.open(tenant, hold.request().keyId());
            if (!keysOf.contains(openOfKey)) {
                keysOf.add(openOfKey);
            }
            args.add(hold.request().requestId());
            args.add(Long.toString(hold.amount()));
            args.add(Integer.toString(keysOf.indexOf(openOfKey) + 1));
            args.add(hold.where());
            hold.sending();
        }
        long sentAt = System.nanoTime();
        return link.run(Lane.BACK, Script.EXTEND, keysOf.toArray(String[]::new), args.toArray(String[]::new))
                .whenComplete((reply, error) -> extended(tenant, open, sentAt, reply, error))
                .toCompletableFuture();
    }

    private void extended(
            String tenant, List<Hold> open, long sentAt, @Nullable Reply reply, @Nullable Throwable error) {
        if (reply == null) {
            warnings.count(since -> log.atWarn()
                    .addKeyValue("tenant", tenant)
                    .addKeyValue("holds", open.size())
                    .addKeyValue("error", String.valueOf(error))
                    .addKeyValue("commands", since)
                    .log("holds could not be renewed"));
            return;
        }
        for (Hold hold : open) {
            hold.confirmed(sentAt);
            ledger.confirmed(hold);
        }
        if (reply.number(1) > 0) {
            log.atWarn()
                    .addKeyValue("tenant", tenant)
                    .addKeyValue("holds", reply.number(1))
                    .log("holds were missing in Redis and have been put back");
        }
    }

    /** Costs whose tenants live elsewhere count as looked at. */
    private CompletableFuture<Void> pending(int most, boolean putBack, Predicate<String> tenants, Gone gone) {
        AtomicInteger left = new AtomicInteger(most);
        return InTurns.run(loop, () -> {
            List<CompletableFuture<?>> sent = new ArrayList<>();
            while (sent.isEmpty() && left.get() > 0) {
                int turn = Math.min(left.get(), PER_TURN);
                left.addAndGet(-turn);
                pending.next(turn).forEach((tenant, costs) -> {
                    for (int from = tenants.test(tenant) ? 0 : costs.size(); from < costs.size(); from += PER_COMMAND) {
                        int to = Math.min(costs.size(), from + PER_COMMAND);
                        sent.add(pending(tenant, costs.subList(from, to), putBack, gone));
                    }
                });
            }
            return sent;
        });
    }

    /** The costs of settlements under way. */
    private CompletableFuture<Void> underWay(boolean putBack, Predicate<String> tenants) {
        Iterator<Map.Entry<String, List<PendingBook.Cost>>> rest =
                pending.unconfirmed().entrySet().iterator();
        return InTurns.run(loop, () -> {
            List<CompletableFuture<?>> sent = new ArrayList<>();
            while (sent.isEmpty() && rest.hasNext()) {
                Map.Entry<String, List<PendingBook.Cost>> tenant = rest.next();
                List<PendingBook.Cost> costs = tenant.getValue();
                for (int from = tenants.test(tenant.getKey()) ? 0 : costs.size(); from < costs.size(); ) {
                    int to = Math.min(costs.size(), from + PER_COMMAND);
                    sent.add(pending(
                            tenant.getKey(), costs.subList(from, to), putBack, (id, epoch, gone) -> forget(gone)));
                    from = to;
                }
            }
            return sent;
        });
    }

    private CompletableFuture<Void> pending(String tenant, List<PendingBook.Cost> costs, boolean putBack, Gone gone) {
        String epoch = membership.standing(keys.account(tenant)).epoch();
        List<String> args = new ArrayList<>(List.of(putBack ? "1" : "0", rules.pendingMillis(), rules.keyLifeMillis()));
        for (PendingBook.Cost cost : costs) {
            args.add(cost.requestId());
            args.add(cost.nanoUsd());
            args.add(cost.where());
        }
        return link.run(Lane.BACK, Script.PENDING, keys.account(tenant), args.toArray(String[]::new))
                .thenAccept(reply -> {
                    List<String> requestIds = reply.textsFrom(1);
                    if (!requestIds.isEmpty()) {
                        gone.costs(tenant, epoch, requestIds);
                    }
                })
                .toCompletableFuture();
    }
}
