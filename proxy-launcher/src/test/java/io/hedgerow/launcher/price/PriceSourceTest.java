package io.hedgerow.launcher.price;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.hedgerow.launcher.ServerTls;
import io.hedgerow.testkit.net.LoopbackCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("B17")
class PriceSourceTest {
    @TempDir
    Path directory;

    private final List<String> warnings = new ArrayList<>();
    private HttpServer server;
    private volatile int status = 200;
    private volatile byte[] body = {};

    @BeforeEach
    void serve() throws IOException {
        body = PriceListsAreReadTest.extract();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/prices.json", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/prices.json";
    }

    private PriceList get(PriceSource source, String location) throws PriceListException {
        return source.get(location, directory, warnings::add);
    }

    @Test
    void aFileIsReadRelativeToTheConfiguration() throws Exception {
        Files.write(directory.resolve("list.json"), body);
        assertThat(get(PriceSource.keepingNothing(), "list.json").entries()).containsKey("gpt-5");
        assertThatThrownBy(() -> get(PriceSource.keepingNothing(), "gone.json")).hasMessage("does not exist");
    }

    @Test
    void aCertificateIsTrustedWhereItsSignerIsInTheCaFile() throws Exception {
        LoopbackCertificate own = LoopbackCertificate.create();
        LoopbackCertificate other = LoopbackCertificate.create();
        try (Secure secure = new Secure(own)) {
            assertThatThrownBy(() -> get(PriceSource.keepingNothing(), secure.url()))
                    .hasMessageContaining("PKIX path");
            assertThatThrownBy(() -> get(secure, other.pem())).hasMessageContaining("PKIX path");
            String amongOthers =
                    other.pem() + own.pem() + LoopbackCertificate.create().pem();
            assertThat(get(secure, amongOthers).entries()).containsKey("gpt-5");
        }
        LoopbackCertificate elsewhere = LoopbackCertificate.forHost("prices.example");
        try (Secure secure = new Secure(elsewhere)) {
            assertThatThrownBy(() -> get(secure, elsewhere.pem())).hasMessageContaining("127.0.0.1");
        }
    }

    private PriceList get(Secure from, String trusted) throws Exception {
        Path ca = Files.writeString(directory.resolve("ca.pem"), trusted);
        return PriceSource.keepingNothing().get(from.url(), ca, directory, warnings::add);
    }

    /** The same list over TLS. */
    private final class Secure implements AutoCloseable {
        private final HttpsServer https =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

        Secure(LoopbackCertificate certificate) throws Exception {
            https.setHttpsConfigurator(new HttpsConfigurator(ServerTls.presenting(certificate)));
            https.createContext("/prices.json", PriceSourceTest.this::answer);
            https.start();
        }

        String url() {
            return "https://127.0.0.1:" + https.getAddress().getPort() + "/prices.json";
        }

        @Override
        public void close() {
            https.stop(0);
        }
    }

    @Test
    void aUrlThatFailsLeavesTheListThatWasGotBefore() throws Exception {
        PriceSource source = PriceSource.keepingIn(directory.resolve("kept"));
        assertThat(get(source, url()).entries()).containsKey("gpt-5");
        assertThat(warnings).isEmpty();
        status = 500;
        assertThat(get(source, url()).entries()).containsKey("gpt-5");
        assertThat(warnings).singleElement().asString().contains("status 500", "stay in force");
        status = 200;
        body = "<html>maintenance</html>".getBytes(UTF_8);
        assertThat(get(source, url()).entries()).containsKey("gpt-5");
        assertThat(warnings.get(1)).contains("is not JSON");
    }

    @Test
    void aUrlThatFailsAtTheStartIsReplacedByTheCopyThatAnEarlierRunKept() throws Exception {
        String url = url();
        get(PriceSource.keepingIn(directory.resolve("kept")), url);
        status = 503;
        PriceSource next = PriceSource.keepingIn(directory.resolve("kept"));
        assertThat(get(next, url).entries()).containsKey("gpt-5");
        assertThat(warnings).singleElement().asString().contains("status 503", "the copy of");
        assertThatThrownBy(() -> get(next, url + "?other"))
                .isInstanceOf(PriceListException.class)
                .hasMessageContaining("cannot be got: status 503");
    }

    @Test
    void withoutACopyItIsAnError() {
        status = 404;
        body = new byte[0];
        assertThatThrownBy(() -> get(PriceSource.keepingIn(directory.resolve("kept")), url()))
                .isInstanceOf(PriceListException.class)
                .hasMessageContaining("status 404");
        assertThat(directory.resolve("kept")).doesNotExist();
    }
}
