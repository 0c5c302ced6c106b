package io.hedgerow.core.gateway.race;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.hedgerow.core.bed.Beds;
import io.hedgerow.core.bed.GatewayBed;
import io.hedgerow.core.bed.ProviderCall;
import io.hedgerow.core.bed.RawAnswer;
import io.hedgerow.core.bed.RawClient;
import io.hedgerow.core.bed.RawProvider;
import io.hedgerow.core.bed.Sse;
import io.hedgerow.core.dialect.FailureClass;
import io.hedgerow.core.port.AttemptRecord.Reason;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What became of attempts can be searched for by field; nothing of a provider's own words is in it. */
@Tag("D7")
class FailuresAreToldInFieldsTest {
    @RegisterExtension
    static final Beds beds = new Beds();

    private static String error(String message) {
        return "{\"error\":{\"message\":\"" + message + "\",\"type\":\"invalid_request_error\"}}";
    }

    @Test
    void everyFailoverIsALineWhoseTextIsFixedAndWhoseFactsAreFields() {
        RawProvider a = beds.provider();
        RawProvider b = beds.provider();
        RawProvider c = beds.provider();
        GatewayBed bed = beds.over(a.baseUrl(), b.baseUrl(), c.baseUrl());
        RawClient client = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        a.take().whole(500, "application/json", error("words of the provider"));
        b.take().close();
        c.take().stream().chunk(Sse.content("x", "a") + Sse.DONE).end();
        RawAnswer answer = client.answer();
        bed.record();

        String id = answer.header("x-request-id");
        List<ILoggingEvent> lines = beds.events("attempt failed");
        assertThat(lines).hasSize(2).allSatisfy(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getArgumentArray()).isNull();
            assertThat(line.getThrowableProxy()).isNull();
        });
        assertThat(fields(lines.get(0)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "request",
                        id,
                        "attempt",
                        1,
                        "provider",
                        "a",
                        "reason",
                        Reason.PRIMARY,
                        "kind",
                        "http_500",
                        "class",
                        FailureClass.PROVIDER,
                        "http",
                        500));
        assertThat(fields(lines.get(1)))
                .containsEntry("request", id)
                .containsEntry("attempt", 2)
                .containsEntry("provider", "b")
                .containsEntry("reason", Reason.FAILOVER)
                .containsEntry("class", FailureClass.NETWORK)
                .containsEntry("http", 0);
        assertThat(beds.logged()).noneMatch(line -> line.contains("words of the provider"));
    }

    @Test
    void errorsThatArePassedOnAtTheSameTimeShareNothing() {
        RawProvider provider = beds.provider();
        GatewayBed bed = beds.over(provider.baseUrl());
        RawClient one = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall first = provider.take();
        RawClient two = beds.client(bed).send(RawClient.request(RawClient.STREAM));
        ProviderCall second = provider.take();
        second.whole(400, "application/json", error("of the second"));
        assertThat(two.answer().text()).isEqualTo(error("of the second"));
        first.whole(422, "application/json", error("of the first"));
        RawAnswer answer = one.answer();
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text()).isEqualTo(error("of the first"));
        bed.records(2);
    }

    private static Map<String, Object> fields(ILoggingEvent line) {
        return line.getKeyValuePairs().stream().collect(Collectors.toMap(pair -> pair.key, pair -> pair.value));
    }
}
