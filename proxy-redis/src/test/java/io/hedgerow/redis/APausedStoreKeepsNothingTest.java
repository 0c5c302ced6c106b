package io.hedgerow.redis;

import static io.hedgerow.redis.Patience.await;
import static io.hedgerow.redis.TestNodes.granted;
import static io.hedgerow.redis.TestNodes.reserve;
import static io.hedgerow.redis.TestNodes.slot;
import static io.hedgerow.redis.TestNodes.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.SlotDecision.Denied;
import io.hedgerow.core.port.SlotDecision.Granted;
import io.hedgerow.core.port.SlotDecision.Reason;
import io.hedgerow.core.port.SlotLease.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code CLIENT PAUSE}: connections stay, nothing is answered, and then all that was asked is done. */
@Tag("S9")
@ParameterizedClass
@EnumSource(Store.class)
class APausedStoreKeepsNothingTest {
    private static final long TIMEOUT_MILLIS = 700;

    private final Store store;
    private TestNodes nodes;

    APausedStoreKeepsNothingTest(Store store) {
        this.store = store;
    }

    @BeforeEach
    void open() {
        nodes = new TestNodes(store.url());
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    @Test
    void whatNobodyWaitsForAnyLongerIsTakenBack() throws Exception {
        RedisStores patient = nodes.node();
        granted(patient, slot("p", 3)).release(Outcome.COMPLETED);
        await().until(() -> usage(patient, "p").inUse() == 0);
        Patience.atSomePace(slower -> {
            RedisStores node = nodes.node(settings -> settings.onFailure(FailurePolicy.REFUSE)
                    .commandTimeout(Duration.ofMillis(TIMEOUT_MILLIS * slower)));
            nodes.pause(5 * TIMEOUT_MILLIS * slower);
            assertThat(reserve(node, slot("p", 3))).isEqualTo(new Denied(Reason.STORE_UNAVAILABLE));
            await().until(() -> {
                if (node.connected() && reserve(node, slot("p", 3)) instanceof Granted granted) {
                    granted.lease().release(Outcome.COMPLETED);
                    return true;
                }
                return false;
            });
            await().until(() -> usage(patient, "p").inUse() == 0);
        });
    }
}
