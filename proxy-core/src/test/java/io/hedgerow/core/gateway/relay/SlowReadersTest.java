package io.hedgerow.core.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.bed.Beds;
import io.hedgerow.core.bed.Eventually;
import io.hedgerow.core.bed.GatewayBed;
import io.hedgerow.core.bed.RawAnswer;
import io.hedgerow.core.bed.RawClient;
import io.hedgerow.core.bed.Sse;
import io.hedgerow.core.config.LimitsConfig;
import io.hedgerow.core.port.UsageRecord;
import io.hedgerow.core.port.UsageStatus;
import io.hedgerow.testkit.mock.MockUpstream;
import io.hedgerow.testkit.mock.script.MockSettings;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("law7")
class SlowReadersTest {
    @RegisterExtension
    static final Beds beds = new Beds();

    private static final int EVENTS = 20_000;
    private static final String WORD = "word ".repeat(400);

    private static MockUpstream mock(int events) {
        return beds.mock(MockSettings.builder().events(events).text(WORD).build());
    }

    @Test
    void aClientThatStopsReadingStopsItsProviderAndIsCutOff() {
        MockUpstream mock = mock(10 * EVENTS);
        GatewayBed bed = beds.with(new GatewayBed.Options().limits(limits(Duration.ofMillis(700))), mock.baseUrl());
        RawClient client = beds.closing(RawClient.narrow(bed));
        client.send(RawClient.request(RawClient.STREAM)).awaitText("word");
        UsageRecord record = bed.record();
        assertThat(record.status()).isEqualTo(UsageStatus.CLIENT_ABORTED);
        assertThat(record.tokens().output()).isPositive();
        Eventually.that(bed.ports.held::isEmpty);
        Eventually.that(() -> mock.stats().cancelled() == 1);
        // What fits into the sockets' own buffers is a small part of four hundred megabytes.
        assertThat(mock.stats().tokens()).isLessThan(5 * EVENTS);
    }

    @Test
    void aClientThatPausesGetsEverythingAllTheSame() {
        MockUpstream mock = mock(EVENTS);
        GatewayBed bed = beds.with(new GatewayBed.Options().limits(limits(Duration.ofMinutes(5))), mock.baseUrl());
        RawClient client = beds.closing(RawClient.narrow(bed));
        client.send(RawClient.request(RawClient.STREAM)).awaitText("word");
        long before = -1;
        // The provider stands still when two looks in a row see the same count.
        while (mock.stats().tokens() != before) {
            before = mock.stats().tokens();
            Eventually.that(new Ticks(50)::done);
        }
        assertThat(before).isLessThan(EVENTS / 2);
        assertThat(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory()).isLessThan(64L << 20);
        RawAnswer answer = client.answer();
        assertThat(answer.text()).endsWith(Sse.DONE);
        assertThat(answer.text().lines().filter(line -> line.contains(WORD)).count())
                .isEqualTo(EVENTS);
        assertThat(bed.record().status()).isEqualTo(UsageStatus.COMPLETED);
    }

    private static LimitsConfig limits(Duration writeTimeout) {
        LimitsConfig known = LimitsConfig.DEFAULT;
        return new LimitsConfig(
                known.lease(),
                known.defaultMaxOutputTokens(),
                known.maxBodyBytes(),
                known.maxAnswerBytes(),
                known.clientBufferBytes(),
                writeTimeout,
                known.drainTimeout(),
                LimitsConfig.OnOverrun.CONTINUE);
    }

    /** True at the n-th look. */
    private static final class Ticks {
        private int left;

        Ticks(int left) {
            this.left = left;
        }

        boolean done() {
            return --left <= 0;
        }
    }
}
