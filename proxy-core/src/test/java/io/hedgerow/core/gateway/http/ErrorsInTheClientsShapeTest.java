package io.hedgerow.core.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.bed.Beds;
import io.hedgerow.core.bed.Eventually;
import io.hedgerow.core.bed.GatewayBed;
import io.hedgerow.core.bed.RawAnswer;
import io.hedgerow.core.bed.RawClient;
import io.hedgerow.core.config.LimitsConfig;
import io.hedgerow.core.port.AdmissionDecision;
import io.hedgerow.core.port.AdmissionDecision.Rate;
import io.hedgerow.core.port.AdmissionDecision.RateStatus;
import io.hedgerow.core.port.AdmissionDecision.Reason;
import io.hedgerow.core.port.MeterNames;
import io.hedgerow.core.port.SlotLease;
import io.hedgerow.testkit.mock.MockUpstream;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("D7")
class ErrorsInTheClientsShapeTest {
    @RegisterExtension
    static final Beds beds = new Beds();

    private static final int MAX_BODY = 100_000;

    private final MockUpstream mock = beds.mock("");
    private final GatewayBed bed = beds.with(
            new GatewayBed.Options()
                    .limits(new LimitsConfig(
                            LimitsConfig.DEFAULT.lease(),
                            4096,
                            MAX_BODY,
                            1_000_000,
                            64 * 1024,
                            LimitsConfig.DEFAULT.writeTimeout(),
                            LimitsConfig.DEFAULT.drainTimeout(),
                            LimitsConfig.OnOverrun.CONTINUE)),
            mock.baseUrl());
    private final RawClient client = beds.client(bed);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "\"gpt-fast\"",
                "{}",
                "{\"messages\":[]}",
                "{\"model\":7,\"messages\":[]}",
                "{\"model\":\"gpt-fast\",\"stream\":\"yes\",\"messages\":[]}",
                "{\"model\":\"gpt-fast\",\"messages\":[]} trailing",
                "{\"model\":\"gpt-fast\",\"max_tokens\":\"many\",\"messages\":[]}",
                "{\"model\":\"gpt-fast\",\"stream\":true,\"stream_options\":7,\"messages\":[]}",
            })
    void aMalformedRequest(String body) {
        is(client.chat(body), 400, "invalid_request_error", null);
        assertThat(client.chat(RawClient.STREAM).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Authorization: Bearer sk-wrong", "Authorization: Basic abc", "x-api-key: nope"})
    void noKeyOrAnUnknownOne(String header) {
        String line = "Authorization: Bearer " + GatewayBed.KEY + "\r\n";
        String request = RawClient.request(RawClient.STREAM).replace(line, header.isEmpty() ? "" : header + "\r\n");
        RawAnswer answer = client.send(request).answer();
        is(answer, 401, "authentication_error", "invalid_api_key");
        assertThat(answer.text()).doesNotContain("sk-wrong");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer " + GatewayBed.KEY,
                "authorization: bearer   " + GatewayBed.KEY,
                "x-api-key: " + GatewayBed.KEY,
                "x-goog-api-key: " + GatewayBed.KEY
            })
    void everyFormOfAKey(String header) {
        String line = "Authorization: Bearer " + GatewayBed.KEY;
        String request = RawClient.request(RawClient.STREAM).replace(line, header);
        assertThat(client.send(request).answer().status()).isEqualTo(200);
    }

    @Test
    void balanceExhausted() {
        bed.ports.admissionRule = request -> new AdmissionDecision.Refused(Reason.INSUFFICIENT_BALANCE, 0, null);
        RawAnswer answer = client.chat(RawClient.STREAM);
        is(answer, 402, "insufficient_quota", "insufficient_quota");
        assertThat(answer.header("x-should-retry")).isEqualTo("false");
        nothingWasSent();
    }

    @Test
    void aModelThatTheKeyMayNotAskFor() {
        String request = RawClient.request(RawClient.STREAM).replace(GatewayBed.KEY, GatewayBed.NARROW_KEY);
        is(client.send(request).answer(), 403, "permission_error", null);
        nothingWasSent();
    }

    @Test
    void anUnknownModel() {
        RawAnswer answer = client.chat(RawClient.STREAM.replace("gpt-fast", "gpt-none"));
        is(answer, 404, "invalid_request_error", "model_not_found");
        nothingWasSent();
    }

    @Test
    void anUnknownPath() {
        RawAnswer answer = client.send("POST /v1/nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
                .answer();
        is(answer, 404, "invalid_request_error", "unknown_url");
    }

    @Test
    void aMethodThatThePathDoesNotHave() {
        RawAnswer answer = client.send("GET /v1/chat/completions HTTP/1.1\r\nHost: x\r\n\r\n")
                .answer();
        is(answer, 405, "invalid_request_error", null);
        assertThat(answer.header("allow")).isEqualTo("POST");
        RawAnswer models =
                client.send("DELETE /v1/models HTTP/1.1\r\nHost: x\r\n\r\n").answer();
        assertThat(models.header("allow")).isEqualTo("GET");
    }

    @Test
    void aBodyWhoseLengthIsTooLarge() {
        RawAnswer answer = client.send(
                        RawClient.request("").replace("Content-Length: 0", "Content-Length: " + (MAX_BODY + 1)))
                .answer();
        is(answer, 413, "invalid_request_error", null);
        assertThat(client.isClosed()).isTrue();
        nothingWasSent();
    }

    @Test
    void aChunkedBodyThatGrowsTooLarge() {
        client.send(RawClient.request("").replace("Content-Length: 0", "Transfer-Encoding: chunked"));
        String chunk = "2710\r\n" + "x".repeat(10_000) + "\r\n";
        for (int i = 0; i < 11; i++) {
            client.send(chunk);
        }
        is(client.answer(), 413, "invalid_request_error", null);
        nothingWasSent();
    }

    @ParameterizedTest
    @CsvSource({"TENANT_CONCURRENCY", "REQUESTS_PER_MINUTE", "TOKENS_PER_MINUTE", "KEY_CONCURRENCY"})
    void tooManyRequests(Reason reason) {
        bed.ports.admissionRule = request -> new AdmissionDecision.Refused(
                reason, 1234, new RateStatus(new Rate(60, 0, 1234), new Rate(1000, 7, 360_000)));
        RawAnswer answer = client.chat(RawClient.STREAM);
        is(answer, 429, "rate_limit_error", "rate_limit_exceeded");
        assertThat(answer.header("retry-after")).isEqualTo("2");
        assertThat(answer.header("retry-after-ms")).isEqualTo("1234");
        assertThat(answer.header("x-should-retry")).isEqualTo("true");
        assertThat(answer.header("x-ratelimit-limit-requests")).isEqualTo("60");
        assertThat(answer.header("x-ratelimit-remaining-requests")).isEqualTo("0");
        assertThat(answer.header("x-ratelimit-reset-requests")).isEqualTo("1.234s");
        assertThat(answer.header("x-ratelimit-limit-tokens")).isEqualTo("1000");
        assertThat(answer.header("x-ratelimit-remaining-tokens")).isEqualTo("7");
        assertThat(answer.header("x-ratelimit-reset-tokens")).isEqualTo("6m0s");
        nothingWasSent();
        Eventually.that(() -> bed.meters.find(MeterNames.REFUSED).counters().size() == 1);
    }

    @Test
    void storesAway() {
        bed.ports.admissionRule = request -> new AdmissionDecision.Refused(Reason.STORE_UNAVAILABLE, 0, null);
        RawAnswer answer = client.chat(RawClient.STREAM);
        is(answer, 503, "server_error", "overloaded");
        assertThat(answer.header("retry-after")).isNotEmpty();
        nothingWasSent();
    }

    @Test
    @Tag("B4")
    void theJournalTakesNothing() {
        bed.ports.journalWorks = false;
        RawAnswer answer = client.chat(RawClient.STREAM);
        is(answer, 503, "server_error", "overloaded");
        assertThat(answer.header("retry-after")).isNotEmpty();
        assertThat(mock.stats().requests()).isZero();
        assertThat(bed.ports.admitted).isEmpty();
        Eventually.that(() -> bed.ports.released.size() == bed.ports.granted.size());
        assertThat(bed.ports.released).extracting(Map.Entry::getValue).containsExactly(SlotLease.Outcome.UNUSED);
        assertThat(bed.ports.holds)
                .hasSize(1)
                .allSatisfy(hold -> assertThat(hold.getValue()).isEqualTo(-1));
        bed.ports.holds.clear();
    }

    @Test
    void requestIdsAreUniqueAndTheClientsOwnIsEchoed() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            RawAnswer answer = client.chat(i % 2 == 0 ? RawClient.STREAM : "{", "X-Client-Request-Id: same");
            assertThat(answer.header("x-client-request-id")).isEqualTo("same");
            assertThat(ids.add(answer.header("x-request-id"))).isTrue();
        }
        assertThat(bed.records(10)).allSatisfy(record -> {
            assertThat(record.clientRequestId()).isEqualTo("same");
            assertThat(ids).contains(record.requestId());
        });
    }

    @Test
    void aClientsIdThatCannotBeEchoedIsLeftOut() {
        String tooLong = "x".repeat(300);
        RawAnswer answer = client.chat(RawClient.STREAM, "x-client-request-id: " + tooLong);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.head()).doesNotContain(tooLong);
    }

    @Test
    void modelsAreListed() {
        String key = "Host: x\r\nAuthorization: Bearer " + GatewayBed.KEY + "\r\n\r\n";
        RawAnswer list = client.send("GET /v1/models HTTP/1.1\r\n" + key).answer();
        assertThat(list.status()).isEqualTo(200);
        assertThat(list.text()).startsWith("{\"object\":\"list\",\"data\":[{\"id\":\"gpt-fast\"");
        assertThat(client.send("GET /v1/models/gpt-fast HTTP/1.1\r\n" + key)
                        .answer()
                        .text())
                .startsWith("{\"id\":\"gpt-fast\",\"object\":\"model\"");
        is(
                client.send("GET /v1/models/none HTTP/1.1\r\n" + key).answer(),
                404,
                "invalid_request_error",
                "model_not_found");
    }

    private void nothingWasSent() {
        assertThat(mock.stats().requests()).isZero();
        assertThat(bed.ports.admitted).isEmpty();
        assertThat(bed.ports.granted).isEmpty();
    }

    private static void is(RawAnswer answer, int status, String type, @Nullable String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.header("x-request-id")).isNotEmpty();
        assertThat(answer.text())
                .startsWith("{\"error\":{\"message\":\"")
                .contains("\"type\":\"" + type + "\"")
                .contains("\"code\":" + (code == null ? "null" : "\"" + code + "\""));
    }
}
