package io.hedgerow.core.gateway.race;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.bed.Beds;
import io.hedgerow.core.bed.GatewayBed;
import io.hedgerow.core.bed.ProviderBuilder;
import io.hedgerow.core.bed.ProviderCall;
import io.hedgerow.core.bed.RawAnswer;
import io.hedgerow.core.bed.RawClient;
import io.hedgerow.core.bed.RawProvider;
import io.hedgerow.core.bed.Sse;
import io.hedgerow.core.config.ProviderConfig;
import io.hedgerow.core.port.AttemptRecord;
import io.hedgerow.core.port.AttemptRecord.Outcome;
import io.hedgerow.core.port.AttemptRecord.Reason;
import io.hedgerow.core.port.UsageRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("H3")
@Tag("H9")
@Tag("S3")
class FailoverBeforeContentTest {
    @RegisterExtension
    static final Beds beds = new Beds();

    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String GOOD = Sse.role("good") + Sse.content("good", "a") + Sse.stop("good") + Sse.DONE;

    @ParameterizedTest
    @CsvSource({"429", "500", "502", "503", "529", "401", "403", "404", "408"})
    void aStatusOtherThan200(int status) {
        UsageRecord record = failsOver(call -> call.whole(
                status, "application/json", "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"code\":\"c\"}}"));
        assertThat(record.attempts().get(0).httpStatus()).isEqualTo(status);
        assertThat(record.attempts().get(0).errorKind()).isEqualTo("http_" + status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json|{\"error\":{\"message\":\"no\"}}",
                "application/json|{\"object\":\"error\",\"message\":\"no\"}",
                "text/html|<html><body>Sign in</body></html>",
                "application/json|",
                "text/event-stream|",
                "text/event-stream|<html></html>",
                "text/event-stream|data: {\"error\":{\"message\":\"no\"}}\n\n",
                "text/event-stream|event: error\ndata: {\"message\":\"no\"}\n\n",
                "text/event-stream|data: {\"id\":\n\n",
                "text/event-stream|data: [1]\n\n",
                "text/event-stream|data: [DONE]\n\n",
                "text/event-stream|: ping\n\n: ping\n\n",
            })
    void a200ThatIsNone(String answer) {
        int bar = answer.indexOf('|');
        failsOver(call -> call.whole(200, answer.substring(0, bar), answer.substring(bar + 1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"error\":{\"message\":\"no\"}}\n\n",
                "data: [DONE]\n\n",
                "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":0}}\n\ndata: [DONE]\n\n",
                "data: {\"choices\":[{\"delta\":{\"content\":\"trunc\n\n"
            })
    void aStreamThatBeginsWellAndThenHasNoContent(String rest) {
        failsOver(call -> call.stream()
                .chunk(": ping\n\n")
                .chunk(Sse.role("bad"))
                .chunk(rest)
                .end());
    }

    @Test
    @Tag("H2")
    void moreThanSixtyFourEventsWithoutContent() {
        UsageRecord record =
                failsOver(call -> call.stream().chunk(Sse.role("bad").repeat(65)));
        assertThat(record.attempts().get(0).errorKind()).isEqualTo("held_overflow");
    }

    @Test
    @Tag("H2")
    void moreThanSixtyFourKibibytesWithoutContent() {
        String padded = "data: {\"pad\":\"" + "x".repeat(33 * 1024) + "\",\"choices\":[]}\n\n";
        UsageRecord record = failsOver(call -> call.stream().chunk(padded).chunk(padded));
        assertThat(record.attempts().get(0).errorKind()).isEqualTo("held_overflow");
    }

    @Test
    @Tag("H2")
    void sixtyFourEventsAreHeldAndCommentsDoNotCount() {
        RawProvider provider = beds.provider();
        GatewayBed bed = beds.over(provider.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        String held = Sse.role("x").repeat(64);
        String rest = Sse.content("x", "a") + ": kept\n\n" + Sse.stop("x") + Sse.DONE;
        provider.take().stream()
                .chunk(": ping\n\n".repeat(100))
                .chunk(held)
                .chunk("event: ping\n\n")
                .chunk(rest)
                .end();
        assertThat(client.answer().text()).isEqualTo(held + rest);
    }

    @Test
    void aResetBeforeTheHead() {
        failsOver(ProviderCall::reset);
    }

    @Test
    void anEndBeforeTheHead() {
        failsOver(ProviderCall::close);
    }

    @Test
    void somethingThatIsNotHttp() {
        failsOver(call -> call.write("SSH-2.0-OpenSSH_9.6\r\n\r\n"));
    }

    @Test
    void aResetBeforeContent() {
        failsOver(call -> call.stream().chunk(Sse.role("bad")).reset());
    }

    @Test
    void anEndBeforeContent() {
        failsOver(call -> call.stream().chunk(Sse.role("bad")).close());
    }

    @Test
    void aBodyWithALengthThatEndsTooEarly() {
        failsOver(
                call -> call.write("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 1000\r\n\r\n"
                                + Sse.role("bad"))
                        .close());
    }

    @Test
    void noContentInTime() {
        UsageRecord record = failsOver(
                SHORT,
                call -> call.write("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n" + Sse.role("bad")));
        assertThat(record.attempts().get(0).errorKind()).isEqualTo("first_token_timeout");
    }

    @Test
    void noHeadInTime() {
        UsageRecord record = failsOver(SHORT, call -> {});
        assertThat(record.attempts().get(0).errorKind()).isEqualTo("first_token_timeout");
    }

    @Test
    void nobodyListens() throws IOException {
        RawProvider good = beds.provider();
        // Bound and not listening: nobody else can be given the port.
        Socket silent = beds.closing(new Socket());
        silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        GatewayBed bed = beds.over("http://127.0.0.1:" + silent.getLocalPort() + "/v1", good.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        good.take().stream().chunk(GOOD).end();
        assertThat(client.answer().text()).isEqualTo(GOOD);
        assertThat(bed.record().attempts().get(0).errorKind()).isEqualTo("connect_refused");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"message\":\"no\"}}",
                "<html></html>",
                "",
                "{\"id\":\"x\"}",
                "{\"choices\":[]}",
                "{\"choices\":[{\"message\":{\"content\":\"trunc"
            })
    void aWholeAnswerThatIsNone(String body) {
        RawProvider bad = beds.provider();
        RawProvider good = beds.provider();
        GatewayBed bed = beds.over(bad.baseUrl(), good.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.WHOLE));
        bad.take().whole(200, "application/json", body);
        String json = "{\"id\":\"x\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"}}]}";
        good.take().whole(200, "application/json", json);
        RawAnswer answer = client.answer();
        assertThat(answer.text()).isEqualTo(json);
        assertThat(answer.header("x-hedgerow-attempts")).isEqualTo("2");
        assertThat(bed.record().attempts()).hasSize(2);
    }

    private static UsageRecord failsOver(Consumer<ProviderCall> failure) {
        return failsOver(LONG, failure);
    }

    /** The time to the first token is the first provider's alone: the second one has all the time it takes. */
    private static UsageRecord failsOver(Duration firstToken, Consumer<ProviderCall> failure) {
        RawProvider bad = beds.provider();
        RawProvider good = beds.provider();
        GatewayBed bed = beds.with(
                new GatewayBed.Options().provider(p -> p.id().equals("a") ? withFirstToken(p, firstToken) : p),
                bad.baseUrl(),
                good.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall failed = bad.take();
        failure.accept(failed);
        good.take().stream().chunk(GOOD).end();
        RawAnswer answer = client.answer();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo(GOOD);
        assertThat(answer.header("x-hedgerow-provider")).isEqualTo("b");
        assertThat(answer.header("x-hedgerow-attempts")).isEqualTo("2");
        UsageRecord record = bed.record();
        assertThat(record.attempts()).extracting(AttemptRecord::outcome).containsExactly(Outcome.FAILED, Outcome.WON);
        assertThat(record.attempts())
                .extracting(AttemptRecord::reason)
                .containsExactly(Reason.PRIMARY, Reason.FAILOVER);
        assertThat(record.attempts().get(0).errorKind()).isNotBlank();
        return record;
    }

    private static ProviderConfig withFirstToken(ProviderConfig p, Duration firstToken) {
        return ProviderBuilder.of(p)
                .timeouts(new ProviderConfig.Timeouts(LONG, firstToken, LONG, LONG))
                .build();
    }
}
