package io.hedgerow.core.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.bed.Beds;
import io.hedgerow.core.bed.Eventually;
import io.hedgerow.core.bed.GatewayBed;
import io.hedgerow.core.bed.ProviderCall;
import io.hedgerow.core.bed.RawAnswer;
import io.hedgerow.core.bed.RawClient;
import io.hedgerow.core.bed.RawProvider;
import io.hedgerow.core.bed.Sse;
import io.hedgerow.core.config.BillingConfig;
import io.hedgerow.core.config.EventsConfig;
import io.hedgerow.core.config.GatewayConfig;
import io.hedgerow.core.config.ModelConfig;
import io.hedgerow.core.port.AffinityStore.Binding;
import io.hedgerow.testkit.mock.MockUpstream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("H11")
class AffinityTest {
    @RegisterExtension
    static final Beds beds = new Beds();

    private static final String ONE = "x-session-id: one";

    private static String provider(RawAnswer answer) {
        assertThat(answer.status()).isEqualTo(200);
        return answer.header("x-hedgerow-provider");
    }

    /** Binds session {@code one} to the provider of the second priority. */
    private static void bindToB(GatewayBed bed) {
        bed.ports.slotRule = request -> request.providerId().equals("b");
        assertThat(provider(beds.client(bed).chat(RawClient.STREAM, ONE))).isEqualTo("b");
        bed.ports.slotRule = request -> true;
        Eventually.that(() -> "b".equals(bed.ports.affinity.provider()));
    }

    private static double stale(GatewayBed bed) {
        return bed.meters.get("routing.affinity_stale_count").counter().count();
    }

    @Test
    void aSessionGoesOnWhereItWasServedLast() {
        GatewayBed bed = beds.over(beds.mock("").baseUrl(), beds.mock("").baseUrl());
        bindToB(bed);
        assertThat(provider(beds.client(bed).chat(RawClient.STREAM, ONE))).isEqualTo("b");
        assertThat(provider(beds.client(bed).chat(RawClient.WHOLE, ONE))).isEqualTo("b");
        assertThat(provider(beds.client(bed).chat(RawClient.STREAM, "x-session-id: another")))
                .isEqualTo("a");
        assertThat(bed.meters.get("routing.affinity_hit_rate").gauge().value()).isEqualTo(0.5);
        assertThat(stale(bed)).isZero();
    }

    @Test
    void aLongConversationWithoutANameGoesOnByItsOpening() {
        GatewayBed bed = beds.over(beds.mock("").baseUrl(), beds.mock("").baseUrl());
        String first = "{\"role\":\"system\",\"content\":\"" + "be brief ".repeat(400)
                + "\"},{\"role\":\"user\",\"content\":\"hi\"}";
        String later = first + ",{\"role\":\"assistant\",\"content\":\"yes?\"},{\"role\":\"user\",\"content\":\"why\"}";
        String other = first.replace("hi", "ho");
        bed.ports.slotRule = request -> request.providerId().equals("b");
        beds.client(bed).chat(chat(first));
        bed.ports.slotRule = request -> true;
        Eventually.that(() -> "b".equals(bed.ports.affinity.provider()));
        assertThat(provider(beds.client(bed).chat(chat(later)))).isEqualTo("b");
        assertThat(provider(beds.client(bed).chat(chat(other)))).isEqualTo("a");
        assertThat(provider(beds.client(bed).chat(RawClient.STREAM))).isEqualTo("a");
        bed.records(4);
        assertThat(bed.ports.affinity.finds.get())
                .as("a short one is not looked for")
                .isEqualTo(3);
        assertThat(bed.ports.wishes)
                .allSatisfy(wish -> assertThat(wish.session()).isNull());
    }

    private static String chat(String messages) {
        return "{\"model\":\"gpt-fast\",\"stream\":true,\"messages\":[" + messages + "]}";
    }

    @Test
    void aFailoverBindsTheProviderThatAnswered() {
        RawProvider a = beds.provider();
        RawProvider b = beds.provider();
        GatewayBed bed = beds.over(a.baseUrl(), b.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM, ONE));
        a.take().whole(500, "application/json", "{}");
        ProviderCall call = b.take().stream().chunk(Sse.content("x", "a"));
        client.awaitText("\"a\"");
        assertThat(bed.ports.affinity.changes).as("before the end").isEmpty();
        call.chunk(Sse.DONE).end();
        client.answer();
        Eventually.that(() -> "b".equals(bed.ports.affinity.provider()));
        assertThat(bed.ports.affinity.changes).containsExactly("bind b 0");
    }

    @Test
    void whatBreaksOffOrIsAbortedBindsNothing() {
        RawProvider a = beds.provider();
        GatewayBed bed = beds.over(a.baseUrl());
        RawClient left = beds.client(bed).send(RawClient.request(RawClient.STREAM, ONE));
        a.take().stream().chunk(Sse.content("x", "a"));
        left.awaitText("\"a\"");
        left.close();
        RawClient cut = beds.client(bed).send(RawClient.request(RawClient.STREAM, ONE));
        ProviderCall call = a.take().stream().chunk(Sse.content("x", "b"));
        cut.awaitText("\"b\"");
        call.close();
        cut.answer();
        bed.records(2);
        assertThat(bed.ports.affinity.changes).isEmpty();
    }

    @Test
    void aSlowProviderThatWonInSpiteOfItsHedgeIsNotBound() {
        RawProvider slow = beds.provider();
        RawProvider hedge = beds.provider();
        GatewayBed bed =
                beds.with(new GatewayBed.Options().hedgeAfter(Duration.ofMillis(20)), slow.baseUrl(), hedge.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM, ONE));
        ProviderCall first = slow.take();
        ProviderCall second = hedge.take();
        first.stream().chunk(Sse.content("x", "a") + Sse.DONE).end();
        assertThat(provider(client.answer())).isEqualTo("a");
        second.awaitHangUp();
        bed.record();
        assertThat(bed.ports.affinity.changes).isEmpty();

        client.send(RawClient.request(RawClient.STREAM, ONE));
        slow.take();
        hedge.take().stream().chunk(Sse.content("y", "b") + Sse.DONE).end();
        assertThat(provider(client.answer())).isEqualTo("b");
        Eventually.that(() -> "b".equals(bed.ports.affinity.provider()));
    }

    @Test
    void aBoundProviderThatIsFullIsLeftAndCounted() {
        GatewayBed bed = beds.over(beds.mock("").baseUrl(), beds.mock("").baseUrl());
        bindToB(bed);
        bed.ports.slotRule = request -> request.providerId().equals("a");
        assertThat(provider(beds.client(bed).chat(RawClient.STREAM, ONE))).isEqualTo("a");
        Eventually.that(() -> "a".equals(bed.ports.affinity.provider()));
        assertThat(stale(bed)).isEqualTo(1);
        assertThat(bed.ports.affinity.changes).containsExactly("bind b 0", "drop 1", "bind a 0");
    }

    @Test
    void aBoundProviderThatAskedToBeLeftAloneIsLeftAndCounted() {
        RawProvider a = beds.provider();
        RawProvider b = beds.provider();
        GatewayBed bed = beds.over(a.baseUrl(), b.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM, ONE));
        a.take().stream().chunk(Sse.content("x", "a") + Sse.DONE).end();
        client.answer();
        Eventually.that(() -> "a".equals(bed.ports.affinity.provider()));
        client.send(RawClient.request(RawClient.STREAM, ONE));
        a.take().write("HTTP/1.1 429 No\r\nretry-after: 60\r\ncontent-length: 2\r\n\r\n{}");
        b.take().whole(500, "application/json", "{}");
        assertThat(client.answer().status()).isEqualTo(502);
        assertThat(bed.ports.affinity.provider())
                .as("a failed request changes nothing")
                .isEqualTo("a");

        client.send(RawClient.request(RawClient.STREAM, ONE));
        b.take().stream().chunk(Sse.content("y", "b") + Sse.DONE).end();
        assertThat(provider(client.answer())).isEqualTo("b");
        assertThat(stale(bed)).isEqualTo(1);
        Eventually.that(() -> "b".equals(bed.ports.affinity.provider()));
    }

    @Test
    void aBoundProviderThatIsGoneFromTheConfigurationIsLeftAndCounted() {
        GatewayBed bed = beds.over(beds.mock("").baseUrl(), beds.mock("").baseUrl());
        bindToB(bed);
        bed.reload(AffinityTest::withoutB);
        assertThat(provider(beds.client(bed).chat(RawClient.STREAM, ONE))).isEqualTo("a");
        assertThat(stale(bed)).isEqualTo(1);
        Eventually.that(() -> "a".equals(bed.ports.affinity.provider()));
    }

    private static GatewayConfig withoutB(GatewayConfig c) {
        ModelConfig model = c.models().values().iterator().next();
        List<ModelConfig.Target> rest = model.targets().stream()
                .filter(t -> !t.providerId().equals("b"))
                .toList();
        ModelConfig narrow =
                new ModelConfig(model.id(), rest, model.hedge(), model.maxAttempts(), model.prices(), model.costs());
        return new GatewayConfig(
                c.providers(),
                Map.of(narrow.id(), narrow),
                c.limits(),
                c.stores(),
                c.tenants(),
                c.traffic(),
                BillingConfig.DEFAULT,
                EventsConfig.NONE);
    }

    @Test
    void whoComesLateDoesNotOverwriteANewerBinding() {
        RawProvider a = beds.provider();
        GatewayBed bed = beds.over(a.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM, ONE));
        ProviderCall call = a.take();
        String name = bed.ports.affinity.lastFound();
        bed.ports.affinity.bindings.put(name, new Binding("elsewhere", 7));
        call.stream().chunk(Sse.content("x", "a") + Sse.DONE).end();
        client.answer();
        Eventually.that(() -> bed.ports.affinity.changes.size() == 1);
        assertThat(bed.ports.affinity.provider()).isEqualTo("elsewhere");
    }

    @Test
    void aStoreThatDoesNotAnswerIsNotWaitedFor() {
        MockUpstream mock = beds.mock("");
        GatewayBed bed = beds.over(mock.baseUrl());
        CompletableFuture<Void> gate = new CompletableFuture<>();
        bed.ports.affinity.findGate = gate;
        assertThat(provider(beds.client(bed).chat(RawClient.STREAM, ONE))).isEqualTo("a");
        gate.complete(null);
    }

    @Test
    void switchedOffNothingIsAskedAndNothingBound() {
        GatewayBed bed = beds.over(beds.mock("").baseUrl());
        bed.reload(Providers.traffic(false, 1));
        beds.client(bed).chat(RawClient.STREAM, ONE);
        bed.record();
        assertThat(bed.ports.affinity.finds.get()).isZero();
        assertThat(bed.ports.affinity.changes).isEmpty();
    }
}
