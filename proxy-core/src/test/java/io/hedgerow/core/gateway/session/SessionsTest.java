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
import io.hedgerow.core.port.SlotRequest;
import io.hedgerow.core.port.UsageStatus;
import io.hedgerow.core.session.EndedSession;
import io.hedgerow.core.session.Session;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("S10")
class SessionsTest {
    @RegisterExtension
    static final Beds beds = new Beds();

    private static @Nullable String wished(GatewayBed bed, String body, String... headers) {
        assertThat(beds.client(bed).chat(body, headers).status()).isEqualTo(200);
        return bed.ports.wishes.get(bed.ports.wishes.size() - 1).session();
    }

    private static EndedSession end(GatewayBed bed, String id, @Nullable String tenant) throws Exception {
        return bed.gateway.endSession(id, tenant).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void theSessionIsTakenFromTheHeaderElseFromTheDialectsFields() {
        GatewayBed bed = beds.over(beds.mock("").baseUrl());
        String named = RawClient.WHOLE.replace("{\"model\"", "{\"user\":\"field\",\"model\"");
        String header = wished(bed, named, "x-session-id: header");
        String field = wished(bed, named);
        assertThat(header).isEqualTo(Session.counted("acme", Session.nameOf("header")));
        assertThat(field).isEqualTo(Session.counted("acme", Session.nameOf("field")));
        assertThat(wished(bed, RawClient.WHOLE)).isNull();
        assertThat(wished(bed, RawClient.WHOLE, "x-session-id:  ")).isNull();
    }

    @Test
    @Tag("H11")
    void anAnthropicClientsSessionIsTheSameInEveryFormThatReachesUs() {
        GatewayBed bed = beds.over(beds.mock("").baseUrl());
        String code = RawClient.WHOLE.replace(
                "{\"model\"", "{\"metadata\":{\"user_id\":\"user_0f_account__session_one\"},\"model\"");
        String newer = RawClient.WHOLE.replace(
                "{\"model\"", "{\"metadata\":{\"user_id\":\"{\\\"session_id\\\":\\\"one\\\"}\"},\"model\"");
        String one = Session.counted("acme", Session.nameOf("one"));
        assertThat(wished(bed, code)).isEqualTo(one);
        assertThat(wished(bed, newer)).isEqualTo(one);
        assertThat(wished(bed, RawClient.WHOLE, "x-claude-code-session-id: one"))
                .isEqualTo(one);
        assertThat(wished(bed, code, "x-claude-code-session-id: two"))
                .isEqualTo(Session.counted("acme", Session.nameOf("two")));
        assertThat(wished(bed, code, "x-session-id: three", "x-claude-code-session-id: two"))
                .isEqualTo(Session.counted("acme", Session.nameOf("three")));
        assertThat(wished(bed, newer, "x-session-id: ", "x-claude-code-session-id: "))
                .isEqualTo(one);
    }

    @Test
    void aHugeOrBinaryOrEmptyNameBreaksNothing() {
        GatewayBed bed = beds.over(beds.mock("").baseUrl());
        String huge = RawClient.WHOLE.replace("{\"model\"", "{\"user\":\"" + "x".repeat(1 << 20) + "\",\"model\"");
        assertThat(wished(bed, huge)).hasSize(32);
        assertThat(wished(bed, RawClient.WHOLE.replace("{\"model\"", "{\"user\":\"\",\"model\"")))
                .isNull();
        assertThat(wished(bed, RawClient.WHOLE, "x-session-id: \u00e9\u00ff{}: *?\"'"))
                .hasSize(32);
        assertThat(wished(bed, RawClient.WHOLE.replace("{\"model\"", "{\"user\":\"\\u0001\\uFFFF\",\"model\"")))
                .hasSize(32);
    }

    @Test
    void theLimitsAndTheLongestLifeAreAskedFor() {
        GatewayBed bed = beds.with(
                new GatewayBed.Options().provider(Providers.sessions(40)),
                beds.mock("").baseUrl());
        wished(bed, RawClient.WHOLE);
        SlotRequest wish = bed.ports.wishes.get(0);
        assertThat(wish.limit()).isEqualTo(3);
        assertThat(wish.sessionLimit()).isEqualTo(40);
        assertThat(wish.longestMillis()).isGreaterThan(Duration.ofMinutes(10).toMillis());
    }

    @Test
    void anEndedSessionEndsItsRequestsAndBindingAndNoOther() throws Exception {
        RawProvider provider = beds.provider();
        GatewayBed bed = beds.over(provider.baseUrl());
        RawClient bound = beds.client(bed).send(RawClient.request(RawClient.STREAM, "x-session-id: one"));
        provider.take().stream().chunk(Sse.content("x", "a") + Sse.DONE).end();
        bound.answer();
        Eventually.that(() -> bed.ports.affinity.bindings.size() == 1 && bed.gateway.active() == 0);

        RawClient streaming = beds.client(bed).send(RawClient.request(RawClient.STREAM, "x-session-id: one"));
        ProviderCall first = provider.take().stream().chunk(Sse.content("x", "b"));
        streaming.awaitText("\"b\"");
        RawClient silent = beds.client(bed).send(RawClient.request(RawClient.STREAM, "x-session-id: one"));
        ProviderCall second = provider.take();
        RawClient other = beds.client(bed).send(RawClient.request(RawClient.STREAM, "x-session-id: two"));
        ProviderCall third = provider.take();
        bed.ports.sessionEnds.leases = Map.of("a", 2);

        EndedSession ended = end(bed, "one", "acme");
        assertThat(ended).isEqualTo(new EndedSession(2, Map.of("a", 2), 1));
        RawAnswer cut = streaming.answer();
        assertThat(cut.text()).contains("data: {\"error\":").doesNotContain("[DONE]");
        RawAnswer refused = silent.answer();
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text()).contains("\"code\":\"session_ended\"");
        assertThat(refused.header("x-should-retry")).isEqualTo("false");
        first.awaitHangUp();
        second.awaitHangUp();
        third.stream().chunk(Sse.content("y", "c") + Sse.DONE).end();
        assertThat(other.answer().text()).endsWith(Sse.DONE);
        Eventually.that(bed.ports.held::isEmpty);
        assertThat(bed.records(4)).extracting(r -> r.status()).contains(UsageStatus.UPSTREAM_FAILED);
        Eventually.that(() -> bed.ports.affinity.bindings.size() == 1);
        assertThat(end(bed, "one", "another tenant").known()).isTrue();
        bed.ports.sessionEnds.leases = Map.of();
        assertThat(end(bed, "one", null).known()).isFalse();
    }

    @Test
    void tenantsThatTheNodeDoesNotKnowAreLookedAtWhereTheyAreNamed() throws Exception {
        GatewayBed bed = beds.over(beds.mock("").baseUrl());
        Set<String> others = new LinkedHashSet<>();
        for (int i = 0; i < 250; i++) {
            others.add("tenant-" + i);
        }
        bed.gateway.endSession("one", null, others).toCompletableFuture().get(1, TimeUnit.MINUTES);
        assertThat(bed.ports.sessionEnds.ended)
                .doesNotHaveDuplicates()
                .contains(Session.counted("acme", Session.nameOf("one")))
                .containsAll(others.stream()
                        .map(tenant -> Session.counted(tenant, Session.nameOf("one")))
                        .toList());
    }

    @Test
    void whatAnotherNodeEndsIsEndedHere() {
        RawProvider provider = beds.provider();
        GatewayBed bed = beds.over(provider.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM, "x-session-id: one"));
        ProviderCall call = provider.take();
        bed.ports.sessionEnds.elsewhere(Session.counted("acme", Session.nameOf("two")));
        bed.ports.sessionEnds.elsewhere(Session.counted("acme", Session.nameOf("one")));
        assertThat(client.answer().status()).isEqualTo(409);
        call.awaitHangUp();
    }

    @Test
    @Tag("S18")
    void whoWaitsForAPlaceIsEndedToo() throws Exception {
        GatewayBed bed = beds.with(
                new GatewayBed.Options().provider(Providers.queueing(5, Duration.ofMinutes(1), Duration.ofMinutes(1))),
                beds.mock("").baseUrl());
        bed.ports.slotRule = request -> false;
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM, "x-session-id: one"));
        Eventually.that(() -> bed.ports.wishes.size() > 1);
        assertThat(end(bed, "one", null).exchanges()).isEqualTo(1);
        assertThat(client.answer().status()).isEqualTo(409);
    }
}
