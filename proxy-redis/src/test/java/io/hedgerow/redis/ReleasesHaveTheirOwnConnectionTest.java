package io.hedgerow.redis;

import static io.hedgerow.redis.TestNodes.join;
import static io.hedgerow.redis.TestNodes.slot;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.core.port.SlotDecision;
import io.hedgerow.core.port.SlotLease;
import io.hedgerow.core.port.SlotLease.Outcome;
import io.hedgerow.testkit.stores.TestStores;
import io.lettuce.core.RedisURI;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Redis itself tells over which connection a command came. */
@Tag("S4")
class ReleasesHaveTheirOwnConnectionTest {
    private static final Pattern CALL =
            Pattern.compile("\\[0 (?<sender>\\S+)] \"EVALSHA\" \"(?<script>\\w+)\"(?<arguments>.*)");
    private static final int ANSWER_MILLIS = 240_000;

    @Test
    void aReleaseDoesNotStandBeforeWhatRequestsWaitFor() throws IOException {
        String url = TestStores.redis().url();
        try (TestNodes nodes = new TestNodes(url);
                Socket monitor = monitor(url)) {
            BufferedReader commands =
                    new BufferedReader(new InputStreamReader(monitor.getInputStream(), StandardCharsets.UTF_8));
            RedisStores node = nodes.node();
            SlotLease lease = ((SlotDecision.Granted) join(node.slots().reserve(slot("p", 3)))).lease();
            lease.release(Outcome.COMPLETED);

            Map<String, String> senders = new HashMap<>();
            while (senders.size() < 2) {
                Matcher call = CALL.matcher(commands.readLine());
                if (call.find() && call.group("arguments").contains(lease.id())) {
                    senders.put(call.group("script"), call.group("sender"));
                }
            }
            assertThat(senders.values())
                    .as("of the reservation and of the release")
                    .doesNotHaveDuplicates();
        }
    }

    private static Socket monitor(String url) throws IOException {
        RedisURI uri = RedisURI.create(url);
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(ANSWER_MILLIS);
        String password = new String(uri.getCredentialsProvider()
                .resolveCredentials()
                .blockOptional()
                .orElseThrow()
                .getPassword());
        socket.getOutputStream().write(("AUTH " + password + "\r\nMONITOR\r\n").getBytes(StandardCharsets.UTF_8));
        return socket;
    }
}
