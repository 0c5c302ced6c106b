package io.hedgerow.core.drive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S1")
class RequestIdsAreUniqueTest {
    private static final int PROCESSES = 4;
    private static final int THREADS_OF_EACH = 4;
    private static final int IDS_OF_A_THREAD = 62_500;

    @Test
    void aMillionIdsOfThreadsAndProcessesAreAllDifferent() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(PROCESSES * THREADS_OF_EACH);
        Set<String> all = new HashSet<>();
        try {
            List<Callable<List<String>>> tasks = new ArrayList<>();
            for (int process = 0; process < PROCESSES; process++) {
                RequestIds ids = new RequestIds(InstantSource.system());
                for (int thread = 0; thread < THREADS_OF_EACH; thread++) {
                    tasks.add(() -> draw(ids));
                }
            }
            for (Future<List<String>> drawn : threads.invokeAll(tasks)) {
                all.addAll(drawn.get());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(all).hasSize(1_000_000);
        assertThat(all.stream().map(id -> id.split("-", -1)[1]).distinct()).hasSize(PROCESSES);
    }

    private static List<String> draw(RequestIds ids) {
        List<String> drawn = new ArrayList<>();
        for (int i = 0; i < IDS_OF_A_THREAD; i++) {
            drawn.add(ids.next());
        }
        return drawn;
    }

    @Test
    void aLeaseIsTheRequestsIdAndTheAttemptsNumber() {
        String id = new RequestIds(InstantSource.system()).next();
        assertThat(id).matches("[0-9]{14}-[0-9a-z]{16}-[1-9][0-9]*");
        assertThat(RequestIds.lease(id, 2)).isEqualTo(id + ".2");
    }

    @Test
    void anIdBeginsWithItsSecondAndIsNeverRepeatedByAClockThatIsPutBack() {
        Instant midnight = Instant.parse("2026-12-01T00:00:00Z");
        AtomicReference<Instant> now = new AtomicReference<>(midnight.minusMillis(1));
        RequestIds ids = new RequestIds(now::get);
        String november = ids.next();
        now.set(midnight);
        String december = ids.next();
        now.set(midnight.minusMillis(1));
        String again = ids.next();

        assertThat(november).startsWith("20261130235959-").endsWith("-1");
        assertThat(december).startsWith("20261201000000-").endsWith("-2");
        assertThat(again).startsWith("20261130235959-").endsWith("-3");
    }
}
