package io.hedgerow.core.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.dialect.BadRequestException;
import io.hedgerow.core.dialect.openai.OpenAiDialect;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("S10")
@Tag("H11")
class SessionsAreNamedTest {
    private static final String USER = "{\"role\":\"user\",\"content\":\"hi\"}";

    private static @Nullable Session session(@Nullable String header, String fields, String messages)
            throws BadRequestException {
        byte[] body = ("{\"model\":\"m\"," + fields + "\"messages\":[" + messages + "]}").getBytes(UTF_8);
        return Session.of(header, OpenAiDialect.INSTANCE.readRequest(body), body);
    }

    private static Session named(@Nullable String header, String fields) throws BadRequestException {
        return Objects.requireNonNull(session(header, fields, USER));
    }

    private static String opening(String messages) throws BadRequestException {
        Session session = Objects.requireNonNull(session(null, "", messages));
        assertThat(session.named()).isFalse();
        return session.name();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"user\":\"it\",",
                "\"user\":\" it \",",
                "\"prompt_cache_key\":\"it\",\"user\":\"other\",",
                "\"user\":\"other\",\"conversation\":\"it\",\"prompt_cache_key\":\"another\",",
                "\"conversation\":{\"id\":\"it\",\"id2\":[{}]},\"user\":\"other\",",
                "\"conversation\":{\"id\":7,\"x\":{\"id\":\"no\"}},\"prompt_cache_key\":\"it\",",
                "\"conversation\":[\"no\"],\"prompt_cache_key\":[\"no\",{}],\"user\":\"it\",",
                "\"conversation\":null,\"prompt_cache_key\":\"\",\"user\":\"it\",",
                "\"user\":\"other\",\"metadata\":{\"a\":[{}],\"user_id\":\"it\",\"b\":{\"user_id\":\"no\"}},",
                "\"metadata\":{\"user_id\":\"other\",\"session_id\":\"it\"},\"user\":\"another\",",
                "\"metadata\":{\"session_id\":\"\",\"user_id\":\"user_0f_account__session_it\"},",
                "\"metadata\":{\"user_id\":\" user_0f_account_1a-2b_session_it \"},\"user\":\"other\",",
                "\"metadata\":{\"user_id\":\"{\\\"device_id\\\":\\\"0f\\\",\\\"session_id\\\":\\\"it\\\"}\"},",
                "\"metadata\":{\"user_id\":{\"session_id\":\"no\"},\"session_id\":[\"no\"]},\"user\":\"it\",",
                "\"metadata\":null,\"user\":\"user_0f_account__session_it\",",
                "\"metadata\":{\"session_id\":\"other\",\"user_id\":\"another\"},\"prompt_cache_key\":\"it\",",
            })
    void theFieldsOfClientsNameASession(String fields) throws BadRequestException {
        assertThat(named(null, fields)).isEqualTo(new Session(Session.nameOf("it"), true));
    }

    @Test
    void metadataThatNamesNothingLeavesItToTheOpening() throws BadRequestException {
        assertThat(named(null, "\"metadata\":{\"user_id\":\" \",\"other\":\"x\"},"))
                .isEqualTo(named(null, ""))
                .extracting(Session::named)
                .isEqualTo(false);
        assertThat(named(null, "\"metadata\":{},").named()).isFalse();
    }

    @Test
    void theHeaderComesFirstAndAnEmptyOneNamesNothing() throws BadRequestException {
        assertThat(named("head", "\"user\":\"field\",").name()).isEqualTo(Session.nameOf("head"));
        assertThat(named("", "\"user\":\"field\",").name()).isEqualTo(Session.nameOf("field"));
        assertThat(named(" \t", "").named()).isFalse();
    }

    @Test
    void whateverANameIsItsHashIsShortAndItsOwn() {
        List<String> names = List.of("a", "b", "x".repeat(1 << 20), "\0\uffff\ud800", "{p:x}", "a b", "a\nb");
        Set<String> hashes = new HashSet<>();
        for (String name : names) {
            assertThat(Session.nameOf(name)).matches("[0-9a-f]{32}");
            hashes.add(Session.nameOf(name));
        }
        assertThat(hashes).hasSize(names.size());
        String name = Session.nameOf("a");
        assertThat(Set.of(name, Session.counted("t", name), Session.counted("u", name), Session.bound(name, "m")))
                .hasSize(4);
    }

    @Test
    void aConversationKeepsItsOpeningAsItGrows() throws BadRequestException {
        String system = "{\"role\":\"system\",\"content\":\"be brief\"},";
        String begun = opening(system + USER);
        String answer = ",{\"role\":\"assistant\",\"content\":\"user\"}";
        assertThat(opening(system + USER + answer)).isEqualTo(begun);
        assertThat(opening(system + USER + answer + "," + USER)).isEqualTo(begun);
        assertThat(opening(system + USER.replace("hi", "ho"))).isNotEqualTo(begun);
        assertThat(opening(USER)).isNotEqualTo(begun);
        assertThat(opening("{\"content\":[{\"role\":\"user\"}],\"role\":\"system\"}," + USER))
                .isNotEqualTo(opening("{\"content\":[{\"role\":\"user\"}],\"role\":\"system\"}"));
    }

    @Test
    void onlyTheFirstMessagesAreLookedAtWhereNoUserSpeaks() throws BadRequestException {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            messages.add("{\"role\":\"system\",\"content\":\"" + i + "\"}");
        }
        String eight = String.join(",", messages);
        assertThat(opening(eight + "," + USER)).isEqualTo(opening(eight));
    }

    @Test
    void aLongOpeningIsToldByItsStartEndAndLength() throws BadRequestException {
        String text = "x".repeat(1 << 20);
        String one = opening("{\"role\":\"user\",\"content\":\"" + text + "\"}");
        assertThat(opening("{\"role\":\"user\",\"content\":\"" + text + "\"}")).isEqualTo(one);
        assertThat(opening("{\"role\":\"user\",\"content\":\"" + text + "x\"}")).isNotEqualTo(one);
        assertThat(opening("{\"role\":\"user\",\"content\":\"y" + text.substring(1) + "\"}"))
                .isNotEqualTo(one);
    }
}
