package io.hedgerow.testkit.mock;

import io.hedgerow.testkit.mock.script.MockSettings.Keep;
import io.hedgerow.testkit.net.Json;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The server's counters and its memory of past requests. Any thread. */
final class Tally {
    private static final int STATUSES = 600;

    final LongAdder tokens = new LongAdder();
    final LongAdder connections = new LongAdder();
    final AtomicLong openConnections = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();
    private final LongAdder completed = new LongAdder();
    private final LongAdder cancelled = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicLong active = new AtomicLong();
    private final AtomicLong maxActive = new AtomicLong();
    private final AtomicLongArray byStatus = new AtomicLongArray(STATUSES);
    private final Ring<ServedRequest> served;
    private final Ring<ReceivedRequest> received;

    Tally(Keep keep) {
        served = new Ring<>(keep.outcomes());
        received = new Ring<>(keep.bodies());
    }

    /** Counts a request in; returns its number. */
    long started() {
        maxActive.accumulateAndGet(active.incrementAndGet(), Math::max);
        return requests.incrementAndGet();
    }

    void received(ReceivedRequest request) {
        received.add(request);
    }

    void status(int status) {
        byStatus.incrementAndGet(status);
    }

    /** Counts a request out; once per {@link #started}. */
    void ended(ServedRequest request) {
        served.add(request);
        switch (request.outcome()) {
            case COMPLETED -> completed.increment();
            case CANCELLED -> cancelled.increment();
            case FAILED -> failed.increment();
        }
        active.decrementAndGet();
    }

    List<ServedRequest> served() {
        return served.list();
    }

    List<ReceivedRequest> received() {
        return received.list();
    }

    MockStats stats() {
        SortedMap<Integer, Long> statuses = new TreeMap<>();
        for (int status = 0; status < STATUSES; status++) {
            if (byStatus.get(status) > 0) {
                statuses.put(status, byStatus.get(status));
            }
        }
        return new MockStats(
                requests.get(),
                completed.sum(),
                cancelled.sum(),
                failed.sum(),
                active.get(),
                maxActive.get(),
                tokens.sum(),
                connections.sum(),
                openConnections.get(),
                statuses);
    }

    /** The remembered outcomes of requests whose number is higher, one JSON object per line, oldest first. */
    String servedLines(long after) {
        StringBuilder lines = new StringBuilder();
        for (ServedRequest request : served.list()) {
            if (request.number() <= after) {
                continue;
            }
            lines.append("{\"number\":").append(request.number());
            lines.append(",\"id\":").append(quoted(request.id()));
            lines.append(",\"client_request_id\":").append(quoted(request.clientRequestId()));
            lines.append(",\"status\":").append(request.status());
            lines.append(",\"tokens\":").append(request.tokens());
            lines.append(",\"outcome\":\"").append(Call.wireName(request.outcome()));
            lines.append("\",\"duration_us\":")
                    .append(request.durationNanos() / 1000)
                    .append("}\n");
        }
        return lines.toString();
    }

    private static String quoted(@Nullable String text) {
        return text == null ? "null" : '"' + Json.escape(text) + '"';
    }
}
