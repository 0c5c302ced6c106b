package io.hedgerow.billing.outbox;

import io.hedgerow.core.port.BalanceMirror.MirroredBalance;
import io.hedgerow.core.port.BalanceMirror.MirroredBudget;
import io.hedgerow.core.port.BalanceUpdate;
import io.hedgerow.core.port.BudgetBucket;
import io.hedgerow.core.port.BudgetSpent;
import io.hedgerow.core.port.MeterNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far the mirror was from PostgreSQL when the two were last compared, in settled figures: holds and pending costs are
 * no difference. Under traffic the last few settlements may still be on their way.
 */
public final class DriftMeter {
    private static final double NANO = 1e-9;

    private final Counter missing;
    private final Counter behind;
    private final Counter ahead;
    private volatile double lastUsd;

    /** Registers its meters. */
    public DriftMeter(MeterRegistry meters) {
        Gauge.builder(MeterNames.REDIS_DB_DIFF, this, meter -> meter.lastUsd)
                .description("USD by which settled balances and budgets differed when last compared")
                .register(meters);
        this.missing = repairs(meters, "missing");
        this.behind = repairs(meters, "behind");
        this.ahead = repairs(meters, "ahead");
    }

    private static Counter repairs(MeterRegistry meters, String cause) {
        return Counter.builder(MeterNames.MIRROR_REPAIRS)
                .description("Copies of balances that were written anew")
                .tag("cause", cause)
                .register(meters);
    }

    /** What one round found. Not thread-safe. */
    static final class Round {
        private int compared;
        private double nanoUsd;
        private int missing;
        private int behind;
        private int ahead;

        /** A tenant's settled figures and the mirror's copy, null where it has none. */
        void add(BalanceUpdate settled, @Nullable MirroredBalance copy) {
            compared++;
            if (copy == null) {
                missing++;
                nanoUsd += difference(settled.balanceNanoUsd(), 0) + budgets(settled, Map.of());
                return;
            }
            Map<BudgetBucket, BudgetSpent> mirrored = new HashMap<>();
            for (MirroredBudget budget : copy.budgets()) {
                mirrored.put(budget.spent().bucket(), budget.spent());
            }
            nanoUsd += difference(settled.balanceNanoUsd(), copy.balanceNanoUsd()) + budgets(settled, mirrored);
            BudgetDrift drift = BudgetDrift.between(settled, copy);
            boolean balanceDiffers = copy.balanceNanoUsd() != settled.balanceNanoUsd();
            if (copy.version() > settled.version()
                    || (copy.version() == settled.version() && balanceDiffers)
                    || drift.mirrorIsAhead()) {
                ahead++;
            } else if (copy.version() < settled.version() || !drift.none() || !copy.complete()) {
                behind++;
            }
        }

        private static double budgets(BalanceUpdate settled, Map<BudgetBucket, BudgetSpent> mirrored) {
            double sum = 0;
            for (BudgetSpent spent : settled.budgets()) {
                BudgetSpent seen = mirrored.get(spent.bucket());
                sum += difference(spent.spentNanoUsd(), seen == null ? 0 : seen.spentNanoUsd());
            }
            return sum;
        }

        private static double difference(long one, long other) {
            return Math.abs((double) one - other);
        }
    }

    /** A round is over; one in which the mirror said nothing tells nothing. */
    void compared(Round round) {
        if (round.compared == 0) {
            return;
        }
        lastUsd = round.nanoUsd * NANO;
        missing.increment(round.missing);
        behind.increment(round.behind);
        ahead.increment(round.ahead);
    }
}
