package io.hedgerow.core.drive;

import io.hedgerow.core.money.ServiceTier;
import io.hedgerow.core.money.UsageValidator;
import io.hedgerow.core.port.AttemptRecord.Outcome;
import io.hedgerow.core.port.TokenUsage;
import org.jspecify.annotations.Nullable;

/**
 * What attempts cost at their providers, by the prices that were in force when the exchange began. On its event loop.
 *
 * <p>An attempt that was given up before it told its usage is estimated: the prompt, if it was sent, and one token per
 * event with content or per four bytes, whichever is more. A failed one costs nothing, unless it had begun to answer or
 * ran out of time.
 */
final class ProviderCosts {
    private static final long BYTES_PER_TOKEN = 4;

    private final ExchangeRequest exchange;

    ProviderCosts(ExchangeRequest exchange) {
        this.exchange = exchange;
    }

    /**
     * What an attempt cost.
     *
     * @param inputTokens what the cost is of, told or estimated
     * @param outputTokens 0 where they are not known
     * @param known whether it is final
     */
    record Cost(long nanoUsd, long inputTokens, long outputTokens, boolean known) {
        static final Cost NOTHING = new Cost(0, 0, 0, true);
    }

    /** What the provider of an attempt charges for these tokens. */
    long of(AttemptDriver attempt, TokenUsage tokens) {
        ServiceTier tier = attempt.reader().serviceTier();
        return exchange.model()
                .costs(attempt.plan().candidate().target())
                .at(exchange.startedMicros())
                .choose(tier, tokens.input())
                .cost(tokens);
    }

    /**
     * What an attempt cost whose bytes the client did not get.
     *
     * @param promptTokens what the prompt has, as far as another attempt told
     */
    Cost ofOther(AttemptDriver attempt, Outcome outcome, long promptTokens) {
        TokenUsage told = attempt.reader().usage();
        if (told != null) {
            TokenUsage checked = checked(exchange, attempt, told).usage();
            return new Cost(
                    of(attempt, checked),
                    checked.input(),
                    checked.output(),
                    attempt.reader().finished() && outcome != Outcome.CLIENT_ABORTED);
        }
        if (!mayCost(attempt, outcome)) {
            return Cost.NOTHING;
        }
        long input = promptTokens > 0 ? promptTokens : exchange.facts().inputTokensEstimate();
        long bytes = attempt.reader().tally().totalBytes();
        long output =
                Math.max(attempt.reader().tally().contentEvents(), (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN);
        return new Cost(of(attempt, new TokenUsage(input, 0, 0, output, 0)), input, 0, false);
    }

    private static boolean mayCost(AttemptDriver attempt, Outcome outcome) {
        AttemptFailure failure = attempt.failure();
        if (outcome == Outcome.DENIED || !attempt.asked()) {
            return false;
        }
        return failure == null
                || attempt.reader().tally().contentEvents() > 0
                || failure.kind().endsWith("timeout");
    }

    /** What an attempt told, cut down to what makes sense. */
    static UsageValidator.Validated checked(ExchangeRequest exchange, AttemptDriver attempt, TokenUsage told) {
        return UsageValidator.validate(
                told,
                new UsageValidator.Bounds(
                        exchange.facts().bodyBytes(),
                        exchange.facts().maxOutputTokens(),
                        exchange.facts().choices(),
                        attempt.reader().tally().totalBytes()));
    }

    /** The tier that an attempt was processed in. */
    static ServiceTier tier(@Nullable AttemptDriver attempt) {
        return attempt == null ? ServiceTier.STANDARD : attempt.reader().serviceTier();
    }
}
