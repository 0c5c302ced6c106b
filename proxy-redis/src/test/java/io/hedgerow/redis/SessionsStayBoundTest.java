package io.hedgerow.redis;

import static io.hedgerow.redis.Patience.await;
import static io.hedgerow.redis.TestNodes.join;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.AffinityStore;
import io.hedgerow.core.port.AffinityStore.Binding;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("H11")
@ParameterizedClass
@EnumSource(Store.class)
class SessionsStayBoundTest {
    private final Store store;
    private TestNodes nodes;
    private AffinityStore affinity;

    SessionsStayBoundTest(Store store) {
        this.store = store;
    }

    @BeforeEach
    void open() {
        nodes = new TestNodes(store.url());
        affinity = nodes.node().affinity();
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private Binding found(String session) {
        return Objects.requireNonNull(join(affinity.find("t", session)));
    }

    @Test
    void aBindingIsFoundByAllNodesUntilItIsDropped() {
        assertThat(join(affinity.find("t", "s"))).isNull();
        assertThat(join(affinity.bind("t", "s", "a", AffinityStore.UNBOUND))).isTrue();
        Binding seen = Objects.requireNonNull(join(nodes.node().affinity().find("t", "s")));
        assertThat(seen.providerId()).isEqualTo("a");
        assertThat(seen.version()).isGreaterThan(AffinityStore.UNBOUND);
        assertThat(join(affinity.find("other", "s"))).isNull();
        assertThat(join(affinity.drop("t", "s", seen.version() + 1, false))).isFalse();
        assertThat(join(affinity.drop("t", "s", seen.version(), false))).isTrue();
        assertThat(join(affinity.find("t", "s"))).isNull();
        assertThat(join(affinity.drop("t", "s", 0, true))).isFalse();
    }

    @Test
    void onlyWhoHasSeenTheCurrentVersionChangesIt() {
        assertThat(join(affinity.bind("t", "s", "a", AffinityStore.UNBOUND))).isTrue();
        assertThat(join(affinity.bind("t", "s", "b", AffinityStore.UNBOUND))).isFalse();
        long first = found("s").version();
        assertThat(join(affinity.bind("t", "s", "b", first))).isTrue();
        assertThat(join(affinity.bind("t", "s", "c", first))).isFalse();
        assertThat(found("s").providerId()).isEqualTo("b");
        assertThat(found("s").version()).isGreaterThan(first);
        assertThat(join(affinity.drop("t", "s", first, false))).isFalse();
        assertThat(join(affinity.drop("t", "s", first, true))).isTrue();
        assertThat(join(affinity.bind("t", "s", "a", AffinityStore.UNBOUND))).isTrue();
        assertThat(found("s").version()).isGreaterThan(first);
    }

    @Test
    void ofManyAtOnceExactlyOneBinds() {
        List<CompletableFuture<Boolean>> asked = IntStream.range(0, 50)
                .mapToObj(i ->
                        affinity.bind("t", "s", "p" + i, AffinityStore.UNBOUND).toCompletableFuture())
                .toList();
        assertThat(asked.stream().filter(TestNodes::join)).hasSize(1);
        long version = found("s").version();
        List<CompletableFuture<Boolean>> again = IntStream.range(100, 150)
                .mapToObj(i -> affinity.bind("t", "s", "p" + i, version).toCompletableFuture())
                .toList();
        assertThat(again.stream().filter(TestNodes::join)).hasSize(1);
    }

    @Test
    void bindingAgainKeepsTheVersionAndBeginsTheTimeAnew() {
        AffinityStore brief = nodes.node(settings -> settings.affinityTtl(Duration.ofMinutes(5)))
                .affinity();
        AffinityStore momentary = nodes.node(settings -> settings.affinityTtl(Duration.ofMillis(1)))
                .affinity();
        String key = nodes.key("{s:t/s}");
        assertThat(join(brief.bind("t", "s", "a", AffinityStore.UNBOUND))).isTrue();
        long version = found("s").version();
        assertThat(nodes.redis().pttl(key)).isBetween(1L, Duration.ofMinutes(5).toMillis());
        assertThat(join(affinity.bind("t", "s", "a", version))).isTrue();
        assertThat(found("s").version()).isEqualTo(version);
        assertThat(nodes.redis().pttl(key))
                .isBetween(
                        Duration.ofMinutes(50).toMillis(), Duration.ofHours(1).toMillis());
        assertThat(join(momentary.bind("t", "s", "a", version))).isTrue();
        await().until(() -> join(affinity.find("t", "s")) == null);
    }

    @Test
    void aStoreThatFailsCostsTheStickinessAndIsCounted() {
        AffinityStore hasty = nodes.node(settings -> settings.commandTimeout(Duration.ofSeconds(1)))
                .affinity();
        nodes.redis().set(nodes.key("{s:t/broken}"), "no hash");
        assertThat(join(hasty.find("t", "broken"))).isNull();
        assertThat(join(hasty.bind("t", "broken", "a", 0))).isFalse();
        assertThat(join(hasty.drop("t", "broken", 0, true))).isFalse();
        store.stall();
        try {
            assertThat(join(hasty.find("t", "s"))).isNull();
        } finally {
            store.goOn();
        }
        assertThat(nodes.count("hedgerow.redis.affinity.failed")).isEqualTo(4);
    }
}
