package io.hedgerow.core.drive;

import io.hedgerow.core.config.TenantConfig.KeyConfig;
import io.hedgerow.core.dialect.RequestFacts;
import io.hedgerow.core.money.Pricing;
import io.hedgerow.core.money.ServiceTier;
import io.hedgerow.core.port.AdmissionDecision;
import io.hedgerow.core.port.AdmissionRequest;
import io.hedgerow.core.port.AdmittedEntry;
import io.hedgerow.core.port.BudgetBucket;
import io.hedgerow.core.port.BudgetHold;
import io.hedgerow.core.port.NanoUsd;
import io.hedgerow.core.port.UnitPrices;
import io.hedgerow.core.port.UsageRecord;
import io.netty.channel.EventLoop;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admit stage: limits and money first, then the journal's note that the request exists; only then may anything be
 * dispatched. Owns the budget hold. On the exchange's event loop.
 */
final class Admitting {
    private static final Logger log = LoggerFactory.getLogger(Admitting.class);

    /**
     * A hundred thousand USD: no real request costs that, what grows beyond it extends its hold, and the sum of 90,000 such
     * holds stays within 64 bits.
     */
    private static final long MOST_HELD = 100_000 * NanoUsd.PER_USD;

    private final Services services;
    private final ExchangeRequest exchange;
    private final ClientAnswer answer;
    private final Outcome outcome;
    private @Nullable BudgetHold hold;

    /** Whom the stage tells, and where it runs. */
    interface Outcome {
        EventLoop loop();

        /** Limits and money are held; the journal is not asked yet. */
        void allowed();

        void admitted();

        void refused();
    }

    Admitting(Services services, ExchangeRequest exchange, ClientAnswer answer, Outcome outcome) {
        this.services = services;
        this.exchange = exchange;
        this.answer = answer;
        this.outcome = outcome;
    }

    void start() {
        RequestFacts facts = exchange.facts();
        long output = facts.outputTokensLimit(exchange.view().config().limits().defaultMaxOutputTokens());
        long input = facts.inputTokensEstimate();
        Caller caller = exchange.caller();
        KeyConfig key = caller.key();
        AdmissionRequest request = new AdmissionRequest(
                exchange.id(),
                caller.tenant().id(),
                key.id(),
                new AdmissionRequest.KeyLimits(key.maxConcurrency(), key.requestsPerMinute(), key.tokensPerMinute()),
                new AdmissionRequest.TenantLimits(
                        caller.tenant().balanceNanoUsd() != null,
                        caller.tenant().maxConcurrency(),
                        caller.tenant().creditLimitNanoUsd()),
                caller.budgets(),
                new AdmissionRequest.Estimate(
                        Math.min(MOST_HELD, Pricing.estimate(input, output, exchange.prices(), facts.serviceTier())),
                        output > Long.MAX_VALUE - input ? Long.MAX_VALUE : input + output));
        OnLoop.ask(outcome.loop(), () -> services.ports().admission().admit(request), (decision, failure) -> {
            if (decision == null) {
                log.atError()
                        .addKeyValue("request", exchange.id())
                        .setCause(failure)
                        .log("admission failed");
                answer.storesUnavailable();
                outcome.refused();
            } else {
                decided(decision);
            }
        });
    }

    private void decided(AdmissionDecision decision) {
        answer.rate(decision.rate());
        if (decision instanceof AdmissionDecision.Refused refused) {
            answer.refusal(refused);
            outcome.refused();
        } else if (decision instanceof AdmissionDecision.Admitted admitted) {
            hold = admitted.hold();
            outcome.allowed();
            OnLoop.ask(
                    outcome.loop(),
                    () -> services.ports().journal().admitted(entry()),
                    (none, failure) -> journaled(failure));
        }
    }

    private AdmittedEntry entry() {
        return new AdmittedEntry(
                exchange.id(),
                exchange.clientRequestId(),
                exchange.caller().tenant().id(),
                exchange.caller().key().id(),
                exchange.model().id(),
                exchange.dialectName(),
                prices(),
                exchange.facts().inputTokensEstimate(),
                exchange.startedMicros(),
                buckets());
    }

    /** What it is charged by if this node dies: nothing is told yet, so it is all by the estimate. */
    private UnitPrices prices() {
        return exchange.prices().choose(ServiceTier.STANDARD, exchange.facts().inputTokensEstimate());
    }

    private List<BudgetBucket> buckets() {
        BudgetHold held = hold;
        return held == null ? List.of() : held.buckets();
    }

    /** The record with what was chosen at admission: where its cost is counted. */
    UsageRecord placed(UsageRecord record) {
        List<BudgetBucket> buckets = buckets();
        return buckets.isEmpty() ? record : record.withBudgets(buckets);
    }

    /** The attempt has won: its stream is not to outgrow the hold. */
    void watch(AttemptDriver winner) {
        BudgetHold held = hold;
        if (held != null) {
            new OverrunWatch(services.meters(), exchange, held).follow(winner, outcome.loop());
        }
    }

    private void journaled(@Nullable Throwable failure) {
        if (failure == null) {
            services.router().admitted(exchange.model());
            outcome.admitted();
            return;
        }
        log.atWarn()
                .addKeyValue("request", exchange.id())
                .addKeyValue("cause", failure.getMessage())
                .log("journal refused admission");
        cancelHold();
        answer.storesUnavailable();
        outcome.refused();
    }

    /** The usage is durable as recorded. */
    void settleHold(UsageRecord record) {
        BudgetHold held = hold;
        hold = null;
        if (held != null) {
            held.settle(
                    record.costNanoUsd(),
                    record.tokens().input() + record.tokens().output());
        }
    }

    /** There will be no usage record by this process. */
    void cancelHold() {
        BudgetHold held = hold;
        hold = null;
        if (held != null) {
            held.cancel();
        }
    }
}
