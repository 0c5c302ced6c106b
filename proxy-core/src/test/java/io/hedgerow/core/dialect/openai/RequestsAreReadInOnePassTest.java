package io.hedgerow.core.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.dialect.BadRequestException;
import io.hedgerow.core.dialect.RequestFacts;
import io.hedgerow.core.dialect.RewrittenBody;
import io.hedgerow.core.money.ServiceTier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("D7")
@Tag("B14")
class RequestsAreReadInOnePassTest {
    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi \\\"model\\\": {[\"}]";

    @Test
    void theFactsAreThoseOfTheTopLevel() throws BadRequestException {
        String body = "{\"tools\":[{\"model\":\"no\",\"stream\":false}]," + MESSAGES
                + ",\"model\":\"gpt-fast\",\"max_tokens\":7,\"max_completion_tokens\":300,\"n\":2,\"stream\":true,"
                + "\"x_unknown\":{\"n\":9},\"temperature\":0.70}";
        RequestFacts facts = read(body);
        assertThat(facts.model()).isEqualTo("gpt-fast");
        assertThat(facts.stream()).isTrue();
        assertThat(facts.usageAsked()).isFalse();
        assertThat(facts.maxOutputTokens()).isEqualTo(300);
        assertThat(facts.choices()).isEqualTo(2);
        assertThat(facts.outputTokensLimit(4096)).isEqualTo(600);
        assertThat(facts.bodyBytes()).isEqualTo(body.getBytes(UTF_8).length);
        assertThat(facts.inputTokensEstimate()).isEqualTo((body.getBytes(UTF_8).length + 2) / 3);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"priority\"', PRIORITY",
        "'\"flex\"', FLEX",
        "'\"auto\"', STANDARD",
        "'\"default\"', STANDARD",
        "null, STANDARD"
    })
    void theServiceTierIsTheOneAskedFor(String written, ServiceTier tier) throws BadRequestException {
        assertThat(read("{\"model\":\"m\"," + MESSAGES + ",\"service_tier\":" + written + "}")
                        .serviceTier())
                .isEqualTo(tier);
        assertThat(read("{\"model\":\"m\"," + MESSAGES + "}").serviceTier()).isEqualTo(ServiceTier.STANDARD);
    }

    @Test
    void nullsCountAsAbsent() throws BadRequestException {
        RequestFacts facts = read("{\"model\":\"m\"," + MESSAGES
                + ",\"stream\":null,\"max_tokens\":null,\"n\":null,\"stop\":null,\"tools\":null}");
        assertThat(facts.stream()).isFalse();
        assertThat(facts.maxOutputTokens()).isZero();
        assertThat(facts.choices()).isEqualTo(1);
        assertThat(facts.outputTokensLimit(4096)).isEqualTo(4096);
    }

    @Test
    void theSameArrayPassesWhereNothingMustChange() throws BadRequestException {
        byte[] plain = ("{\"model\":\"m\"," + MESSAGES + "}").getBytes(UTF_8);
        RewrittenBody unchanged = OpenAiDialect.INSTANCE.rewrite(plain, OpenAiDialect.INSTANCE.readRequest(plain), "m");
        assertThat(unchanged.unchanged()).isTrue();
        assertThat(unchanged.toByteArray()).isSameAs(plain);
        String asked = "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"model\":\"m\"," + MESSAGES + "}";
        assertThat(rewrite(asked, "m")).isEqualTo(asked);
        assertThat(read(asked).usageAsked()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"stream":true,"model":"m",M}      | {"stream_options":{"include_usage":true},"stream":true,"model":"up",M}
            { "model" : "m" ,M, "stream": true} | {"stream_options":{"include_usage":true}, "model" : "up" ,M, "stream": true}
            {"model":"m",M,"stream":true,"stream_options":null} | {"model":"up",M,"stream":true,"stream_options":{"include_usage":true}}
            {"stream_options": { },"model":"m",M,"stream":true} | {"stream_options": {"include_usage":true },"model":"up",M,"stream":true}
            {"stream_options":{"x":[1]},"model":"m",M,"stream":true} | {"stream_options":{"include_usage":true,"x":[1]},"model":"up",M,"stream":true}
            {"model":"m",M,"stream":true,"stream_options":{"include_usage": false , "x":1}} | {"model":"up",M,"stream":true,"stream_options":{"include_usage": true , "x":1}}
            {"model":"m",M,"stream":true,"stream_options":{"include_usage":null}} | {"model":"up",M,"stream":true,"stream_options":{"include_usage":true}}
            {"model":"m",M,"stream_options":{"include_usage":false}} | {"model":"up",M,"stream_options":{"include_usage":false}}
            {"mod\\u0065l":"\\u006d",M} | {"mod\\u0065l":"up",M}
            {"model":"mödel😀",M,"ü":"€","stream":true} | {"stream_options":{"include_usage":true},"model":"up",M,"ü":"€","stream":true}
            {"model":"m",M,"a":1e5,"b":-0.00,"a":2} | {"model":"up",M,"a":1e5,"b":-0.00,"a":2}
            """)
    void onlyTheModelAndTheWishForUsageAreSpliced(String body, String expected) throws BadRequestException {
        assertThat(rewrite(body.replace("M", MESSAGES), "up")).isEqualTo(expected.replace("M", MESSAGES));
    }

    @Test
    void aTargetsNameIsEscaped() throws BadRequestException {
        assertThat(rewrite("{\"model\":\"m\"," + MESSAGES + "}", "a\"b\\c"))
                .isEqualTo("{\"model\":\"a\\\"b\\\\c\"," + MESSAGES + "}");
    }

    @Test
    void aRewrittenBodyReadsLikeTheOriginal() throws BadRequestException {
        RequestFacts again = read(rewrite("{\"model\":\"m\"," + MESSAGES + ",\"stream\":true,\"n\":3}", "up"));
        assertThat(again.model()).isEqualTo("up");
        assertThat(again.usageAsked()).isTrue();
        assertThat(again.askUsage()).isNull();
        assertThat(again.choices()).isEqualTo(3);
    }

    private static RequestFacts read(String body) throws BadRequestException {
        return OpenAiDialect.INSTANCE.readRequest(body.getBytes(UTF_8));
    }

    private static String rewrite(String body, String upstreamModel) throws BadRequestException {
        byte[] bytes = body.getBytes(UTF_8);
        RewrittenBody rewritten =
                OpenAiDialect.INSTANCE.rewrite(bytes, OpenAiDialect.INSTANCE.readRequest(bytes), upstreamModel);
        byte[] result = rewritten.toByteArray();
        assertThat(rewritten.length()).isEqualTo(result.length);
        return new String(result, UTF_8);
    }
}
