package io.hedgerow.billing.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files: one that is written, spare ones that are allocated ahead, old ones that are drained. Owned by the writer
 * thread, but for {@link #index} which cursors read.
 */
final class Segments {
    /** What may be lost at the end of a segment because the next frame did not fit. */
    private static final int WASTE = 16 * 1024;

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final Logger log = LoggerFactory.getLogger(Segments.class);

    private final JournalSettings settings;
    private final Disk disk;
    private final Executor allocator;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentSkipListMap<Long, Segment> index = new ConcurrentSkipListMap<>();
    private final Deque<Segment> spares = new ArrayDeque<>();
    private @Nullable CompletableFuture<Segment> allocating;
    private long failedAtNanos;
    private boolean failing;
    private Segment active;
    private long bytes;
    private long nextNumber;

    /** Starts behind the recovered segments with a fresh one, which may exceed the maximum once. */
    Segments(JournalSettings settings, Disk disk, Executor allocator, Collection<Segment> recovered, long nextNumber)
            throws IOException {
        this.settings = settings;
        this.disk = disk;
        this.allocator = allocator;
        this.nextNumber = nextNumber;
        for (Segment segment : recovered) {
            index.put(segment.number(), segment);
            bytes += segment.capacity();
        }
        active = allocate(this.nextNumber++);
        bytes += active.capacity();
        index.put(active.number(), active);
    }

    ConcurrentSkipListMap<Long, Segment> index() {
        return index;
    }

    Segment active() {
        return active;
    }

    /** From the one that was written then to the one that is written now. */
    Collection<Segment> writtenSince(Segment then) {
        return index.subMap(then.number(), true, active.number(), true).values();
    }

    /** Bytes that frames can still be written to without asking the disk for more. */
    long free() {
        long free = active.remaining();
        for (Segment spare : spares) {
            free += spare.remaining() - WASTE;
        }
        return free;
    }

    /** Whether another segment is on its way or may be asked for. */
    boolean canGrow() {
        return !failing && (allocating != null || bytes + settings.segmentBytes() <= settings.maxBytes());
    }

    /** Takes over a finished allocation and starts the next one when less than a segment is {@code unreserved}. */
    void keepSpare(long unreserved) {
        CompletableFuture<Segment> running = allocating;
        if (running != null && running.isDone()) {
            absorb(running);
        }
        boolean retry = !failing || System.nanoTime() - failedAtNanos > RETRY_NANOS;
        boolean wanted = unreserved < settings.segmentBytes() && bytes + settings.segmentBytes() <= settings.maxBytes();
        if (allocating == null && wanted && retry) {
            long number = nextNumber++;
            bytes += settings.segmentBytes();
            allocating = CompletableFuture.supplyAsync(() -> allocateUnchecked(number), allocator);
        }
    }

    /** Waits for the allocation that is under way; returns whether there was one. */
    boolean awaitSpare() {
        CompletableFuture<Segment> running = allocating;
        if (running == null) {
            return false;
        }
        try {
            running.handle((segment, failure) -> segment).get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            log.atWarn().setCause(e).log("journal segment is slow to allocate");
            return false;
        }
        absorb(running);
        return true;
    }

    /** Goes on in the next spare segment; false if there is none. */
    boolean roll() {
        Segment next = spares.poll();
        if (next == null) {
            return false;
        }
        index.put(next.number(), next);
        active.seal();
        active = next;
        return true;
    }

    /** Deletes the oldest segments as long as they are drained and hold no open request. */
    void removeDrained(JournalPosition drained) {
        Map.Entry<Long, Segment> oldest = index.firstEntry();
        while (oldest != null && removable(oldest.getValue(), drained)) {
            Segment segment = oldest.getValue();
            index.remove(segment.number());
            bytes -= segment.capacity();
            try {
                segment.delete();
            } catch (IOException e) {
                log.atWarn().addKeyValue("file", segment.path()).setCause(e).log("journal segment not deleted");
            }
            oldest = index.firstEntry();
        }
    }

    /** The oldest segment if it is drained and only open requests keep it, two segments behind or more. */
    @Nullable
    Segment heldByOpenRequests(JournalPosition drained) {
        Map.Entry<Long, Segment> oldest = index.firstEntry();
        if (oldest == null || index.size() < 3) {
            return null;
        }
        Segment segment = oldest.getValue();
        return segment.open() > 0 && passed(segment, drained) ? segment : null;
    }

    void close() throws IOException {
        awaitSpare();
        for (Segment spare : spares) {
            spare.delete();
        }
        for (Segment segment : index.values()) {
            segment.close();
        }
    }

    private boolean removable(Segment segment, JournalPosition drained) {
        return segment != active && segment.open() == 0 && passed(segment, drained);
    }

    private static boolean passed(Segment segment, JournalPosition drained) {
        boolean behind = drained.segment() > segment.number();
        boolean atEnd = drained.segment() == segment.number() && drained.offset() >= segment.end();
        return segment.sealed() && (behind || atEnd);
    }

    private void absorb(CompletableFuture<Segment> finished) {
        allocating = null;
        try {
            spares.add(finished.join());
            failing = false;
        } catch (CompletionException e) {
            bytes -= settings.segmentBytes();
            failedAtNanos = System.nanoTime();
            if (!failing) {
                log.atError()
                        .addKeyValue("directory", settings.directory())
                        .setCause(e)
                        .log("no disk space to journal");
            }
            failing = true;
        }
    }

    private Segment allocateUnchecked(long number) {
        try {
            return allocate(number);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Segment allocate(long number) throws IOException {
        return Segment.allocate(
                disk, settings.directory(), new Segment.Id(number, random.nextLong()), settings.segmentBytes());
    }
}
