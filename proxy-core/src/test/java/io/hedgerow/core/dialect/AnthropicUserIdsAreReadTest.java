package io.hedgerow.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("H11")
class AnthropicUserIdsAreReadTest {
    private static final String SESSION = "2b7e1f04-9c3a-4d58-8a6f-0e1d2c3b4a59";
    private static final String ACCOUNT = "9f8e7d6c-5b4a-4392-8170-a1b2c3d4e5f6";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            user_0123abcd_account_A_session_S
            user_0123abcd_account__session_S
            user_0123abcd_account_x_session_y_session_S
            {"device_id":"0123abcd","account_uuid":"A","session_id":"S"}
            {"device_id":"0123abcd","account_uuid":"","session_id":"S"}
            { "session_id" : "S" , "more" : {"session_id":"no"}, "list": [{"session_id":"no"}] }
            """)
    void claudeCodesSessionIsTakenOutOfIt(String userId) {
        assertThat(AnthropicUserId.sessionOf(userId.replace("S", SESSION).replace("A", ACCOUNT)))
                .isEqualTo(SESSION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "{x",
                "{}{\"session_id\":\"x\"}",
                "{\"session_id\":7}",
                "{\"session_id\":\" \"}",
                "{\"session_id\":\"x\"",
                "{\"session_id\":\"x\"} and more",
                "{\"user\":{\"session_id\":\"x\"}}",
                "0d1c2b3a-4f5e-6d7c-8b9a-0f1e2d3c4b5a",
                "user_0123abcd",
                "user_0123abcd_account_x",
                "user_0123abcd_session_x",
                "user_0123abcd_account_session_x",
                "user_0123abcd_account__session_",
                "user_0123abcd_account__session_ ",
                "user_0123abcd_session_x_account_y",
                "somebody_account__session_x",
                "_session_",
            })
    void whateverElseStaysAsItIs(String userId) {
        assertThat(AnthropicUserId.sessionOf(userId)).isSameAs(userId);
    }

    @Test
    void whatIsTooLongOrTooDeepIsNotLookedInto() {
        String valid = "{\"session_id\":\"x\",\"y\":\"" + "z".repeat(2000) + "\"}";
        assertThat(AnthropicUserId.sessionOf(valid)).isSameAs(valid);
        String deep = "{\"y\":" + "[".repeat(1010);
        assertThat(AnthropicUserId.sessionOf(deep)).isSameAs(deep);
    }
}
