package io.hedgerow.core.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The {@code metadata.user_id} of Anthropic's clients. To the API it is an opaque id; Claude Code puts its session into
 * it, in one of two forms:
 *
 * <pre>
 * user_&lt;device&gt;_account_&lt;account, often empty&gt;_session_&lt;session&gt;
 * {"device_id":"…","account_uuid":"","session_id":"&lt;session&gt;"}
 * </pre>
 */
public final class AnthropicUserId {
    /** Anthropic takes 256 characters. What is much longer is no id of its clients and not looked into. */
    private static final int LONGEST = 1024;

    private static final String START = "user_";
    private static final String ACCOUNT = "_account_";
    private static final String SESSION = "_session_";

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private AnthropicUserId() {}

    /** The session in such an id; the id itself where there is none in it. Allocates only what it cuts out. */
    public static String sessionOf(String userId) {
        if (userId.length() > LONGEST) {
            return userId;
        }
        String session = userId.startsWith("{") ? ofObject(userId) : ofText(userId);
        return session == null || session.isBlank() ? userId : session;
    }

    private static @Nullable String ofText(String userId) {
        int session = userId.startsWith(START) ? userId.lastIndexOf(SESSION) : -1;
        int account = session < 0 ? -1 : userId.lastIndexOf(ACCOUNT, session);
        boolean whole = account >= 0 && session >= account + ACCOUNT.length();
        return whole ? userId.substring(session + SESSION.length()) : null;
    }

    private static @Nullable String ofObject(String userId) {
        try (JsonParser parser = JSON.createParser(userId)) {
            parser.nextToken();
            String session = null;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean named = parser.currentName().equals("session_id");
                if (parser.nextToken() == JsonToken.VALUE_STRING && named) {
                    session = parser.getText();
                }
                parser.skipChildren();
            }
            return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null ? session : null;
        } catch (IOException notJson) {
            // An opaque id may begin with a brace.
            return null;
        }
    }
}
