package io.hedgerow.billing.journal;

import io.hedgerow.core.port.AdmittedEntry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** Opens and reads journals for the tests of this package. */
final class TestJournals {
    private TestJournals() {}

    /** Four segments of 256 KiB. */
    static JournalSettings small(Path directory) {
        return new JournalSettings(
                directory,
                4L * JournalSettings.MIN_SEGMENT_BYTES,
                JournalSettings.MIN_SEGMENT_BYTES,
                1_000,
                Duration.ZERO);
    }

    static Journal open(Path directory) throws IOException {
        return open(directory, new Disk());
    }

    static Journal open(Path directory, Disk disk) throws IOException {
        return Journal.open(small(directory), new SimpleMeterRegistry(), disk);
    }

    /** All that a fresh cursor reads. */
    static List<JournalEntry> read(Journal journal) throws IOException {
        List<JournalEntry> entries = new ArrayList<>();
        try (JournalCursor cursor = journal.cursor()) {
            for (JournalEntry entry = cursor.next(); entry != null; entry = cursor.next()) {
                entries.add(entry);
            }
        }
        return entries;
    }

    /** Reads to the end and declares it drained. */
    static void drainAll(Journal journal, JournalCursor cursor) throws IOException {
        int durable = 0;
        for (JournalEntry entry = cursor.next(); entry != null; entry = cursor.next()) {
            durable += entry.durable() ? 1 : 0;
        }
        journal.drained(cursor.position(), durable);
    }

    static List<Path> segments(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(Segment.SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    static boolean succeeds(CompletionStage<Void> append) {
        return append.handle((done, failure) -> failure == null)
                .toCompletableFuture()
                .orTimeout(60, java.util.concurrent.TimeUnit.SECONDS)
                .join();
    }

    static AdmittedEntry bulky(AdmittedEntry entry, int bytes) {
        return new AdmittedEntry(
                entry.requestId(),
                "x".repeat(bytes),
                entry.tenantId(),
                entry.keyId(),
                entry.model(),
                entry.dialect(),
                entry.unitPrices(),
                entry.inputTokensEstimate(),
                entry.startedAtMicros(),
                List.of());
    }
}
