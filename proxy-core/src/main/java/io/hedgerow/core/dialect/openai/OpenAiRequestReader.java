package io.hedgerow.core.dialect.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.hedgerow.core.dialect.BadRequestException;
import io.hedgerow.core.dialect.RequestFacts;
import io.hedgerow.core.dialect.RequestFacts.Span;
import io.hedgerow.core.dialect.RequestFacts.Splice;
import io.hedgerow.core.dialect.Utf8;
import io.hedgerow.core.money.ServiceTier;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Takes the facts of a chat completion request from its bytes in one pass. A field that the gateway acts on may appear
 * only once: parsers differ about which of two counts.
 */
final class OpenAiRequestReader {
    private static final int MAX_CHOICES = 128;
    /** A conversation that no user has opened by then is told by these. */
    private static final int MAX_OPENING_MESSAGES = 8;

    private static final byte[] WHOLE_OPTION = "\"stream_options\":{\"include_usage\":true},".getBytes(US_ASCII);
    private static final byte[] OPTION_VALUE = "{\"include_usage\":true}".getBytes(US_ASCII);
    private static final byte[] ONLY_MEMBER = "\"include_usage\":true".getBytes(US_ASCII);
    private static final byte[] FIRST_MEMBER = "\"include_usage\":true,".getBytes(US_ASCII);
    private static final byte[] TRUE = "true".getBytes(US_ASCII);

    private final JsonParser parser;
    private int seen;
    private @Nullable String model;
    private @Nullable Span modelSpan;
    private boolean messages;
    private boolean stream;
    private boolean usageAsked;
    private long maxTokens;
    private long maxCompletionTokens;
    private int choices = 1;
    private ServiceTier tier = ServiceTier.STANDARD;
    private @Nullable Splice askUsage;
    private @Nullable Span opening;
    private final OpenAiSessionFields session = new OpenAiSessionFields();

    private OpenAiRequestReader(JsonParser parser) {
        this.parser = parser;
    }

    static RequestFacts read(JsonFactory factory, byte[] body) throws BadRequestException {
        int fault = Utf8.firstFault(body);
        if (fault >= 0) {
            throw new BadRequestException(
                    "The request body is not valid UTF-8, or contains a NUL, at byte " + fault + ".", null);
        }
        try (JsonParser parser = factory.createParser(body)) {
            return new OpenAiRequestReader(parser).readBody(body.length);
        } catch (StreamConstraintsException e) {
            throw new BadRequestException(
                    at("The JSON of the request body is nested too deeply or too large", e.getLocation()), null);
        } catch (JsonEOFException e) {
            throw new BadRequestException("The JSON of the request body is not complete.", null);
        } catch (IOException e) {
            JsonLocation location =
                    e instanceof com.fasterxml.jackson.core.JsonProcessingException json ? json.getLocation() : null;
            throw new BadRequestException(at("The request body is not valid JSON", location), null);
        }
    }

    private RequestFacts readBody(int bodyBytes) throws IOException, BadRequestException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw new BadRequestException("The request body is empty.", null);
        }
        if (first != JsonToken.START_OBJECT) {
            throw new BadRequestException("The request body must be a JSON object.", null);
        }
        int insertAt = offset(parser.currentTokenLocation()) + 1;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            member(parser.currentName());
        }
        if (parser.nextToken() != null) {
            throw new BadRequestException(
                    at("Something follows the JSON of the request body", parser.currentTokenLocation()), null);
        }
        return facts(bodyBytes, insertAt);
    }

    private RequestFacts facts(int bodyBytes, int insertAt) throws BadRequestException {
        if (model == null || modelSpan == null) {
            throw new BadRequestException("You must provide a 'model' parameter.", "model");
        }
        if (!messages) {
            throw new BadRequestException("Missing required parameter: 'messages'.", "messages");
        }
        Splice ask = null;
        if (stream && !usageAsked) {
            ask = askUsage != null ? askUsage : new Splice(insertAt, insertAt, WHOLE_OPTION);
        }
        long max = maxCompletionTokens > 0 ? maxCompletionTokens : maxTokens;
        return new RequestFacts(
                model, stream, usageAsked, max, choices, tier, bodyBytes, modelSpan, ask, session.chosen(), opening);
    }

    private void member(String name) throws IOException, BadRequestException {
        JsonToken value = parser.nextToken();
        switch (name) {
            case "model" -> model(value);
            case "messages" -> messages(value);
            case "stream" -> stream(value);
            case "stream_options" -> streamOptions(value);
            case "max_tokens" -> maxTokens = positive(value, "max_tokens", 8, Long.MAX_VALUE);
            case "max_completion_tokens" ->
                maxCompletionTokens = positive(value, "max_completion_tokens", 16, Long.MAX_VALUE);
            case "n" -> choices = (int) Math.max(1, positive(value, "n", 32, MAX_CHOICES));
            case "service_tier" -> serviceTier(value);
            default -> other(name, value);
        }
    }

    private void model(JsonToken value) throws IOException, BadRequestException {
        once(1, "model");
        if (value != JsonToken.VALUE_STRING) {
            throw wrongType("model", "a string", value);
        }
        int from = offset(parser.currentTokenLocation());
        model = parser.getText();
        modelSpan = new Span(from, offset(parser.currentLocation()));
        if (model.isEmpty()) {
            throw new BadRequestException("You must provide a 'model' parameter.", "model");
        }
    }

    private void serviceTier(JsonToken value) throws IOException, BadRequestException {
        once(256, "service_tier");
        if (value == JsonToken.VALUE_NULL) {
            return;
        }
        if (value != JsonToken.VALUE_STRING) {
            throw wrongType("service_tier", "a string", value);
        }
        tier = ServiceTiers.of(parser.getText());
    }

    private void messages(JsonToken value) throws IOException, BadRequestException {
        once(2, "messages");
        if (value != JsonToken.START_ARRAY) {
            throw wrongType("messages", "an array of objects", value);
        }
        int index = 0;
        boolean opened = false;
        int from = 0;
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            if (item != JsonToken.START_OBJECT) {
                throw wrongType("messages[" + index + "]", "an object", item);
            }
            from = index == 0 ? offset(parser.currentTokenLocation()) : from;
            if (opened || index >= MAX_OPENING_MESSAGES) {
                parser.skipChildren();
            } else {
                opened = skipMessage();
                opening = new Span(from, offset(parser.currentLocation()));
            }
            index++;
        }
        if (index == 0) {
            throw new BadRequestException(
                    "Invalid 'messages': empty array. Expected an array with minimum length 1.", "messages");
        }
        messages = true;
    }

    /** Passes over a message; true if a user wrote it. */
    private boolean skipMessage() throws IOException {
        boolean user = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            boolean role = parser.currentName().equals("role");
            JsonToken value = parser.nextToken();
            user |= role && value == JsonToken.VALUE_STRING && parser.getText().equals("user");
            parser.skipChildren();
        }
        return user;
    }

    private void stream(JsonToken value) throws BadRequestException {
        once(4, "stream");
        if (!value.isBoolean() && value != JsonToken.VALUE_NULL) {
            throw wrongType("stream", "a boolean", value);
        }
        stream = value == JsonToken.VALUE_TRUE;
    }

    private void streamOptions(JsonToken value) throws IOException, BadRequestException {
        once(64, "stream_options");
        int from = offset(parser.currentTokenLocation());
        if (value == JsonToken.VALUE_NULL) {
            askUsage = new Splice(from, from + 4, OPTION_VALUE);
            return;
        }
        if (value != JsonToken.START_OBJECT) {
            throw wrongType("stream_options", "an object", value);
        }
        boolean empty = true;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            empty = false;
            String name = parser.currentName();
            JsonToken option = parser.nextToken();
            if (name.equals("include_usage")) {
                includeUsage(option);
            } else {
                parser.skipChildren();
            }
        }
        if ((seen & 128) == 0) {
            askUsage = new Splice(from + 1, from + 1, empty ? ONLY_MEMBER : FIRST_MEMBER);
        }
    }

    private void includeUsage(JsonToken value) throws BadRequestException {
        once(128, "stream_options.include_usage");
        if (!value.isBoolean() && value != JsonToken.VALUE_NULL) {
            throw wrongType("stream_options.include_usage", "a boolean", value);
        }
        usageAsked = value == JsonToken.VALUE_TRUE;
        int from = offset(parser.currentTokenLocation());
        askUsage = new Splice(from, from + value.asCharArray().length, TRUE);
    }

    private long positive(JsonToken value, String name, int bit, long max) throws IOException, BadRequestException {
        once(bit, name);
        if (value == JsonToken.VALUE_NULL) {
            return 0;
        }
        if (value != JsonToken.VALUE_NUMBER_INT) {
            throw wrongType(name, "an integer", value);
        }
        boolean fits = parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        long number = fits ? parser.getLongValue() : -1;
        if (number < 1 || number > max) {
            throw new BadRequestException("Invalid '" + name + "': integer out of range.", name);
        }
        return number;
    }

    private void other(String name, JsonToken value) throws IOException, BadRequestException {
        OpenAiRequestFields type = OpenAiRequestFields.typeOf(name);
        if (type != null && !type.accepts(value)) {
            throw wrongType(name, type.description(), value);
        }
        if (!session.read(name, value, parser)) {
            parser.skipChildren();
        }
    }

    private void once(int bit, String name) throws BadRequestException {
        if ((seen & bit) != 0) {
            throw new BadRequestException("Duplicate parameter: '" + name + "'.", name);
        }
        seen |= bit;
    }

    private static BadRequestException wrongType(String name, String expected, JsonToken value) {
        String got = switch (value) {
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "an integer";
            case VALUE_NUMBER_FLOAT -> "a decimal";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            case START_ARRAY -> "an array";
            default -> "an object";
        };
        return new BadRequestException(
                "Invalid type for '" + name + "': expected " + expected + ", but got " + got + " instead.", name);
    }

    private static int offset(JsonLocation location) {
        return (int) location.getByteOffset();
    }

    private static String at(String what, @Nullable JsonLocation location) {
        if (location == null) {
            return what + ".";
        }
        return what + ": line " + location.getLineNr() + ", column " + location.getColumnNr() + ".";
    }
}
