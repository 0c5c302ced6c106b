package io.hedgerow.redis.money;

import io.hedgerow.core.port.Admission;
import io.hedgerow.core.port.AdmissionDecision;
import io.hedgerow.core.port.AdmissionDecision.Admitted;
import io.hedgerow.core.port.AdmissionDecision.RateStatus;
import io.hedgerow.core.port.AdmissionDecision.Reason;
import io.hedgerow.core.port.AdmissionDecision.Refused;
import io.hedgerow.core.port.AdmissionRequest;
import io.hedgerow.core.port.BalanceSource;
import io.hedgerow.core.port.MeterNames;
import io.hedgerow.redis.link.Backend;
import io.hedgerow.redis.link.Link.Lane;
import io.hedgerow.redis.link.NotSentException;
import io.hedgerow.redis.link.Reply;
import io.hedgerow.redis.link.Script;
import io.hedgerow.redis.link.Sparingly;
import io.hedgerow.redis.link.Standing;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Admission: one script per request while Redis can be asked, the failure policy while it cannot. */
public final class RedisAdmission implements Admission {
    private static final Logger log = LoggerFactory.getLogger(RedisAdmission.class);
    private static final long CONCURRENCY_RETRY_MILLIS = 1000;
    private static final int CLOCK_TRIES = 3;
    private static final Sparingly REFUSALS = new Sparingly();

    private final MoneyRules rules;
    private final Backend backend;
    private final Books books = new Books();
    private final Settlements settlements;
    private final OutageAdmission outage;
    private final BalanceWarmer warmer;
    private final Sparingly failures = new Sparingly();

    /** Registers with the membership and begins to renew. */
    public RedisAdmission(
            MoneyRules rules,
            Backend backend,
            RedisBalanceMirror mirror,
            BalanceSource balances,
            MeterRegistry registry) {
        this.rules = rules;
        this.backend = backend;
        this.settlements = new Settlements(rules, backend, books);
        this.outage = new OutageAdmission(
                rules, backend.membership(), books, settlements, registry.counter(MeterNames.ADMISSION_OVER_LIMIT));
        this.warmer = new BalanceWarmer(backend, balances, mirror, registry.counter(MeterNames.CACHE_WARM_RACES));
        HoldKeeper keeper = new HoldKeeper(rules, backend, books);
        backend.membership().add(keeper);
        backend.loop().every(keeper.sweepMillis(), keeper::sweep);
        backend.loop().every(1000, keeper::ask);
    }

    @Override
    public CompletionStage<AdmissionDecision> admit(AdmissionRequest request) {
        Standing standing = standing(request);
        return switch (standing.state()) {
            case UP -> ask(request, standing, Tries.FIRST).exceptionally(error -> failed(request, error));
            case GRACE -> CompletableFuture.completedFuture(inGrace(standing));
            case AWAY -> CompletableFuture.completedFuture(outage.decide(request, false));
        };
    }

    private Standing standing(AdmissionRequest request) {
        return backend.membership().standing(backend.keys().account(request.tenantId()));
    }

    private static AdmissionDecision inGrace(Standing standing) {
        return new Refused(Reason.STORE_UNAVAILABLE, Math.max(1, standing.graceMillis()), null);
    }

    /** What has been done already to have the script decide. */
    private record Tries(boolean adopted, boolean warmed, int clocks) {
        static final Tries FIRST = new Tries(false, false, 0);

        Tries adopting() {
            return new Tries(true, warmed, clocks);
        }

        Tries warming() {
            return new Tries(true, true, clocks);
        }

        Tries corrected() {
            return new Tries(adopted, warmed, clocks + 1);
        }
    }

    private CompletionStage<AdmissionDecision> ask(AdmissionRequest request, Standing standing, Tries tries) {
        long sentAt = System.nanoTime();
        StoreClock.Picked picked = books.clock().pick(request.budgets());
        return backend.link()
                .run(
                        Lane.FRONT,
                        Script.ADMIT,
                        backend.keys().admission(request.tenantId(), request.keyId()),
                        AdmitScript.admit(request, rules, standing.epoch(), tries.adopted(), picked))
                .handle((reply, error) -> {
                    if (reply == null) {
                        return CompletableFuture.completedStage(failed(request, error));
                    }
                    return switch (reply.branch()) {
                        case "epoch" ->
                            tries.adopted() ? unavailable(request, "the epoch changed twice") : adopt(request, tries);
                        case "cold" ->
                            tries.warmed() ? unavailable(request, "the balance is not known") : warm(request, tries);
                        case "clock" -> correctClock(request, standing, tries, reply.number(1));
                        default -> CompletableFuture.completedStage(decide(request, reply, sentAt));
                    };
                })
                .thenCompose(decision -> decision);
    }

    private AdmissionDecision decide(AdmissionRequest request, Reply reply, long sentAt) {
        if (reply.is("over")) {
            log.atWarn().addKeyValue("request", request.requestId()).log("admission asked for a request that is over");
            return OutageAdmission.unavailable();
        }
        RateStatus rate = AdmitScript.rate(request, reply);
        return switch (reply.branch()) {
            case "admitted" -> {
                Hold fresh = new Hold(request, settlements, Where.parse(reply.text(5)), sentAt, true);
                Hold hold = books.holds().enter(fresh);
                books.ledger().heard(request, reply.number(6));
                books.ledger().heard(hold, AdmitScript.rooms(reply));
                hold.confirmed(sentAt);
                books.ledger().confirmed(hold);
                yield new Admitted(hold, rate);
            }
            case "balance" -> {
                books.ledger().heard(request, reply.number(5));
                yield new Refused(Reason.INSUFFICIENT_BALANCE, 0, rate);
            }
            case "budget" -> new Refused(Reason.BUDGET_EXHAUSTED, 0, rate);
            case "rate" -> new Refused(Reason.REQUESTS_PER_MINUTE, reply.number(5), rate);
            case "tokens" ->
                reply.number(5) > 0
                        ? new Refused(Reason.TOKENS_PER_MINUTE, reply.number(5), rate)
                        : new Refused(Reason.REQUEST_OVER_TOKEN_LIMIT, 0, rate);
            case "concurrency" -> new Refused(Reason.KEY_CONCURRENCY, CONCURRENCY_RETRY_MILLIS, rate);
            case "crowd" -> new Refused(Reason.TENANT_CONCURRENCY, CONCURRENCY_RETRY_MILLIS, rate);
            default -> throw reply.unexpected();
        };
    }

    /** The tenant is new here, or the store has lost its data: only a beat can tell, and registers what is held here. */
    private CompletionStage<AdmissionDecision> adopt(AdmissionRequest request, Tries tries) {
        String[] account = backend.keys().account(request.tenantId());
        return backend.membership().confirm(account).thenCompose(standing -> switch (standing.state()) {
            case UP -> ask(request, standing, tries.adopting());
            case GRACE -> CompletableFuture.completedStage(inGrace(standing));
            case AWAY -> CompletableFuture.completedStage(outage.decide(request, false));
        });
    }

    /** This node's clock is not the store's, or a window has just begun. */
    private CompletionStage<AdmissionDecision> correctClock(
            AdmissionRequest request, Standing standing, Tries tries, long storeMillis) {
        books.clock().learn(storeMillis);
        return tries.clocks() < CLOCK_TRIES
                ? ask(request, standing, tries.corrected())
                : unavailable(request, "the clock does not stand still");
    }

    private CompletionStage<AdmissionDecision> warm(AdmissionRequest request, Tries tries) {
        return warmer.warm(request.tenantId(), rules.warming())
                .handle((known, error) -> {
                    if (error != null) {
                        return CompletableFuture.completedStage(failed(request, error));
                    }
                    return known
                            ? ask(request, standing(request), tries.warming())
                            : CompletableFuture.<AdmissionDecision>completedStage(
                                    new Refused(Reason.INSUFFICIENT_BALANCE, 0, null));
                })
                .thenCompose(decision -> decision);
    }

    private static CompletionStage<AdmissionDecision> unavailable(AdmissionRequest request, String why) {
        REFUSALS.count(since -> log.atWarn()
                .addKeyValue("tenant", request.tenantId())
                .addKeyValue("request", request.requestId())
                .addKeyValue("why", why)
                .addKeyValue("requests", since)
                .log("admission refused"));
        return CompletableFuture.completedStage(OutageAdmission.unavailable());
    }

    private AdmissionDecision failed(AdmissionRequest request, @Nullable Throwable error) {
        failures.count(since -> log.atWarn()
                .addKeyValue("tenant", request.tenantId())
                .addKeyValue("request", request.requestId())
                .addKeyValue("error", String.valueOf(error))
                .addKeyValue("requests", since)
                .log("no answer for an admission, the failure policy decides"));
        return outage.decide(request, !(error instanceof NotSentException));
    }

    /** Waits until settlements and cancellations are confirmed, within bounds. Blocks. */
    public void await(Duration atMost) throws InterruptedException {
        if (!settlements.await(atMost)) {
            log.atWarn().log("some settlements were not told to Redis; their holds end with their leases");
        }
    }
}
