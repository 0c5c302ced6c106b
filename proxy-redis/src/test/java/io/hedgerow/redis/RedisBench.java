package io.hedgerow.redis;

import io.hedgerow.core.port.AdmissionDecision;
import io.hedgerow.core.port.AdmissionRequest;
import io.hedgerow.core.port.AdmissionRequest.Estimate;
import io.hedgerow.core.port.AdmissionRequest.KeyLimits;
import io.hedgerow.core.port.BalanceUpdate;
import io.hedgerow.core.port.BudgetLimit;
import io.hedgerow.core.port.BudgetWindow;
import io.hedgerow.core.port.SlotDecision;
import io.hedgerow.core.port.SlotLease;
import io.hedgerow.testkit.bench.BenchReport;
import io.hedgerow.testkit.stores.TestStores;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/**
 * What Redis adds to a request: open-loop admissions with every limit on, the look at the affinity, a slot, and their
 * ends. Not part of the suite, because it measures; {@code scripts/bench-redis.sh} runs it.
 */
class RedisBench {
    private static final int PER_SECOND = Integer.getInteger("bench.rate", 2_000);
    private static final int SECONDS = Integer.getInteger("bench.seconds", 20);
    private static final Pattern CALLS = Pattern.compile("cmdstat_evalsha:calls=(\\d+),usec=(\\d+)");
    private static final long APPLY_NANOS = Duration.ofMillis(250).toNanos();
    private static final AtomicLong IDS = new AtomicLong();
    private static final AtomicLong VERSIONS = new AtomicLong(1);
    private static final List<BudgetLimit> BUDGETS = List.of(
            BudgetLimit.ofTenant(BudgetWindow.DAY, false, ZoneOffset.UTC, Long.MAX_VALUE / 4),
            BudgetLimit.ofKey("key", BudgetWindow.MONTH, false, ZoneOffset.UTC, Long.MAX_VALUE / 4));

    @Test
    void measure() {
        try (TestNodes nodes = new TestNodes(TestStores.redis().url())) {
            RedisStores node = nodes.node(settings -> settings.commandTimeout(Duration.ofSeconds(2)));
            TestNodes.join(
                    node.mirror().apply(new BalanceUpdate("acme", Long.MAX_VALUE / 4, 1, List.of(), List.of(), true)));
            new Run(node).paced(10);
            Run run = new Run(node);
            long[] before = scripts(nodes);
            long began = System.nanoTime();
            run.paced(SECONDS);
            double seconds = (System.nanoTime() - began) / 1e9;
            long[] after = scripts(nodes);
            long calls = after[0] - before[0];
            BenchReport.toStandardOutput()
                    .line(
                            "%d requests/s wanted, %.0f done, %d refused or failed",
                            PER_SECOND, run.admit.getTotalCount() / seconds, run.failed.get())
                    .percentiles("admission and affinity", run.admit)
                    .percentiles("slot", run.slot)
                    .line(
                            "scripts %.0f/s, %.1f us each inside Redis",
                            calls / seconds, (after[1] - before[1]) / (double) calls);
        }
    }

    private static long[] scripts(TestNodes nodes) {
        Matcher found = CALLS.matcher(nodes.redis().info("commandstats"));
        return found.find() ? new long[] {Long.parseLong(found.group(1)), Long.parseLong(found.group(2))} : new long[2];
    }

    /** One measurement: every request is timed from when it was due. */
    private static final class Run {
        private final RedisStores node;
        private final Histogram admit = new ConcurrentHistogram(3);
        private final Histogram slot = new ConcurrentHistogram(3);
        private final AtomicLong failed = new AtomicLong();
        private final AtomicLong open = new AtomicLong();
        private final Queue<String> settled = new ConcurrentLinkedQueue<>();
        private long appliedAt = System.nanoTime();

        Run(RedisStores node) {
            this.node = node;
        }

        void paced(int seconds) {
            long began = System.nanoTime();
            long gap = 1_000_000_000L / PER_SECOND;
            for (long i = 0; i < (long) PER_SECOND * seconds; i++) {
                long due = began + i * gap;
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(20_000);
                }
                request(due);
                applyNowAndThen();
            }
            while (open.get() > 0) {
                LockSupport.parkNanos(1_000_000);
            }
        }

        /** What the relay does: tells which settlements the balance contains by now, so that they are pending no more. */
        private void applyNowAndThen() {
            if (System.nanoTime() - appliedAt < APPLY_NANOS) {
                return;
            }
            appliedAt = System.nanoTime();
            List<String> contained = new ArrayList<>();
            for (String id = settled.poll(); id != null; id = settled.poll()) {
                contained.add(id);
            }
            node.mirror()
                    .apply(new BalanceUpdate(
                            "acme", Long.MAX_VALUE / 4, VERSIONS.incrementAndGet(), contained, List.of(), true))
                    .whenComplete((done, error) -> {
                        if (error != null) {
                            failed.incrementAndGet();
                        }
                    });
        }

        private void request(long due) {
            open.incrementAndGet();
            String id = "bench-" + IDS.incrementAndGet();
            AdmissionRequest request = new AdmissionRequest(
                    id,
                    "acme",
                    "key",
                    new KeyLimits(1_000_000, 100_000_000, 2_000_000_000),
                    new AdmissionRequest.TenantLimits(true, 0, 0),
                    BUDGETS,
                    new Estimate(1_000, 10));
            node.affinity()
                    .find("acme", "session-" + id.hashCode() % 1000)
                    .thenCombine(node.admission().admit(request), (binding, decision) -> decision)
                    .whenComplete((decision, error) -> {
                        admit.recordValue(System.nanoTime() - due);
                        if (decision instanceof AdmissionDecision.Admitted admitted) {
                            slot(id, admitted);
                        } else {
                            failed.incrementAndGet();
                            open.decrementAndGet();
                        }
                    });
        }

        private void slot(String id, AdmissionDecision.Admitted admitted) {
            long asked = System.nanoTime();
            node.slots()
                    .reserve(TestNodes.slot("openai", 100_000, "session-" + id.hashCode() % 1000))
                    .whenComplete((decision, error) -> {
                        slot.recordValue(System.nanoTime() - asked);
                        if (decision instanceof SlotDecision.Granted granted) {
                            granted.lease().release(SlotLease.Outcome.COMPLETED);
                        } else {
                            failed.incrementAndGet();
                        }
                        admitted.hold().settle(900, 10);
                        settled.add(id);
                        open.decrementAndGet();
                    });
        }
    }
}
