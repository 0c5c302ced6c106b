package io.hedgerow.billing.journal;

import static io.hedgerow.billing.support.TestBilling.await;
import static io.hedgerow.billing.support.TestBilling.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.billing.support.Samples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the disk was told to keep is all that is there afterwards. */
@Tag("B4")
class LossOfPowerTest {
    private static final int BULK = 3_000;
    private static final int OPEN = 20;
    /** What is left of the third is less than the open requests need. */
    private static final long MOST_OF_THREE = JournalSettings.MIN_SEGMENT_BYTES * 14L / 5;

    private final ForgetfulDisk disk = new ForgetfulDisk();
    private int losses;

    @TempDir
    Path directory;

    @TempDir
    Path afterwards;

    @Test
    void everyConfirmedSettlementIsStillThere() throws Exception {
        List<String> confirmed = new ArrayList<>();
        try (Journal journal = open()) {
            for (int i = 0; i < 50; i++) {
                settle(journal, "r-" + i);
                confirmed.add("r-" + i);
            }
            assertThat(settledAfterALoss()).containsAll(confirmed);
        }
    }

    @Test
    void aSettlementWhoseSyncFailedIsWrittenAgainElsewhere() throws Exception {
        try (Journal journal = open()) {
            get(journal.admitted(Samples.admitted("r-1")));
            disk.failSyncs(true);
            assertThat(TestJournals.succeeds(journal.settled(Samples.settled("r-1", 1))))
                    .isFalse();
            disk.failSyncs(false);

            await().until(() -> settledAfterALoss().contains("r-1"));
            await().until(() -> TestJournals.succeeds(journal.admitted(Samples.admitted("r-2"))));
            get(journal.settled(Samples.settled("r-2", 1)));
            assertThat(settledAfterALoss()).contains("r-1", "r-2");
        }
    }

    @Test
    void openRequestsThatMovedToOtherSegmentsAreStillThere() throws Exception {
        try (Journal journal = open()) {
            Path oldest = TestJournals.segments(directory).get(0);
            List<String> open = leaveOpen(journal);

            await().until(() -> !Files.exists(oldest));
            assertThat(openAfterALoss()).containsAll(open);
        }
    }

    @Test
    void nothingOldGoesWhileTheRequestsInItAreNowhereElse() throws Exception {
        try (Journal journal = open()) {
            Path oldest = TestJournals.segments(directory).get(0);
            disk.failNextCarry();
            List<String> open = leaveOpen(journal);

            await().until(() -> !Files.exists(oldest));
            assertThat(disk.failed()).isTrue();
            assertThat(openAfterALoss()).containsAll(open);
        }
    }

    /** Requests of the first of three segments, so many that they do not fit into what is left of the third. */
    private List<String> leaveOpen(Journal journal) throws Exception {
        List<String> open = new ArrayList<>();
        for (int i = 0; i < OPEN; i++) {
            open.add("open-" + i);
            get(journal.admitted(TestJournals.bulky(Samples.admitted("open-" + i), BULK)));
        }
        for (int i = 0; disk.written() < MOST_OF_THREE; i++) {
            get(journal.admitted(TestJournals.bulky(Samples.admitted("r-" + i), BULK)));
            get(journal.settled(Samples.settled("r-" + i, 1)));
        }
        try (JournalCursor cursor = journal.cursor()) {
            TestJournals.drainAll(journal, cursor);
        }
        return open;
    }

    private Journal open() throws IOException {
        return Journal.open(
                new JournalSettings(
                        directory,
                        8L * JournalSettings.MIN_SEGMENT_BYTES,
                        JournalSettings.MIN_SEGMENT_BYTES,
                        1_000,
                        Duration.ZERO),
                new SimpleMeterRegistry(),
                disk);
    }

    private void settle(Journal journal, String id) {
        get(journal.admitted(Samples.admitted(id)));
        get(journal.settled(Samples.settled(id, 1)));
    }

    private List<String> settledAfterALoss() throws IOException {
        try (Journal journal = TestJournals.open(loss())) {
            return TestJournals.read(journal).stream()
                    .filter(JournalEntry::durable)
                    .map(JournalEntry::requestId)
                    .toList();
        }
    }

    private List<String> openAfterALoss() throws IOException {
        try (Journal journal = TestJournals.open(loss())) {
            return journal.orphans().stream()
                    .map(orphan -> orphan.admitted().requestId())
                    .toList();
        }
    }

    private Path loss() throws IOException {
        Path there = Files.createDirectory(afterwards.resolve("loss-" + losses++));
        disk.afterALoss(there);
        return there;
    }
}
