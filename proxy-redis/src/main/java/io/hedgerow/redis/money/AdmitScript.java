package io.hedgerow.redis.money;

import io.hedgerow.core.port.AdmissionDecision.Rate;
import io.hedgerow.core.port.AdmissionDecision.RateStatus;
import io.hedgerow.core.port.AdmissionRequest;
import io.hedgerow.core.port.AdmissionRequest.KeyLimits;
import io.hedgerow.core.port.BudgetBucket;
import io.hedgerow.core.port.BudgetLimit;
import io.hedgerow.redis.link.Reply;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arguments and answers of {@code admit.lua} and {@code grow.lua}. */
final class AdmitScript {
    /** Far more than any limit of tokens, and small enough for sums that Lua counts exactly. */
    private static final long MOST_TOKENS = 1_000_000_000_000L;

    private static final int FIRST_BUDGET = 7;
    private static final long BILLION = 1_000_000_000L;

    private AdmitScript() {}

    static String[] admit(
            AdmissionRequest request, MoneyRules rules, String epoch, boolean adopt, StoreClock.Picked picked) {
        KeyLimits key = request.key();
        List<String> args = new ArrayList<>(14 + 3 * picked.buckets().size());
        args.add(request.requestId());
        args.add(Integer.toString(key.maxConcurrency()));
        args.add(Integer.toString(key.requestsPerMinute()));
        args.add(Integer.toString(key.tokensPerMinute()));
        args.add(credit(request));
        args.add(Long.toString(request.estimateNanoUsd()));
        args.add(tokens(request.estimate().tokens()));
        args.add(rules.leaseMillis());
        args.add(epoch);
        args.add(adopt ? "1" : "0");
        args.add(rules.keyLifeMillis());
        args.add(Long.toString(picked.fromMillis()));
        args.add(Long.toString(picked.untilMillis()));
        args.add(Integer.toString(request.tenant().maxConcurrency()));
        addBudgets(args, request.budgets(), picked.buckets());
        return args.toArray(String[]::new);
    }

    static String[] grow(Hold hold, long amount, MoneyRules rules) {
        List<String> args = new ArrayList<>();
        args.add(hold.request().requestId());
        args.add(Long.toString(amount));
        args.add(credit(hold.request()));
        args.add(rules.leaseMillis());
        args.add(rules.keyLifeMillis());
        addBudgets(args, hold.request().budgets(), hold.buckets());
        return args.toArray(String[]::new);
    }

    /** How far below zero the balance may go; empty where it does not matter at all. */
    private static String credit(AdmissionRequest request) {
        return request.prepaid() ? Long.toString(request.tenant().creditNanoUsd()) : "";
    }

    /** Both lists are in the same order. */
    private static void addBudgets(List<String> args, List<BudgetLimit> budgets, List<BudgetBucket> buckets) {
        for (int i = 0; i < Math.min(budgets.size(), buckets.size()); i++) {
            args.add(buckets.get(i).name());
            args.add(Long.toString(budgets.get(i).limitNanoUsd()));
            args.add(Long.toString(budgets.get(i).bucketMillis()));
        }
    }

    static String tokens(long tokens) {
        return Long.toString(Math.min(Math.max(0, tokens), MOST_TOKENS));
    }

    /** The key's limits per minute, in every answer at the same place. */
    static @Nullable RateStatus rate(AdmissionRequest request, Reply reply) {
        return status(
                rate(request.key().requestsPerMinute(), reply.number(1), reply.number(2)),
                rate(request.key().tokensPerMinute(), reply.number(3), reply.number(4)));
    }

    static @Nullable RateStatus status(@Nullable Rate requests, @Nullable Rate tokens) {
        return requests == null && tokens == null ? null : new RateStatus(requests, tokens);
    }

    static @Nullable Rate rate(int limit, long used, long resetMillis) {
        return limit <= 0 ? null : new Rate(limit, Math.max(0, limit - used), resetMillis);
    }

    /** What was left of each budget before the admission; empty where the answer does not say. */
    static List<Long> rooms(Reply reply) {
        List<String> parts = reply.textsFrom(FIRST_BUDGET);
        List<Long> rooms = new ArrayList<>(parts.size() / 2);
        for (int i = 0; i + 1 < parts.size(); i += 2) {
            rooms.add(saturated(Long.parseLong(parts.get(i)), Long.parseLong(parts.get(i + 1))));
        }
        return rooms;
    }

    private static long saturated(long billions, long rest) {
        try {
            return Math.addExact(Math.multiplyExact(billions, BILLION), rest);
        } catch (ArithmeticException e) {
            return billions < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
