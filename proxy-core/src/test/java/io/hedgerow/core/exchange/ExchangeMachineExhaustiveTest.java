package io.hedgerow.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every law holds on every path that an exchange can take. */
@Tag("S3")
@Tag("S14")
@Tag("H3")
@Tag("H4")
@Tag("H6")
@Tag("H12")
final class ExchangeMachineExhaustiveTest {
    static List<RacePlan> plans() {
        return Plans.all();
    }

    @ParameterizedTest
    @MethodSource("plans")
    void everyLawHoldsInEveryReachableState(RacePlan plan, TestReporter reporter) {
        Walk walk = Walk.all(plan, (before, event, step) -> {});

        reporter.publishEntry(plan.toString(), walk.states() + " states, " + walk.transitions() + " transitions");
        assertThat(walk.states()).isGreaterThan(6 * (plan.candidates() + 1));
        assertThat(walk.transitions()).isGreaterThan(2 * walk.states());
    }

    @Test
    void theWalkIsNotTrivial() {
        Walk walk = Walk.all(new RacePlan(3, 3, 2, false), (before, event, step) -> {});
        assertThat(walk.states()).isGreaterThan(5_000);
        assertThat(walk.transitions()).isGreaterThan(50_000);
    }
}
