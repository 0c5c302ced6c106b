package io.hedgerow.launcher.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartPausesTest {
    private static final long STEP = StartPauses.FIRST_NANOS / 2;

    private long now = Long.MAX_VALUE - StartPauses.STEADY_NANOS;
    private final StartPauses pauses = new StartPauses(now);

    @Test
    void aStoreThatServedForAWhileIsStartedAtOnceHoweverOftenItEnds() {
        for (int end = 0; end < 100; end++) {
            assertThat(pausesOfOneEnd(StartPauses.STEADY_NANOS, true)).isZero();
        }
    }

    @Test
    void aStoreThatEndsAsSoonAsItIsStartedIsStartedAtGrowingIntervals() {
        List<Long> waited = new ArrayList<>();
        for (int end = 0; end < 10; end++) {
            waited.add(pausesOfOneEnd(0, true));
        }
        assertThat(waited).containsExactly(2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 256L, 256L);
    }

    @Test
    void aStoreThatDoesNotStartIsTriedAtGrowingIntervals() {
        assertThat(pausesOfOneEnd(StartPauses.STEADY_NANOS, false)).isZero();
        List<Long> waited = new ArrayList<>();
        for (int end = 0; end < 10; end++) {
            waited.add(pausesOfOneEnd(0, false));
        }
        assertThat(waited).containsExactly(2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 256L, 256L);
    }

    @Test
    void whatItFailedBeforeIsForgottenOnceItHasServedForAWhile() {
        for (int end = 0; end < 10; end++) {
            pausesOfOneEnd(0, false);
        }
        pausesOfOneEnd(0, true);
        assertThat(pausesOfOneEnd(StartPauses.STEADY_NANOS, true)).isZero();
        assertThat(pausesOfOneEnd(0, true)).isEqualTo(2);
    }

    /** How many steps it is left alone after it served for a time, before it is started again. */
    private long pausesOfOneEnd(long servedNanos, boolean starts) {
        now += servedNanos;
        long steps = 0;
        while (!pauses.due(now)) {
            now += STEP;
            steps++;
        }
        pauses.tried(starts, now);
        return steps;
    }
}
