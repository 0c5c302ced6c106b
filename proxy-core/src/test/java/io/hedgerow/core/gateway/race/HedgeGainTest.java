package io.hedgerow.core.gateway.race;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.bed.Beds;
import io.hedgerow.core.bed.Eventually;
import io.hedgerow.core.bed.GatewayBed;
import io.hedgerow.core.bed.ProviderBuilder;
import io.hedgerow.core.bed.ProviderCall;
import io.hedgerow.core.bed.RawClient;
import io.hedgerow.core.bed.RawProvider;
import io.hedgerow.core.bed.Sse;
import io.hedgerow.core.port.MeterNames;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The meter of what winning hedges saved: what is known counts as it was, what is not known counts low. */
@Tag("H6")
class HedgeGainTest {
    @RegisterExtension
    static final Beds beds = new Beds();

    private static final long AT_LEAST_MILLIS = 60;

    private final RawProvider a = beds.provider();
    private final RawProvider b = beds.provider();

    @Test
    void aLoserThatIsReadOnTellsWhatWasSaved() {
        GatewayBed bed = bed(false);
        long begin = System.nanoTime();
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall slow = a.take();
        ProviderCall fast = b.take().stream().chunk(Sse.content("b", "1"));
        client.awaitText("\"1\"");
        passes(System.nanoTime());
        slow.stream().chunk(Sse.content("a", "2") + Sse.DONE).end();
        Eventually.that(() -> bed.ports.released.size() == 1);
        fast.chunk(Sse.DONE).end();
        assertThat(client.answer().text()).endsWith(Sse.DONE);
        assertThat(savedMillis(bed)).isBetween((double) AT_LEAST_MILLIS, (System.nanoTime() - begin) / 1e6);
    }

    @Test
    void whereTheFirstFailedTheHedgeWasAheadOfWhatWouldHaveFollowed() {
        GatewayBed bed = bed(true);
        long begin = System.nanoTime();
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall failing = a.take();
        ProviderCall hedge = b.take();
        passes(System.nanoTime());
        failing.reset();
        Eventually.that(() -> bed.ports.released.size() == 1);
        hedge.stream().chunk(Sse.content("b", "1") + Sse.DONE).end();
        assertThat(client.answer().text()).endsWith(Sse.DONE);
        assertThat(savedMillis(bed)).isBetween((double) AT_LEAST_MILLIS, (System.nanoTime() - begin) / 1e6);
    }

    @Test
    void withNothingToGoByTheGainOverACancelledAttemptIsZero() {
        GatewayBed bed = bed(true);
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall slow = a.take();
        b.take().stream().chunk(Sse.content("b", "1") + Sse.DONE).end();
        assertThat(client.answer().text()).endsWith(Sse.DONE);
        slow.awaitHangUp();
        assertThat(savedMillis(bed)).isZero();
    }

    private GatewayBed bed(boolean cancelStopsBilling) {
        return beds.with(
                new GatewayBed.Options()
                        .hedgeAfter(Duration.ofMillis(20))
                        .provider(p -> ProviderBuilder.of(p)
                                .cancelStopsBilling(cancelStopsBilling)
                                .build()),
                a.baseUrl(),
                b.baseUrl());
    }

    /** Returns when the time that is to be saved has passed. */
    private static void passes(long sinceNanos) {
        Eventually.that(() -> System.nanoTime() - sinceNanos >= TimeUnit.MILLISECONDS.toNanos(AT_LEAST_MILLIS));
    }

    private static double savedMillis(GatewayBed bed) {
        Eventually.that(() -> timer(bed).count() == 1);
        return timer(bed).totalTime(TimeUnit.MILLISECONDS);
    }

    private static Timer timer(GatewayBed bed) {
        return bed.meters
                .get(MeterNames.HEDGE_SAVED)
                .tag("model", GatewayBed.MODEL)
                .timer();
    }
}
