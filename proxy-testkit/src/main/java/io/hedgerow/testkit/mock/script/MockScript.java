package io.hedgerow.testkit.mock.script;

import io.hedgerow.testkit.mock.script.AnswerShape.UsageMode;
import io.hedgerow.testkit.mock.script.Faults.Break;
import io.hedgerow.testkit.mock.script.Faults.Break.Mode;
import io.hedgerow.testkit.mock.script.Faults.Break.Unit;
import io.hedgerow.testkit.mock.script.Faults.FakeAnswer;
import io.hedgerow.testkit.transcript.ApiDialect;
import io.hedgerow.testkit.transcript.Transcripts;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The text syntax for a scripted provider's behaviour: {@code name=value} pairs with semicolons between them, such as
 * {@code ttft=50ms;events=5;reset-after=3}. Values are percent-decoded where they contain a percent sign. A request
 * may carry one in its header {@code x-mock-script} or its body's {@code metadata.mock}; it then changes the settings
 * for that request alone.
 *
 * <pre>
 * ttft=DIST gap=DIST            waits; DIST as in Distribution
 * slow-share=0.04 slow-extra=3s share of requests whose first token comes later
 * error-delay=DIST linger=2s    wait before an error; body kept open after the terminator
 * events=20 | 10..50            content events; also the completion tokens
 * text=TEXT finish-reason=stop  {request} and {event} in TEXT are numbered
 * usage=asked|always|off prompt-tokens=N cached-tokens=N reasoning-tokens=N
 * obey-max-tokens=false         overrun the request's maximum
 * transcript=NAME               replay a bundled transcript
 * status=500                    this error always
 * errors=429=0.01,500=0.02      these errors for these shares of requests
 * retry-after=2s error-code=CODE
 * reset-after=N truncate-after=N end-after=N stall-after=N error-after=N
 *                               after N content events: RST; FIN without the body's end; a proper end of
 *                               the body without a terminator; silence; an error event
 * hangup=close|reset|stall      the same before the head, at the time of the first token
 * cut=N cut-mode=close|reset|clean-end|stall     after N bytes of the body
 * fake=json-error|html|empty|first-event-error   a 200 that is none
 * fault-share=0.1               share of requests hit by the break or the fake
 * burst crlf split=K pings=N ping-text=TEXT head=early|late
 * name=NAME seed=N port=N threads=N bearer=TOKEN dialect=openai    (settings only, not for one request)
 * </pre>
 */
public final class MockScript {
    private static final Map<String, BiConsumer<MockSettingsBuilder, String>> WORDS = new LinkedHashMap<>();
    private static final Set<String> SETTINGS_ONLY = Set.of("name", "seed", "port", "threads", "bearer", "dialect");

    static {
        timing();
        content();
        faults();
        wire();
        WORDS.put("name", MockSettingsBuilder::name);
        WORDS.put("seed", (b, v) -> b.seed(Long.parseLong(v)));
        WORDS.put("port", (b, v) -> b.port(whole(v)));
        WORDS.put("threads", (b, v) -> b.threads(whole(v)));
        WORDS.put("bearer", MockSettingsBuilder::bearerToken);
        WORDS.put("dialect", (b, v) -> b.dialect(ApiDialect.of(v)));
    }

    private MockScript() {}

    /**
     * The settings changed by the script.
     *
     * @throws IllegalArgumentException naming the mistake
     */
    public static MockSettings apply(MockSettings settings, String script) {
        return apply(settings, script, Set.of());
    }

    /**
     * As {@link #apply(MockSettings, String)} for one request: words about the server itself are refused.
     *
     * @throws IllegalArgumentException naming the mistake
     */
    public static MockSettings applyToRequest(MockSettings settings, String script) {
        return apply(settings, script, SETTINGS_ONLY);
    }

    private static MockSettings apply(MockSettings settings, String script, Set<String> refused) {
        MockSettingsBuilder builder = settings.toBuilder();
        for (String pair : script.split(";", -1)) {
            if (!pair.isBlank()) {
                int equals = pair.indexOf('=');
                String word = (equals < 0 ? pair : pair.substring(0, equals)).trim();
                BiConsumer<MockSettingsBuilder, String> setter = WORDS.get(word);
                if (setter == null || refused.contains(word)) {
                    throw new IllegalArgumentException("'" + word + "' is no word of a script here");
                }
                set(builder, setter, word, equals < 0 ? "true" : decode(pair.substring(equals + 1)));
            }
        }
        return builder.build();
    }

    private static void set(
            MockSettingsBuilder builder, BiConsumer<MockSettingsBuilder, String> setter, String word, String value) {
        try {
            setter.accept(builder, value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(word + "=" + value + ": " + e.getMessage(), e);
        }
    }

    private static String decode(String value) {
        return value.indexOf('%') < 0 ? value : URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static void timing() {
        WORDS.put("ttft", MockSettingsBuilder::ttft);
        WORDS.put("gap", MockSettingsBuilder::gap);
        WORDS.put("slow-share", (b, v) -> b.slowStarts(Double.parseDouble(v), b.slowExtra()));
        WORDS.put("slow-extra", (b, v) -> b.slowStarts(b.slowShare(), Distribution.parse(v)));
        WORDS.put("error-delay", (b, v) -> b.errorDelay(Distribution.parse(v)));
        WORDS.put("linger", (b, v) -> b.linger(Durations.parse(v)));
    }

    private static void content() {
        WORDS.put("events", (b, v) -> b.events(IntRange.parse(v)));
        WORDS.put("text", MockSettingsBuilder::text);
        WORDS.put("finish-reason", MockSettingsBuilder::finishReason);
        WORDS.put("usage", (b, v) -> b.usage(UsageMode.of(v)));
        WORDS.put("prompt-tokens", (b, v) -> b.promptTokens(whole(v)));
        WORDS.put("cached-tokens", (b, v) -> b.cachedTokens(whole(v)));
        WORDS.put("reasoning-tokens", (b, v) -> b.reasoningTokens(whole(v)));
        WORDS.put("obey-max-tokens", (b, v) -> b.obeyMaxTokens(flag(v)));
        WORDS.put("transcript", (b, v) -> b.replay(Transcripts.load(ApiDialect.OPENAI, v)));
    }

    private static void faults() {
        WORDS.put("status", (b, v) -> b.status(whole(v)));
        WORDS.put("errors", (b, v) -> b.errors(errors(v)));
        WORDS.put("retry-after", (b, v) -> b.retryAfter(Durations.parse(v)));
        WORDS.put("error-code", MockSettingsBuilder::errorCode);
        WORDS.put("reset-after", (b, v) -> b.breakage(events(v, Mode.RESET)));
        WORDS.put("truncate-after", (b, v) -> b.breakage(events(v, Mode.CLOSE)));
        WORDS.put("end-after", (b, v) -> b.breakage(events(v, Mode.CLEAN_END)));
        WORDS.put("stall-after", (b, v) -> b.breakage(events(v, Mode.STALL)));
        WORDS.put("error-after", (b, v) -> b.breakage(events(v, Mode.ERROR_EVENT)));
        WORDS.put("hangup", (b, v) -> b.breakage(new Break(Unit.HEAD, 0, Mode.of(v))));
        WORDS.put("cut", (b, v) -> b.breakage(new Break(Unit.BYTES, Long.parseLong(v), b.cutMode())));
        WORDS.put("cut-mode", (b, v) -> b.cutMode(Mode.of(v)));
        WORDS.put("fake", (b, v) -> b.fake(FakeAnswer.of(v)));
        WORDS.put("fault-share", (b, v) -> b.faultShare(Double.parseDouble(v)));
    }

    private static void wire() {
        WORDS.put("burst", (b, v) -> b.burst(flag(v)));
        WORDS.put("crlf", (b, v) -> b.crlf(flag(v)));
        WORDS.put("split", (b, v) -> b.split(whole(v)));
        WORDS.put("pings", (b, v) -> b.pings(whole(v)));
        WORDS.put("ping-text", MockSettingsBuilder::pingText);
        WORDS.put("head", (b, v) -> b.earlyHead(early(v)));
    }

    private static Break events(String count, Mode mode) {
        return new Break(Unit.EVENTS, Long.parseLong(count), mode);
    }

    private static SortedMap<Integer, Double> errors(String value) {
        SortedMap<Integer, Double> errors = new TreeMap<>();
        for (String pair : value.split(",", -1)) {
            int at = Math.max(pair.indexOf('='), pair.indexOf(':'));
            if (at < 0) {
                throw new IllegalArgumentException("errors look like 429=0.01,500=0.02");
            }
            errors.put(Integer.valueOf(pair.substring(0, at).trim()), Double.valueOf(pair.substring(at + 1)));
        }
        return errors;
    }

    private static boolean flag(String value) {
        return switch (value) {
            case "true", "on", "1" -> true;
            case "false", "off", "0" -> false;
            default -> throw new IllegalArgumentException("true or false");
        };
    }

    private static boolean early(String value) {
        return switch (value) {
            case "early" -> true;
            case "late" -> false;
            default -> throw new IllegalArgumentException("early or late");
        };
    }

    private static int whole(String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is no whole number up to " + Integer.MAX_VALUE, e);
        }
    }
}
