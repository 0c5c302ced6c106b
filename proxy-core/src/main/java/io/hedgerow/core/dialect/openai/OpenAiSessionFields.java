package io.hedgerow.core.dialect.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.hedgerow.core.dialect.AnthropicUserId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The fields in which clients name what belongs together, the first that is there: {@code conversation} (a string, or an
 * object with an {@code id}), {@code prompt_cache_key}, {@code metadata.session_id}, {@code metadata.user_id}, {@code
 * user}. The last two are an Anthropic client's when its request was translated on the way, and are read as its own
 * ({@link AnthropicUserId}). Whatever has another type names nothing and is left to the provider to judge.
 */
final class OpenAiSessionFields {
    private @Nullable String conversation;
    private @Nullable String cacheKey;
    private @Nullable String metadataSession;
    private @Nullable String metadataUser;
    private @Nullable String user;

    /** Reads a field if it is one of these; false if its value was not passed over. */
    boolean read(String name, JsonToken value, JsonParser parser) throws IOException {
        switch (name) {
            case "conversation" -> conversation = value == JsonToken.START_OBJECT ? id(parser) : text(value, parser);
            case "prompt_cache_key" -> cacheKey = text(value, parser);
            case "metadata" -> metadata(value, parser);
            case "user" -> user = text(value, parser);
            default -> {
                return false;
            }
        }
        return value != JsonToken.START_ARRAY;
    }

    /** What the session is named by; null if nothing names it. */
    @Nullable
    String chosen() {
        String session = conversation != null ? conversation : cacheKey != null ? cacheKey : metadataSession;
        if (session != null) {
            return session;
        }
        String id = metadataUser != null ? metadataUser : user;
        return id == null ? null : AnthropicUserId.sessionOf(id.strip());
    }

    private void metadata(JsonToken value, JsonParser parser) throws IOException {
        if (value != JsonToken.START_OBJECT) {
            return;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken member = parser.nextToken();
            switch (name) {
                case "session_id" -> metadataSession = text(member, parser);
                case "user_id" -> metadataUser = text(member, parser);
                default -> {}
            }
            parser.skipChildren();
        }
    }

    private static @Nullable String text(JsonToken value, JsonParser parser) throws IOException {
        if (value == JsonToken.START_OBJECT) {
            parser.skipChildren();
        }
        String text = value == JsonToken.VALUE_STRING ? parser.getText() : "";
        return text.isBlank() ? null : text;
    }

    private static @Nullable String id(JsonParser parser) throws IOException {
        String id = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            boolean named = parser.currentName().equals("id");
            JsonToken value = parser.nextToken();
            String found = named ? text(value, parser) : null;
            id = found == null ? id : found;
            parser.skipChildren();
        }
        return id;
    }
}
