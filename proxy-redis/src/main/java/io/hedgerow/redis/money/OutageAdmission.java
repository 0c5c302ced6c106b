package io.hedgerow.redis.money;

import io.hedgerow.core.port.AdmissionDecision;
import io.hedgerow.core.port.AdmissionDecision.Admitted;
import io.hedgerow.core.port.AdmissionDecision.Rate;
import io.hedgerow.core.port.AdmissionDecision.Reason;
import io.hedgerow.core.port.AdmissionDecision.Refused;
import io.hedgerow.core.port.AdmissionRequest;
import io.hedgerow.redis.link.Membership;
import io.hedgerow.redis.link.Sparingly;
import io.hedgerow.redis.link.Standing;
import io.micrometer.core.instrument.Counter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides while Redis cannot be asked: every limit is this node's share of it, and what is not known is refused. */
final class OutageAdmission {
    private static final Logger log = LoggerFactory.getLogger(OutageAdmission.class);
    private static final long RETRY_AFTER_MILLIS = 1000;
    private static final long MINUTE_MILLIS = 60_000;

    private final MoneyRules rules;
    private final Membership membership;
    private final HoldBook holds;
    private final OutageLedger ledger;
    private final Settlements settlements;
    private final StoreClock clock;
    private final Counter bounded;
    private final Sparingly warnings = new Sparingly();
    private final OutageMinutes requests = new OutageMinutes();
    private final OutageMinutes tokens = new OutageMinutes();

    OutageAdmission(MoneyRules rules, Membership membership, Books books, Settlements settlements, Counter bounded) {
        this.rules = rules;
        this.membership = membership;
        this.holds = books.holds();
        this.ledger = books.ledger();
        this.settlements = settlements;
        this.clock = books.clock();
        this.bounded = bounded;
    }

    /** Decides by the policy. Where Redis may have admitted the request all the same, a refusal is told to it. */
    AdmissionDecision decide(AdmissionRequest request, boolean maybeAdmitted) {
        AdmissionDecision decision = rules.allowBounded() ? withinShare(request, maybeAdmitted) : unavailable();
        if (decision instanceof Refused && maybeAdmitted) {
            settlements.withdraw(request);
        }
        return decision;
    }

    static Refused unavailable() {
        return new Refused(Reason.STORE_UNAVAILABLE, RETRY_AFTER_MILLIS, null);
    }

    private AdmissionDecision withinShare(AdmissionRequest request, boolean maybeAdmitted) {
        Standing standing = membership.standing();
        Where where = Where.of(clock.pick(request.budgets()).buckets());
        Hold hold = new Hold(request, settlements, where, System.nanoTime(), maybeAdmitted);
        Reason crowded = crowded(hold, standing);
        if (crowded != null) {
            return new Refused(crowded, RETRY_AFTER_MILLIS, null);
        }
        if (!ledger.take(hold, request.estimateNanoUsd(), standing)) {
            return unavailable();
        }
        AdmissionDecision overRate = takeMinute(hold, standing);
        if (overRate instanceof Refused) {
            ledger.confirmed(hold);
            return overRate;
        }
        bounded.increment();
        warnings.count(since -> log.atWarn()
                .addKeyValue("tenant", request.tenantId())
                .addKeyValue("key", request.keyId())
                .addKeyValue("request", request.requestId())
                .addKeyValue("requests", since)
                .log("requests admitted without the store, within this node's share"));
        return overRate;
    }

    private @Nullable Reason crowded(Hold hold, Standing standing) {
        int ofKey = hold.request().key().maxConcurrency();
        int ofTenant = hold.request().tenant().maxConcurrency();
        Reason reason = null;
        if (ofKey > 0 && holds.openOfKey(hold) >= standing.shareOf(ofKey)) {
            reason = Reason.KEY_CONCURRENCY;
        } else if (ofTenant > 0 && holds.openOfTenant(hold) >= standing.shareOf(ofTenant)) {
            reason = Reason.TENANT_CONCURRENCY;
        }
        return reason != null && standing.liveNodes() == 0 ? Reason.STORE_UNAVAILABLE : reason;
    }

    /** The last step: a refusal by the tokens leaves the request counted, which errs to the safe side. */
    private AdmissionDecision takeMinute(Hold hold, Standing standing) {
        AdmissionRequest request = hold.request();
        int rpm = request.key().requestsPerMinute();
        int tpm = request.key().tokensPerMinute();
        Rate ofRequests = null;
        if (rpm > 0) {
            ofRequests = requests.take(request, rpm, standing.shareOf(rpm), 1);
            if (ofRequests == null) {
                return over(Reason.REQUESTS_PER_MINUTE, new Rate(rpm, 0, MINUTE_MILLIS), null, standing);
            }
        }
        Rate ofTokens = null;
        if (tpm > 0) {
            ofTokens = tokens.take(
                    request, tpm, standing.shareOf(tpm), request.estimate().tokens());
            if (ofTokens == null) {
                return over(Reason.TOKENS_PER_MINUTE, ofRequests, new Rate(tpm, 0, MINUTE_MILLIS), standing);
            }
        }
        return new Admitted(holds.enter(hold), AdmitScript.status(ofRequests, ofTokens));
    }

    private static Refused over(Reason reason, @Nullable Rate requests, @Nullable Rate tokens, Standing standing) {
        return standing.liveNodes() == 0
                ? unavailable()
                : new Refused(reason, MINUTE_MILLIS, AdmitScript.status(requests, tokens));
    }
}
