package io.hedgerow.redis;

import static io.hedgerow.redis.Patience.await;
import static io.hedgerow.redis.TestNodes.admit;
import static io.hedgerow.redis.TestNodes.admitted;
import static io.hedgerow.redis.TestNodes.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.AdmissionDecision;
import io.hedgerow.core.port.AdmissionDecision.Admitted;
import io.hedgerow.core.port.AdmissionDecision.Rate;
import io.hedgerow.core.port.AdmissionDecision.Reason;
import io.hedgerow.core.port.AdmissionDecision.Refused;
import io.hedgerow.core.port.AdmissionRequest;
import io.hedgerow.core.port.AdmissionRequest.Estimate;
import io.hedgerow.core.port.AdmissionRequest.KeyLimits;
import io.hedgerow.testkit.stores.TestStores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B10")
class TokensPerMinuteTest {
    private static final AtomicLong IDS = new AtomicLong();

    private TestNodes nodes;
    private RedisStores node;

    @BeforeEach
    void open() {
        nodes = new TestNodes(TestStores.redis().url());
        node = nodes.node();
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private static AdmissionRequest request(long tokens, int rpm) {
        return new AdmissionRequest(
                "t-" + IDS.incrementAndGet(),
                "t",
                "key",
                new KeyLimits(0, rpm, 1000),
                new AdmissionRequest.TenantLimits(false, 0, 0),
                List.of(),
                new Estimate(0, tokens));
    }

    private static Rate tokens(AdmissionDecision decision) {
        return Objects.requireNonNull(Objects.requireNonNull(decision.rate()).tokens());
    }

    private Refused refused(long tokens) {
        return (Refused) admit(node, request(tokens, 0));
    }

    @Test
    void theEstimateIsTakenAndToldAndTheRestIsRefused() {
        Rate rate = tokens(admitted(node, request(700, 0)));
        assertThat(rate.limit()).isEqualTo(1000);
        assertThat(rate.remaining()).isEqualTo(300);
        assertThat(rate.resetMillis()).isBetween(50_000L, 61_000L);
        Refused refused = refused(301);
        assertThat(refused.reason()).isEqualTo(Reason.TOKENS_PER_MINUTE);
        assertThat(refused.retryAfterMillis()).isBetween(40_000L, 61_000L);
        assertThat(tokens(refused).remaining()).isEqualTo(300);
        admitted(node, request(300, 0));
    }

    @Test
    void moreThanAWholeMinuteHasIsSaidToBeSo() {
        assertThat(refused(1001).reason()).isEqualTo(Reason.REQUEST_OVER_TOKEN_LIMIT);
        assertThat(refused(Long.MAX_VALUE).reason()).isEqualTo(Reason.REQUEST_OVER_TOKEN_LIMIT);
        assertThat(tokens(admitted(node, request(1000, 0))).remaining()).isZero();
    }

    @Test
    void theSettlementPutsTheEstimateRight() {
        Admitted one = admitted(node, request(900, 0));
        one.hold().settle(0, 100);
        await().until(() -> admit(node, request(900, 0)) instanceof Admitted);
        assertThat(refused(1).reason()).isEqualTo(Reason.TOKENS_PER_MINUTE);
    }

    @Test
    void moreTokensThanEstimatedCountToo() {
        admitted(node, request(100, 0)).hold().settle(0, 950);
        await().until(() -> refusedNow(100));
        await().until(() -> admit(node, request(50, 0)) instanceof Admitted);
        assertThat(refused(1).reason()).isEqualTo(Reason.TOKENS_PER_MINUTE);
    }

    private boolean refusedNow(long tokens) {
        AdmissionDecision decision = admit(node, request(tokens, 0));
        if (decision instanceof Admitted admitted) {
            admitted.hold().cancel();
        }
        return decision instanceof Refused;
    }

    @Test
    void aCancelledRequestGivesItsTokensBack() {
        admitted(node, request(1000, 0)).hold().cancel();
        await().until(() -> admit(node, request(1000, 0)) instanceof Admitted);
    }

    @Test
    void theMinuteForgetsWhatIsOlder() {
        long second = System.currentTimeMillis() / 1000;
        String minute = nodes.key("{t:t}:k:key:tokens");
        nodes.redis().hset(minute, Long.toString(second - 65), "1000");
        nodes.redis().hset(minute, Long.toString(second - 35), "400");
        nodes.redis().hset(minute, Long.toString(second - 5), "400");
        assertRefusedUntil(second - 35 + 61, 500);
        assertRefusedUntil(second - 5 + 61, 700);
        assertThat(tokens(admitted(node, request(200, 0))).remaining()).isZero();
    }

    private void assertRefusedUntil(long second, long tokens) {
        long asked = System.currentTimeMillis();
        long told = refused(tokens).retryAfterMillis();
        assertThat(told).isBetween(second * 1000 - System.currentTimeMillis(), second * 1000 - asked);
    }

    @Test
    void aSumOfAnEarlierSecondIsMadeAnew() {
        long second = System.currentTimeMillis() / 1000;
        String minute = nodes.key("{t:t}:k:key:tokens");
        nodes.redis().hset(minute, Long.toString(second - 65), "1000");
        nodes.redis()
                .hset(
                        minute,
                        Map.of("swept", Long.toString(second - 65), "used", "1000", "newest", "" + (second - 65)));
        assertThat(tokens(admitted(node, request(900, 0))).remaining()).isEqualTo(100);
    }

    @Test
    void theSumIsThatOfTheSecondsAfterASettlementToo() {
        String minute = nodes.key("{t:t}:k:key:tokens");
        admitted(node, request(900, 0)).hold().settle(0, 100);
        await().untilAsserted(() -> {
            Map<String, String> counts = nodes.redis().hgetall(minute);
            assertThat(counts).containsEntry("used", "100");
            assertThat(counts.entrySet().stream()
                            .filter(count -> Character.isDigit(count.getKey().charAt(0)))
                            .mapToLong(count -> Long.parseLong(count.getValue()))
                            .sum())
                    .isEqualTo(100);
        });
    }

    @Test
    void requestsAndTokensAreToldTogether() {
        AdmissionDecision decision = admit(node, request(10, 5));
        assertThat(Objects.requireNonNull(
                                Objects.requireNonNull(decision.rate()).requests())
                        .remaining())
                .isEqualTo(4);
        assertThat(tokens(decision).remaining()).isEqualTo(990);
    }

    @Test
    void aThousandAtOnceGetNoMoreThanTheMinuteHas() {
        RedisStores other = nodes.node();
        List<CompletableFuture<Boolean>> asked = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            asked.add((i % 2 == 0 ? node : other)
                    .admission()
                    .admit(request(99, 0))
                    .thenApply(Admitted.class::isInstance)
                    .toCompletableFuture());
        }
        assertThat(asked.stream().filter(TestNodes::join)).hasSize(10);
        assertThat(join(node.mirror().read("t"))).isEmpty();
    }
}
