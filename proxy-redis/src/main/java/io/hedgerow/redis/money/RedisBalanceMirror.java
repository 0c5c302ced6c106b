package io.hedgerow.redis.money;

import io.hedgerow.core.port.BalanceMirror;
import io.hedgerow.core.port.BalanceUpdate;
import io.hedgerow.core.port.BudgetBucket;
import io.hedgerow.core.port.BudgetSpent;
import io.hedgerow.redis.link.Backend;
import io.hedgerow.redis.link.Link.Lane;
import io.hedgerow.redis.link.Reply;
import io.hedgerow.redis.link.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The balances and the budgets in Redis. */
public final class RedisBalanceMirror implements BalanceMirror {
    /** Redis answers nobody else while a script runs: some 10 µs for each request that ends. */
    private static final int REQUESTS_PER_COMMAND = 50;

    private static final int BUCKETS_PER_COMMAND = 250;
    private static final int FIRST_BUCKET = 6;

    private final MoneyRules rules;
    private final Backend backend;

    /** Talks to the backend. */
    public RedisBalanceMirror(MoneyRules rules, Backend backend) {
        this.rules = rules;
        this.backend = backend;
    }

    @Override
    public CompletionStage<Void> apply(BalanceUpdate update) {
        int buckets = update.budgets().size();
        if (buckets <= BUCKETS_PER_COMMAND) {
            return applyFrom(update, 0);
        }
        BalanceUpdate first = part(update, update.budgets().subList(0, BUCKETS_PER_COMMAND), List.of(), false);
        BalanceUpdate rest = part(
                update,
                update.budgets().subList(BUCKETS_PER_COMMAND, buckets),
                update.settledRequestIds(),
                update.complete());
        return applyFrom(first, 0).thenCompose(done -> apply(rest));
    }

    private static BalanceUpdate part(
            BalanceUpdate of, List<BudgetSpent> budgets, List<String> settled, boolean complete) {
        return new BalanceUpdate(of.tenantId(), of.balanceNanoUsd(), of.version(), settled, budgets, complete);
    }

    /**
     * One command after the other: what others have to send does not wait behind a long update. The first one has the
     * buckets, so until the last one too much is counted as spent, never too little.
     */
    private CompletionStage<Void> applyFrom(BalanceUpdate update, int from) {
        List<String> settled = update.settledRequestIds();
        int to = Math.min(settled.size(), from + REQUESTS_PER_COMMAND);
        List<BudgetSpent> budgets = from == 0 ? update.budgets() : List.of();
        CompletionStage<Void> sent =
                send(part(update, budgets, settled.subList(from, to), from == 0 && update.complete()));
        return to == settled.size() ? sent : sent.thenCompose(done -> applyFrom(update, to));
    }

    private CompletionStage<Void> send(BalanceUpdate update) {
        List<String> args = new ArrayList<>(
                6 + 3 * update.budgets().size() + update.settledRequestIds().size());
        args.add(Long.toString(update.balanceNanoUsd()));
        args.add(Long.toString(update.version()));
        args.add(rules.overMillis());
        args.add(rules.keyLifeMillis());
        args.add(update.complete() ? "1" : "0");
        args.add(Integer.toString(update.budgets().size()));
        for (BudgetSpent budget : update.budgets()) {
            args.add(budget.bucket().name());
            args.add(Long.toString(budget.spentNanoUsd()));
            args.add(Long.toString(budget.version()));
        }
        args.addAll(update.settledRequestIds());
        return backend.link()
                .run(Lane.BACK, Script.APPLY, backend.keys().account(update.tenantId()), args.toArray(String[]::new))
                .thenAccept(reply -> {});
    }

    @Override
    public CompletionStage<Optional<MirroredBalance>> read(String tenantId) {
        return backend.link()
                .run(Lane.FRONT, Script.READ, backend.keys().account(tenantId))
                .thenApply(reply -> reply.is("cold") ? Optional.empty() : Optional.of(mirrored(reply)));
    }

    private static MirroredBalance mirrored(Reply reply) {
        List<String> parts = reply.textsFrom(FIRST_BUCKET);
        List<MirroredBudget> budgets = new ArrayList<>(parts.size() / 4);
        for (int i = 0; i + 3 < parts.size(); i += 4) {
            long spent = Long.parseLong(parts.get(i + 2));
            budgets.add(new MirroredBudget(
                    new BudgetSpent(BudgetBucket.parse(parts.get(i)), spent, Long.parseLong(parts.get(i + 3))),
                    Long.parseLong(parts.get(i + 1)) - spent));
        }
        return new MirroredBalance(
                reply.number(1), reply.number(2), reply.number(3), reply.number(4), budgets, reply.number(5) == 1);
    }
}
