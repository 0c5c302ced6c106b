package io.hedgerow.core.drive;

import io.hedgerow.core.config.LimitsConfig;
import io.hedgerow.core.config.LimitsConfig.OnOverrun;
import io.hedgerow.core.dialect.FailureClass;
import io.hedgerow.core.dialect.RequestFacts;
import io.hedgerow.core.dialect.TextTally;
import io.hedgerow.core.money.Pricing;
import io.hedgerow.core.observe.GatewayMeters;
import io.hedgerow.core.port.BudgetHold;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a stream's hold extended when what it has produced outgrows it, step by step; a step is the output that was held at
 * first. The bytes wait for nothing: the extension is asked for beside them, and only a refusal may end the stream. On
 * the exchange's event loop.
 *
 * <p>An event counts as one token at least, but for the last of each choice. So do four bytes, or eight where the client
 * named a maximum, because then a provider that keeps to it cannot outgrow the hold.
 */
final class OverrunWatch {
    /** The error of an attempt that was ended because no more could be held. */
    static final String ERROR_KIND = "quota_exhausted";

    private static final Logger log = LoggerFactory.getLogger(OverrunWatch.class);
    private static final long BYTES_PER_TOKEN = 4;
    private static final long RETRY_MILLIS = 100;
    private static final int MOST_RETRIES = 2;

    private final GatewayMeters meters;
    private final ExchangeRequest exchange;
    private final BudgetHold hold;
    private final boolean stops;
    private final long stepTokens;
    private final long stepNanoUsd;
    private long covered;

    OverrunWatch(GatewayMeters meters, ExchangeRequest exchange, BudgetHold hold) {
        LimitsConfig limits = exchange.view().config().limits();
        this.meters = meters;
        this.exchange = exchange;
        this.hold = hold;
        this.stops = limits.onOverrun() == OnOverrun.STOP;
        this.stepTokens = exchange.facts().outputTokensLimit(limits.defaultMaxOutputTokens());
        this.stepNanoUsd = cost(exchange, stepTokens);
        this.covered = stepTokens;
    }

    private static long cost(ExchangeRequest exchange, long outputTokens) {
        RequestFacts facts = exchange.facts();
        return Pricing.outputEstimate(
                facts.inputTokensEstimate(), outputTokens, exchange.prices(), facts.serviceTier());
    }

    void follow(AttemptDriver winner, EventLoop loop) {
        if (exchange.facts().stream() && stepNanoUsd > 0) {
            watch(winner, loop);
        }
    }

    private void watch(AttemptDriver winner, EventLoop loop) {
        TextTally tally = winner.reader().tally();
        long bytesPerToken = exchange.facts().maxOutputTokens() > 0 ? 2 * BYTES_PER_TOKEN : BYTES_PER_TOKEN;
        long bytes = covered > Long.MAX_VALUE / bytesPerToken ? Long.MAX_VALUE : covered * bytesPerToken;
        long events = covered > Long.MAX_VALUE - exchange.facts().choices()
                ? Long.MAX_VALUE
                : covered + exchange.facts().choices();
        tally.watch(bytes, events, () -> extend(winner, loop, 0));
    }

    private void extend(AttemptDriver winner, EventLoop loop, int retries) {
        OnLoop.ask(loop, () -> hold.extend(stepNanoUsd), (extended, failure) -> {
            if (winner.timeline().hasEnded()) {
                return;
            }
            if (Boolean.TRUE.equals(extended)) {
                meters.holdOverrun("extended");
                goOn(winner, loop);
            } else if (!stops) {
                meters.holdOverrun("continued");
                goOn(winner, loop);
            } else if (failure != null && retries < MOST_RETRIES) {
                loop.schedule(() -> extend(winner, loop, retries + 1), RETRY_MILLIS, TimeUnit.MILLISECONDS);
            } else {
                stop(winner, loop);
            }
        });
    }

    private void goOn(AttemptDriver winner, EventLoop loop) {
        covered = covered > Long.MAX_VALUE - stepTokens ? Long.MAX_VALUE : covered + stepTokens;
        watch(winner, loop);
    }

    /** In a turn of its own: the refusal may have come while a frame is read. */
    private void stop(AttemptDriver winner, EventLoop loop) {
        meters.holdOverrun("stopped");
        log.atInfo().addKeyValue("request", exchange.id()).log("stream stopped: its hold cannot be extended");
        loop.execute(
                () -> winner.fail(AttemptFailure.of(FailureClass.BLAMED_REQUEST, winner.httpStatus(), ERROR_KIND)));
    }
}
