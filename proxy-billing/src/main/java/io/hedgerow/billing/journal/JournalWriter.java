package io.hedgerow.billing.journal;

import io.hedgerow.core.port.JournalUnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. Takes what has queued up, encodes it, writes it with one call, then completes the
 * admissions and hands the settlements to the {@link Syncer}. It alone decides what there is space for.
 */
final class JournalWriter implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(JournalWriter.class);

    /** Kept free of admissions: late usage and records longer than their reservation. */
    static final int HEADROOM = 64 * 1024;

    private static final int MAX_BATCH = 512;
    private static final int USUAL_ADMISSION = 512;
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Parts parts;
    private final Packer packer = new Packer(512 * 1024);
    private final List<Append> group = new ArrayList<>();
    private final List<Integer> groupBytes = new ArrayList<>();
    /** Open requests were noted anew in these, and the sync failed: until they are elsewhere nothing old goes. */
    private final Set<Segment> unsafe = new LinkedHashSet<>();

    private long groupReserved;
    private long failedAtNanos;
    private long housekeptAtNanos = System.nanoTime();
    private boolean failing;
    private volatile boolean accepting = true;
    private volatile boolean closed;
    private volatile boolean stopped;
    private volatile JournalPosition drained = JournalPosition.START;

    /**
     * What the writer works with.
     *
     * @param again settlements whose write or sync failed; they are tried again until they succeed
     * @param depth settlements written and not yet drained
     */
    record Parts(
            AppendQueue queue,
            Segments segments,
            OpenRequests open,
            Disk disk,
            Syncer syncer,
            Queue<Append> again,
            AtomicLong depth) {}

    JournalWriter(Parts parts) {
        this.parts = parts;
    }

    boolean accepting() {
        return accepting && !closed && !stopped;
    }

    /** Whether the thread has ended, so that nothing that is queued will be written. */
    boolean stopped() {
        return stopped;
    }

    /** Everything before the position is in PostgreSQL. Any thread. */
    void drained(JournalPosition position) {
        drained = position;
    }

    void close() {
        closed = true;
        parts.queue().wake();
    }

    @Override
    public void run() {
        try {
            writeUntilClosed();
        } finally {
            stopped = true;
        }
    }

    private void writeUntilClosed() {
        List<Append> batch = new ArrayList<>();
        while (!closed || parts.queue().size() > 0) {
            try {
                parts.queue().drainTo(batch, MAX_BATCH);
                if (batch.isEmpty()) {
                    parts.queue().await(IDLE_NANOS);
                } else {
                    append(batch);
                }
                housekeepNowAndThen();
            } catch (RuntimeException e) {
                log.atError().setCause(e).log("journal writer");
                abandon(batch, e);
            }
            batch.clear();
        }
    }

    private void abandon(List<Append> batch, RuntimeException cause) {
        JournalUnavailableException why = new JournalUnavailableException("the journal writer failed", cause);
        batch.forEach(append -> append.fail(why));
        packer.truncate(0);
        forgetGroup();
    }

    private void append(List<Append> batch) {
        for (Append append : batch) {
            String refusal = encode(append);
            if (refusal != null) {
                refuse(append, refusal);
            }
        }
        flush(packer.size());
        noteSpace();
    }

    /** Encodes behind what is already in the group; returns why not, if not. */
    private @Nullable String encode(Append append) {
        int start = packer.size();
        int length = Frames.append(append.entry(), packer);
        String refusal = refusal(append.entry(), length);
        if (refusal == null && parts.segments().active().remaining() < packer.size()) {
            if (flush(start) && roll()) {
                start = 0;
            } else {
                refusal = "the disk fails or is full";
            }
        }
        if (refusal != null) {
            packer.truncate(packer.size() - length);
            return refusal;
        }
        Frames.seal(packer, start, length, parts.segments().active().seed());
        group.add(append);
        groupBytes.add(length);
        if (append.entry() instanceof JournalEntry.Admitted) {
            groupReserved += OpenRequests.reservation(length);
        }
        return null;
    }

    private boolean roll() {
        if (parts.segments().roll()) {
            return true;
        }
        parts.segments().keepSpare(0);
        return parts.segments().awaitSpare() && parts.segments().roll();
    }

    private @Nullable String refusal(JournalEntry entry, int length) {
        if (length > Frames.MAX_BODY) {
            return "an entry of " + length + " bytes is too long";
        }
        if (entry instanceof JournalEntry.Admitted) {
            boolean pause = failing && System.nanoTime() - failedAtNanos < RETRY_NANOS;
            if (pause) {
                return "the disk fails";
            }
            return fits((long) length + OpenRequests.reservation(length) + HEADROOM) ? null : "full";
        }
        if (entry instanceof JournalEntry.Progress) {
            return fits((long) length + HEADROOM) ? null : "full";
        }
        long extra = (long) length - parts.open().reservedFor(entry.requestId());
        return extra <= 0 || fits(extra) ? null : "full";
    }

    /** Whether so many bytes can be taken without touching what is reserved; waits for a new segment if that helps. */
    private boolean fits(long bytes) {
        if (bytes <= unreserved()) {
            return true;
        }
        parts.segments().keepSpare(0);
        return parts.segments().awaitSpare() && bytes <= unreserved();
    }

    private long unreserved() {
        return parts.segments().free() - packer.size() - parts.open().reserved() - groupReserved;
    }

    private void refuse(Append append, String why) {
        if (append.entry() instanceof JournalEntry.Settled) {
            parts.again().add(append);
        }
        append.fail(new JournalUnavailableException("the journal refused an entry: " + why));
    }

    /** Writes the group's first {@code size} bytes, which is the whole group; false if the disk failed. */
    private boolean flush(int size) {
        if (group.isEmpty()) {
            packer.discardFirst(size);
            return true;
        }
        Segment segment = parts.segments().active();
        try {
            segment.write(parts.disk(), packer.view(0, size));
            failing = false;
        } catch (IOException e) {
            failed(e);
            packer.discardFirst(size);
            return false;
        }
        written(segment);
        packer.discardFirst(size);
        return true;
    }

    private void written(Segment segment) {
        List<Append> durable = new ArrayList<>(group.size());
        for (int i = 0; i < group.size(); i++) {
            Append append = group.get(i);
            parts.open().apply(append.entry(), groupBytes.get(i), segment);
            if (append.entry().durable()) {
                durable.add(append);
            }
        }
        if (!durable.isEmpty()) {
            parts.depth().addAndGet(durable.size());
            parts.syncer().submit(segment, durable);
        }
        for (Append append : group) {
            if (!append.entry().durable()) {
                append.succeed();
            }
        }
        forgetGroup();
    }

    private void failed(IOException cause) {
        log.atError().addKeyValue("entries", group.size()).setCause(cause).log("journal not written");
        failing = true;
        failedAtNanos = System.nanoTime();
        for (Append append : group) {
            if (append.entry() instanceof JournalEntry.Settled) {
                parts.again().add(append);
            }
            append.fail(new JournalUnavailableException("the journal could not be written", cause));
        }
        forgetGroup();
    }

    private void forgetGroup() {
        group.clear();
        groupBytes.clear();
        groupReserved = 0;
    }

    private void noteSpace() {
        long unreserved = unreserved();
        parts.segments().keepSpare(unreserved);
        boolean room = unreserved > OpenRequests.reservation(USUAL_ADMISSION) + USUAL_ADMISSION + HEADROOM;
        accepting = !failing && (room || parts.segments().canGrow());
    }

    private void housekeepNowAndThen() {
        long now = System.nanoTime();
        if (now - housekeptAtNanos < IDLE_NANOS) {
            return;
        }
        housekeptAtNanos = now;
        if (!failing) {
            removeOld();
        }
        if (failing && System.nanoTime() - failedAtNanos >= RETRY_NANOS) {
            failing = false;
        }
        retry();
        noteSpace();
    }

    private void retry() {
        List<Append> retries = new ArrayList<>();
        for (Append failed = parts.again().poll();
                failed != null;
                failed = parts.again().poll()) {
            retries.add(failed.again());
        }
        if (!retries.isEmpty()) {
            append(retries);
        }
    }

    /** Deletes what is drained, once the open requests in it are safe elsewhere. */
    private void removeOld() {
        for (Segment unsynced : List.copyOf(unsafe)) {
            if (carryForward(unsynced)) {
                unsafe.remove(unsynced);
            }
        }
        if (unsafe.isEmpty()) {
            parts.segments().removeDrained(drained);
            Segment held = parts.segments().heldByOpenRequests(drained);
            if (held != null) {
                carryForward(held);
            }
        }
    }

    /** Notes the open requests of a segment anew, so that the segment can go; whether the disk has them. */
    private boolean carryForward(Segment from) {
        List<Append> copies = new ArrayList<>();
        for (OpenRequests.Open request : parts.open().in(from)) {
            copies.add(Append.of(new JournalEntry.Admitted(request.admitted())));
            if (request.progress() != null) {
                copies.add(Append.of(new JournalEntry.Progress(request.progress())));
            }
        }
        Segment first = parts.segments().active();
        append(copies);
        Collection<Segment> into = parts.segments().writtenSince(first);
        try {
            for (Segment segment : into) {
                segment.force(parts.disk());
            }
            return parts.open().in(from).isEmpty();
        } catch (IOException e) {
            log.atError().setCause(e).log("journal not synced");
            into.forEach(Segment::markBroken);
            unsafe.addAll(into);
            failing = true;
            failedAtNanos = System.nanoTime();
            return false;
        }
    }
}
