package io.hedgerow.core.config;

import io.hedgerow.core.money.PriceHistory;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A model as clients name it and the targets that can answer for it.
 *
 * @param targets at least one
 * @param maxAttempts attempts per request, failovers included, hedges not
 * @param prices what tenants are charged
 * @param costs what the providers of targets charge, where that is another price
 */
public record ModelConfig(
        String id,
        List<Target> targets,
        Hedge hedge,
        int maxAttempts,
        PriceHistory prices,
        Map<Target, PriceHistory> costs) {
    /** Copies list and map. */
    public ModelConfig {
        targets = List.copyOf(targets);
        costs = Map.copyOf(costs);
    }

    /** What the provider of a target charges: as much as tenants are charged, where nothing else is known. */
    public PriceHistory costs(Target target) {
        return costs.getOrDefault(target, prices);
    }

    /** A provider and the model's name there. */
    public record Target(String providerId, String upstreamModel) {}

    /**
     * When a second attempt may start beside a slow one.
     *
     * @param minDelay lower bound of a percentile delay
     * @param maxDelay upper bound of a percentile delay, and the delay while there is no statistic yet
     * @param maxAttempts attempts that race at once, the first one included
     * @param budget hedges per request, 0 to 1
     * @param burst hedges that may run ahead of the budget
     */
    public record Hedge(Delay delay, Duration minDelay, Duration maxDelay, int maxAttempts, double budget, int burst) {}

    /** When a hedge starts, measured from the sending of the attempt that is slow. */
    public sealed interface Delay {
        /** Never. */
        record Off() implements Delay {}

        /** After a fixed time. */
        record Fixed(Duration delay) implements Delay {}

        /** After this percentile (0 to 100, exclusive) of the model's time to first content. */
        record Percentile(double percentile) implements Delay {}
    }
}
