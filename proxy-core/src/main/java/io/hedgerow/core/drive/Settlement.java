package io.hedgerow.core.drive;

import io.hedgerow.core.dialect.TextTally;
import io.hedgerow.core.exchange.AttemptState;
import io.hedgerow.core.exchange.Ending;
import io.hedgerow.core.exchange.ExchangeState;
import io.hedgerow.core.money.UsageValidator;
import io.hedgerow.core.observe.GatewayMeters;
import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.port.LateUsage;
import io.hedgerow.core.port.ProgressEntry;
import io.hedgerow.core.port.TokenEstimator;
import io.hedgerow.core.port.TokenUsage;
import io.hedgerow.core.port.UnitPrices;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.port.UsageSource;
import io.hedgerow.core.port.UsageStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the one usage record of an exchange whose end is decided.
 *
 * <p>What is charged: what the provider reported for the attempt whose bytes the client saw; where it reported nothing
 * (a client that left, a stream that broke off), an estimate of the prompt and of what was produced. A request that no
 * provider had begun to answer costs nothing. Attempts that lost are charged too where the configuration says so.
 */
final class Settlement {
    private static final Logger log = LoggerFactory.getLogger(Settlement.class);

    private final ExchangeRequest exchange;
    private final Ending ending;
    private final ExchangeState state;
    private final Attempts attempts;
    private final @Nullable AttemptDriver charged;
    private final ExchangeTimeline timeline;
    private final ProviderCosts costs;

    Settlement(ExchangeRequest exchange, Closing.Race race) {
        AttemptDriver winner = race.attempts().winner();
        this.exchange = exchange;
        this.ending = race.ending();
        this.state = race.state();
        this.attempts = race.attempts();
        this.charged = winner != null ? winner : answering(ending, attempts);
        this.timeline = race.timeline();
        this.costs = new ProviderCosts(exchange);
    }

    /** A client that left before the first content still pays for the prompt that a provider had begun to answer. */
    private static @Nullable AttemptDriver answering(Ending ending, Attempts attempts) {
        if (ending.kind() == Ending.Kind.CLIENT_GONE) {
            for (AttemptDriver attempt : attempts) {
                if (attempt.httpStatus() == 200 && attempt.failure() == null) {
                    return attempt;
                }
            }
        }
        return null;
    }

    /** Tokens to be charged, and where their number comes from. */
    record Counted(TokenUsage tokens, UsageSource source, boolean clamped) {}

    /** Counts the tokens; completes at once where the provider reported usage. */
    CompletionStage<Counted> count(TokenEstimator estimator) {
        AttemptDriver of = charged;
        if (of == null) {
            return CompletableFuture.completedFuture(new Counted(TokenUsage.NONE, UsageSource.ESTIMATED, false));
        }
        TokenUsage told = of.reader().usage();
        TextTally tally = of.reader().tally();
        if (told != null && !isOutdated(told, of)) {
            UsageValidator.Validated checked = ProviderCosts.checked(exchange, of, told);
            return CompletableFuture.completedFuture(
                    new Counted(checked.usage(), UsageSource.PROVIDER, checked.clamped()));
        }
        return estimator
                .estimate(of.plan().upstreamModel(), exchange.http().body(), tally.toByteArray())
                .thenApply(tokens -> new Counted(tokens, UsageSource.ESTIMATED, false));
    }

    /**
     * Some tell their usage with each event, and first before they have produced anything. Of an answer that did not come
     * to its end such a count may be an old one: each event with content has a token at least, but for the last one,
     * whose count may follow.
     */
    private boolean isOutdated(TokenUsage told, AttemptDriver of) {
        long events = of.reader().tally().contentEvents();
        return ending.kind() != Ending.Kind.COMPLETED && told.output() < Math.min(events, Math.max(1, events - 1));
    }

    /** Counts three bytes as a token, as admission did: the estimator failed, and the request is to be paid for. */
    Counted countRoughly(@Nullable Throwable failure) {
        log.atError().addKeyValue("request", exchange.id()).setCause(failure).log("tokens could not be estimated");
        long produced = charged == null ? 0 : charged.reader().tally().totalBytes();
        long input = charged == null ? 0 : exchange.facts().inputTokensEstimate();
        return new Counted(new TokenUsage(input, 0, 0, (produced + 2) / 3, 0), UsageSource.ESTIMATED, false);
    }

    /** The record. On the event loop, because it looks at attempts that may still be closing. */
    UsageRecord record(Counted counted) {
        TokenUsage tokens = counted.tokens();
        UsageSource source = counted.source();
        long ttft = timeline.ttftNanos();
        AttemptDriver of = charged;
        UnitPrices prices = exchange.prices().choose(ProviderCosts.tier(of), tokens.input());
        UsageRecord record = new UsageRecord(
                exchange.id(),
                exchange.clientRequestId(),
                exchange.caller().tenant().id(),
                exchange.caller().key().id(),
                exchange.model().id(),
                exchange.dialectName(),
                of == null ? null : of.plan().provider().id(),
                of == null ? null : of.plan().upstreamModel(),
                status(),
                httpStatus(),
                tokens,
                source,
                prices,
                prices.cost(tokens),
                exchange.startedMicros(),
                ttft < 0 ? null : TimeUnit.NANOSECONDS.toMicros(ttft),
                TimeUnit.NANOSECONDS.toMicros(timeline.durationNanos()),
                attempts.hedged(),
                counted.clamped(),
                attemptRecords(tokens, source),
                List.of(),
                false);
        return exchange.view().config().billing().chargeLosers() ? record.chargingLosers() : record;
    }

    private UsageStatus status() {
        return switch (ending.kind()) {
            case COMPLETED -> UsageStatus.COMPLETED;
            case CLIENT_GONE -> UsageStatus.CLIENT_ABORTED;
            case NO_SLOT -> UsageStatus.REFUSED;
            case CLIENT_FAULT, UPSTREAM_FAILED, SHUTDOWN, SESSION_ENDED -> UsageStatus.UPSTREAM_FAILED;
        };
    }

    private int httpStatus() {
        AttemptDriver decider = attempts.decider(ending);
        boolean streamed = (timeline.ttftNanos() >= 0 || timeline.headSent()) && exchange.facts().stream();
        return switch (ending.kind()) {
            case COMPLETED -> 200;
            case CLIENT_GONE -> 499;
            case CLIENT_FAULT -> streamed ? 200 : decider == null ? 400 : decider.httpStatus();
            case NO_SLOT -> streamed ? 200 : 503;
            case SESSION_ENDED -> streamed ? 200 : 409;
            case SHUTDOWN -> streamed ? 200 : 503;
            case UPSTREAM_FAILED ->
                streamed ? 200 : ClientAnswer.upstreamError(decider).status();
        };
    }

    private List<AttemptRecord> attemptRecords(TokenUsage tokens, UsageSource source) {
        List<AttemptRecord> records = new ArrayList<>();
        for (AttemptDriver attempt : attempts) {
            AttemptState seen = state.attempt(attempt.plan().n());
            AttemptRecord.Outcome outcome = seen.outcome();
            if (outcome != null && (attempt.sent() || outcome == AttemptRecord.Outcome.DENIED)) {
                ProviderCosts.Cost cost = attempt == charged
                        ? new ProviderCosts.Cost(
                                costs.of(attempt, tokens),
                                tokens.input(),
                                tokens.output(),
                                source == UsageSource.PROVIDER)
                        : costs.ofOther(attempt, outcome, source == UsageSource.PROVIDER ? tokens.input() : 0);
                records.add(record(attempt, outcome, cost));
            }
        }
        return records;
    }

    private static AttemptRecord record(AttemptDriver attempt, AttemptRecord.Outcome outcome, ProviderCosts.Cost cost) {
        AttemptFailure failure = attempt.failure();
        AttemptTimeline timeline = attempt.timeline();
        return new AttemptRecord(
                attempt.plan().n(),
                attempt.plan().provider().id(),
                attempt.plan().upstreamModel(),
                attempt.plan().reason(),
                outcome,
                timeline.startedMicros(),
                timeline.hasContent() ? TimeUnit.NANOSECONDS.toMicros(timeline.ttftNanos()) : null,
                TimeUnit.NANOSECONDS.toMicros(timeline.durationNanos()),
                attempt.httpStatus(),
                failure == null ? null : failure.kind(),
                cost.inputTokens(),
                cost.outputTokens(),
                cost.nanoUsd(),
                cost.known());
    }

    /** What an open stream has produced so far, by the rule of thumb of one token per event with content. */
    static ProgressEntry progress(ExchangeRequest exchange, AttemptDriver attempt) {
        TokenUsage told = attempt.reader().usage();
        TokenUsage soFar = told != null
                ? ProviderCosts.checked(exchange, attempt, told).usage()
                : new TokenUsage(
                        exchange.facts().inputTokensEstimate(),
                        0,
                        0,
                        attempt.reader().tally().contentEvents(),
                        0);
        return new ProgressEntry(
                exchange.id(), attempt.plan().provider().id(), attempt.plan().upstreamModel(), soFar);
    }

    /** What draining an attempt brought; null if it told no usage. */
    static @Nullable LateUsage late(ExchangeRequest exchange, AttemptDriver attempt, GatewayMeters meters) {
        TokenUsage told = attempt.reader().usage();
        if (told == null) {
            return null;
        }
        UsageValidator.Validated checked = ProviderCosts.checked(exchange, attempt, told);
        if (checked.clamped()) {
            meters.usageClamped(attempt.plan().provider().id());
        }
        TokenUsage tokens = checked.usage();
        long cost = new ProviderCosts(exchange).of(attempt, tokens);
        return new LateUsage(exchange.id(), attempt.plan().n(), tokens, cost);
    }
}
