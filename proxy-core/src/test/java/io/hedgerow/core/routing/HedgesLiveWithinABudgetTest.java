package io.hedgerow.core.routing;

import static io.hedgerow.core.routing.Routes.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.config.ModelConfig;
import io.hedgerow.core.config.ModelConfig.Delay;
import io.hedgerow.core.config.ModelConfig.Hedge;
import io.hedgerow.core.money.PriceHistory;
import io.hedgerow.core.port.UnitPrices;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("H7")
class HedgesLiveWithinABudgetTest {
    private static final long NOW = Long.MIN_VALUE + 1;

    private final HedgeBudget budget = new HedgeBudget(0.1, 10);

    @Test
    void theBurstComesFirstAndThenTheShare() {
        assertThat(take(100)).isEqualTo(10);
        for (int i = 0; i < 9; i++) {
            budget.earn();
        }
        assertThat(take(1)).isZero();
        budget.earn();
        assertThat(take(5)).isEqualTo(1);
    }

    @Test
    void noMoreThanTheBurstIsSavedUp() {
        for (int i = 0; i < 1_000_000; i++) {
            budget.earn();
        }
        assertThat(budget.available()).isEqualTo(10);
        budget.giveBack();
        assertThat(budget.available()).isEqualTo(10);
        assertThat(take(100)).isEqualTo(10);
        budget.giveBack();
        assertThat(take(2)).isEqualTo(1);
    }

    /** Everything is slow, so that every request wants a hedge: over any stretch there are at most the share + the burst. */
    @Test
    void inABrownOutOfAllProvidersHedgesStayWithinShareAndBurst() {
        Random random = new Random(3);
        int requests = 0;
        int hedges = 0;
        for (int i = 0; i < 100_000; i++) {
            boolean brownOut = i / 5_000 % 2 == 1;
            budget.earn();
            requests++;
            if (brownOut || random.nextInt(100) < 5) {
                hedges += take(1);
            }
            assertThat(hedges).isLessThanOrEqualTo(requests / 10 + 10);
        }
        assertThat(hedges).isGreaterThan(5_000);
    }

    @Test
    void threadsTogetherGetNoMoreThanOneWould() throws InterruptedException {
        AtomicInteger taken = new AtomicInteger();
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = new Thread(() -> {
                for (int i = 0; i < 50_000; i++) {
                    budget.earn();
                    taken.addAndGet(take(1));
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(taken.get()).isBetween(15_000, 20_010);
    }

    @Test
    void aProviderThatHasTooMuchToDoSuppressesHedgesForAWhile() {
        budget.suppress(5 * SECOND, NOW);
        budget.suppress(SECOND, NOW + SECOND);
        assertThat(budget.tryTake(NOW + 5 * SECOND - 1)).isFalse();
        assertThat(budget.tryTake(NOW + 5 * SECOND)).isTrue();
        budget.suppress(3600 * SECOND, NOW + 5 * SECOND);
        assertThat(budget.suppressed(NOW + 35 * SECOND - 1)).isTrue();
        assertThat(budget.tryTake(NOW + 35 * SECOND)).isTrue();
        assertThat(budget.available()).isEqualTo(8);
    }

    @Test
    void aBudgetOfNothingGivesNothing() {
        HedgeBudget none = new HedgeBudget(0, 0);
        none.earn();
        assertThat(none.tryTake(NOW)).isFalse();
        HedgeBudget all = new HedgeBudget(1, 1);
        for (int i = 0; i < 5; i++) {
            all.earn();
            assertThat(all.tryTake(NOW)).isTrue();
        }
    }

    @Test
    void aBudgetOutlivesAReloadUnlessItsFiguresChange() {
        RoutingState state = new RoutingState();
        HedgeBudget first = state.hedgeBudget(model(0.1));
        assertThat(state.hedgeBudget(model(0.1))).isSameAs(first);
        assertThat(state.hedgeBudget(model(0.2))).isNotSameAs(first);
        assertThat(state.ttftOfModel("m")).isSameAs(state.ttftOfModel("m"));
        assertThat(state.ttftOfProvider("m")).isNotSameAs(state.ttftOfModel("m"));
    }

    private static ModelConfig model(double share) {
        Hedge hedge = new Hedge(new Delay.Percentile(95), Duration.ZERO, Duration.ofSeconds(1), 2, share, 10);
        return new ModelConfig("m", List.of(), hedge, 4, PriceHistory.of(UnitPrices.FREE), Map.of());
    }

    private int take(int times) {
        int taken = 0;
        for (int i = 0; i < times; i++) {
            taken += budget.tryTake(NOW) ? 1 : 0;
        }
        return taken;
    }
}
