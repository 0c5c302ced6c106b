package io.hedgerow.redis;

import static io.hedgerow.redis.TestNodes.granted;
import static io.hedgerow.redis.TestNodes.reserve;
import static io.hedgerow.redis.TestNodes.slot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hedgerow.core.port.SlotDecision.Denied;
import io.hedgerow.core.port.SlotDecision.Reason;
import io.hedgerow.redis.RedisSettings.Login;
import io.hedgerow.testkit.fault.TlsFront;
import io.hedgerow.testkit.net.LoopbackCertificate;
import io.hedgerow.testkit.stores.EmbeddedRedis;
import io.hedgerow.testkit.stores.TestStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rediss://} with a CA of one's own: whom it does not know, and who is called otherwise, is told nothing. */
@Tag("S9")
class RedisIsReachedOverTlsTest {
    private static final Denied AWAY = new Denied(Reason.STORE_UNAVAILABLE);
    private static final String UNTRUSTED = "its certificate is signed by nobody who is trusted here";

    @TempDir
    static Path directory;

    private static EmbeddedRedis redis;
    private static LoopbackCertificate loopback;
    private static Path ca;
    private TestNodes nodes;
    private TlsFront front;

    @BeforeAll
    static void start() throws IOException {
        redis = TestStores.newRedis();
        loopback = LoopbackCertificate.create();
        ca = write("ca.pem", loopback);
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void open() {
        nodes = new TestNodes(redis.url());
        front = TlsFront.start(loopback, redis.port());
    }

    @AfterEach
    void close() {
        nodes.close();
        front.close();
    }

    private static Path write(String name, LoopbackCertificate certificate) throws IOException {
        return Files.writeString(directory.resolve(name), certificate.pem());
    }

    private RedisStores node(String scheme, int port, @Nullable Path caFile) {
        return nodes.stranger(settings -> nodes.at(scheme + "://127.0.0.1:" + port)
                .heartbeat(Duration.ofSeconds(1), Duration.ofSeconds(3))
                .login(new Login(null, redis.password().toCharArray()))
                .caFile(caFile));
    }

    private static void awaitTrouble(RedisStores node, String what) {
        await().atMost(1, TimeUnit.MINUTES).until(() -> what.equals(node.trouble()));
        assertThat(node.connected()).isFalse();
        assertThat(reserve(node, slot("p", 1000))).isEqualTo(AWAY);
    }

    private static void awaitConnected(RedisStores node) {
        await().atMost(1, TimeUnit.MINUTES).until(node::connected);
    }

    @Test
    void aServerWhoseCertificateTheFileHasIsAsked() {
        RedisStores node = node("rediss", front.port(), ca);
        awaitConnected(node);
        granted(node, slot("p", 1));
        assertThat(reserve(node, slot("p", 1))).isEqualTo(new Denied(Reason.FULL));
        assertThat(node.trouble()).isNull();
    }

    @Test
    void aServerThatNobodyVouchesForIsToldNothingUntilItShowsTheRightCertificate() {
        front.present(LoopbackCertificate.create());
        RedisStores node = node("rediss", front.port(), ca);
        awaitTrouble(node, UNTRUSTED);
        front.present(loopback);
        awaitConnected(node);
        granted(node, slot("p", 1));
    }

    @Test
    void withoutAFileTheJvmDecidesWhomToTrust() {
        awaitTrouble(node("rediss", front.port(), null), UNTRUSTED);
    }

    @Test
    void aCertificateForAnotherHostIsRefusedThoughItsSignerIsTrusted() throws IOException {
        LoopbackCertificate elsewhere = LoopbackCertificate.forHost("elsewhere.test");
        front.present(elsewhere);
        awaitTrouble(
                node("rediss", front.port(), write("elsewhere.pem", elsewhere)), "its certificate is for another host");
    }

    @Test
    void aServerWithoutTlsIsCalledThat() {
        awaitTrouble(node("rediss", redis.port(), ca), "the encrypted connection cannot be made");
    }

    @Test
    void aFileWithoutCertificatesIsRefusedAtOnce() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty.pem"), "not a certificate\n");
        assertThatThrownBy(() -> node("rediss", front.port(), empty))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty.pem");
    }
}
