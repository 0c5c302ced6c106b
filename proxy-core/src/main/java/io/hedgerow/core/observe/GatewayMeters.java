package io.hedgerow.core.observe;

import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.port.MeterNames;
import io.hedgerow.core.port.UsageRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The data plane's meters. Labels are names of the configuration and fixed words, so that their number stays small.
 * Thread-safe.
 */
public final class GatewayMeters {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50),
        Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1),
        Duration.ofMillis(2500), Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30),
        Duration.ofMinutes(1), Duration.ofMinutes(5)
    };
    private static final Duration[] SMALL_BUCKETS = {
        Duration.ofNanos(100_000),
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(250)
    };

    private final MeterRegistry registry;
    private final Map<String, ModelMeters> models = new ConcurrentHashMap<>();
    private final Map<AttemptKey, Counter> attempts = new ConcurrentHashMap<>();
    private final Map<String, Counter> refused = new ConcurrentHashMap<>();
    private final Map<String, Timer> waits = new ConcurrentHashMap<>();
    private final Timer overhead;

    private record AttemptKey(String provider, AttemptRecord.Reason reason, AttemptRecord.Outcome outcome) {}

    /** Registers with the registry. */
    public GatewayMeters(MeterRegistry registry) {
        this.registry = registry;
        this.overhead = Timer.builder(MeterNames.OVERHEAD)
                .description("the gateway's own share of the time to first token")
                .serviceLevelObjectives(SMALL_BUCKETS)
                .register(registry);
    }

    /** The registry, for gauges. */
    public MeterRegistry registry() {
        return registry;
    }

    /** A finished exchange. {@code overheadNanos} is negative where there was no content. */
    public void settled(UsageRecord record, long overheadNanos) {
        ModelMeters model = models.computeIfAbsent(record.model(), id -> new ModelMeters(id, registry));
        model.settled(record);
        if (record.clamped() && record.providerId() != null) {
            usageClamped(record.providerId());
        }
        if (overheadNanos >= 0) {
            overhead.record(overheadNanos, TimeUnit.NANOSECONDS);
        }
        for (AttemptRecord attempt : record.attempts()) {
            AttemptKey key = new AttemptKey(attempt.providerId(), attempt.reason(), attempt.outcome());
            Counter counter = attempts.get(key);
            (counter == null ? attempts.computeIfAbsent(key, this::attemptCounter) : counter).increment();
            if (attempt.reason() == AttemptRecord.Reason.HEDGE && attempt.outcome() != AttemptRecord.Outcome.DENIED) {
                model.hedgeLaunched.increment();
                if (attempt.outcome() == AttemptRecord.Outcome.WON) {
                    model.hedgeWon.increment();
                }
            }
        }
    }

    /** A hedge that was wanted and not allowed. */
    public void hedgeDenied(String model) {
        models.computeIfAbsent(model, id -> new ModelMeters(id, registry))
                .hedgeDenied
                .increment();
    }

    /** A hedge won, and so long earlier was the first content there. */
    public void hedgeSaved(String model, long nanos) {
        models.computeIfAbsent(model, id -> new ModelMeters(id, registry))
                .hedgeSaved
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A stream outgrew its hold; the outcome is extended, continued or stopped. */
    public void holdOverrun(String outcome) {
        registry.counter(MeterNames.HOLD_OVERRUNS, "outcome", outcome).increment();
    }

    /** A provider told counts that cannot be, and they were cut down before they were charged. */
    public void usageClamped(String provider) {
        registry.counter(MeterNames.USAGE_CLAMPED, "provider", provider).increment();
    }

    /** A request that was refused before it became an exchange or was admitted. */
    public void refused(String reason) {
        refused.computeIfAbsent(
                        reason,
                        word -> Counter.builder(MeterNames.REFUSED)
                                .tag("reason", word)
                                .register(registry))
                .increment();
    }

    /** A wait for a slot is over: {@code granted}, {@code gave_up} or {@code left}. */
    public void waited(String result, long nanos) {
        waits.computeIfAbsent(
                        result,
                        word -> Timer.builder(MeterNames.QUEUE_WAIT)
                                .tag("result", word)
                                .serviceLevelObjectives(BUCKETS)
                                .register(registry))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private Counter attemptCounter(AttemptKey key) {
        return Counter.builder(MeterNames.ATTEMPTS)
                .tag("provider", key.provider())
                .tag("reason", key.reason().name().toLowerCase(Locale.ROOT))
                .tag("outcome", key.outcome().name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    private static final class ModelMeters {
        private final String model;
        private final MeterRegistry registry;
        private final Map<String, Timer> durations = new ConcurrentHashMap<>();
        private final Timer ttft;
        private final Timer perToken;
        private final DistributionSummary inputTokens;
        private final DistributionSummary outputTokens;
        private final Counter hedgeLaunched;
        private final Counter hedgeWon;
        private final Counter hedgeDenied;
        private final Timer hedgeSaved;

        ModelMeters(String model, MeterRegistry registry) {
            this.model = model;
            this.registry = registry;
            this.ttft = timer(MeterNames.TIME_TO_FIRST_TOKEN, null);
            this.perToken = timer(MeterNames.TIME_PER_OUTPUT_TOKEN, null);
            this.inputTokens = tokens("input");
            this.outputTokens = tokens("output");
            this.hedgeLaunched = Counter.builder(MeterNames.HEDGE_LAUNCHED)
                    .tag("model", model)
                    .register(registry);
            this.hedgeWon =
                    Counter.builder(MeterNames.HEDGE_WON).tag("model", model).register(registry);
            this.hedgeDenied =
                    Counter.builder(MeterNames.HEDGE_DENIED).tag("model", model).register(registry);
            this.hedgeSaved = Timer.builder(MeterNames.HEDGE_SAVED)
                    .description("time to first content that winning hedges saved, estimated on the low side")
                    .tag("model", model)
                    .serviceLevelObjectives(BUCKETS)
                    .register(registry);
        }

        void settled(UsageRecord record) {
            String status = record.status().wireName();
            Timer duration = durations.get(status);
            if (duration == null) {
                duration = durations.computeIfAbsent(status, word -> timer(MeterNames.REQUEST_DURATION, word));
            }
            duration.record(record.durationMicros(), TimeUnit.MICROSECONDS);
            inputTokens.record((double) record.tokens().input());
            outputTokens.record((double) record.tokens().output());
            Long first = record.ttftMicros();
            if (first != null) {
                ttft.record(first, TimeUnit.MICROSECONDS);
                if (record.tokens().output() > 1) {
                    perToken.record(
                            (record.durationMicros() - first) / (record.tokens().output() - 1), TimeUnit.MICROSECONDS);
                }
            }
        }

        private Timer timer(String name, @Nullable String status) {
            Timer.Builder builder = Timer.builder(name)
                    .tag("gen_ai.operation.name", "chat")
                    .tag("gen_ai.request.model", model)
                    .serviceLevelObjectives(BUCKETS);
            return (status == null ? builder : builder.tag("status", status)).register(registry);
        }

        private DistributionSummary tokens(String type) {
            return DistributionSummary.builder(MeterNames.TOKEN_USAGE)
                    .tag("gen_ai.operation.name", "chat")
                    .tag("gen_ai.request.model", model)
                    .tag("gen_ai.token.type", type)
                    .register(registry);
        }
    }
}
