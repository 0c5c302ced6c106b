package io.hedgerow.launcher.reload;

import static io.hedgerow.launcher.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.hedgerow.core.port.MeterNames;
import io.hedgerow.launcher.config.ConfigLoader;
import io.hedgerow.launcher.config.LoadedConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A changed file is put in force, a wrong one is refused. */
class ConfigReloaderTest {
    private static final Duration INTERVAL = Duration.ofMillis(20);

    @TempDir
    Path directory;

    private final List<LoadedConfig> applied = new CopyOnWriteArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Path file;
    private ConfigReloader reloader;

    @BeforeEach
    void open() throws IOException {
        file = Files.writeString(directory.resolve("hedgerow.yml"), config("first"));
        reloader = reloader(file);
    }

    @AfterEach
    void close() {
        reloader.close();
    }

    private ConfigReloader reloader(Path watched) {
        return new ConfigReloader(
                new WatchedFile(watched), new ConfigLoader(Map.of("KEY", "sk-1")), applied::add, meters);
    }

    /** At once: whoever looks sees all of the one or all of the other. */
    private void replace(String text) throws IOException {
        Path other = Files.writeString(directory.resolve(".hedgerow.yml.swp"), text);
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void eachFileThatAnEditorReplacesByRenamingIsPutInForceOnce() throws IOException {
        reloader.start(INTERVAL);
        replace(config("second"));
        await().until(() -> count("applied") == 1);

        replace(config("third"));
        await().until(() -> count("applied") == 2);
        assertThat(modelsInForce()).containsExactly("second", "third");
        assertThat(count("refused")).isZero();
    }

    @Test
    void anUnchangedFileIsReadAnewWhenItIsTime() {
        reloader.refreshAfter(Duration.ofMillis(1));
        reloader.start(INTERVAL);

        await().atMost(Duration.ofSeconds(60)).until(() -> !applied.isEmpty());
        assertThat(count("refused")).isZero();
    }

    @Test
    @Tag("B17")
    void aPriceListThatDoesNotAnswerAnyMoreIsCountedAsStale() throws IOException {
        AtomicInteger status = new AtomicInteger(200);
        byte[] list = "{\"m\":{\"input_cost_per_token\":1e-6,\"output_cost_per_token\":1e-6}}".getBytes(UTF_8);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(status.get(), list.length);
                exchange.getResponseBody().write(list);
            }
        });
        server.start();
        try {
            replace(config("priced") + "prices: {import: \"http://127.0.0.1:"
                    + server.getAddress().getPort() + "/list.json\"}\n");
            for (int answer : new int[] {200, 500, 200}) {
                status.set(answer);
                assertThat(reloader.reload()).isInstanceOf(ReloadResult.Applied.class);
                assertThat(meters.get(MeterNames.PRICES_STALE).gauge().value()).isEqualTo(answer == 200 ? 0 : 1);
            }
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aFileThatIsWrittenInPlaceIsPutInForce() throws IOException {
        reloader.start(INTERVAL);
        Files.writeString(file, config("second"));

        await().until(() -> modelsInForce().contains("second"));
    }

    @Test
    void aFileThatChangedBeforeTheWatchBeganIsPutInForce() throws IOException {
        replace(config("second"));
        reloader.start(INTERVAL);

        await().until(() -> modelsInForce().contains("second"));
    }

    @Test
    void aSwappedLinkAsKubernetesMakesItIsPutInForce() throws IOException {
        Path first = Files.createDirectory(directory.resolve("..v1"));
        Path second = Files.createDirectory(directory.resolve("..v2"));
        Files.writeString(first.resolve("c.yml"), config("first"));
        Files.writeString(second.resolve("c.yml"), config("linked"));
        Path data = Files.createSymbolicLink(directory.resolve("..data"), first);
        Path mounted = Files.createSymbolicLink(directory.resolve("mounted.yml"), Path.of("..data/c.yml"));
        try (ConfigReloader watching = reloader(mounted)) {
            watching.start(INTERVAL);
            Path swap = Files.createSymbolicLink(directory.resolve("..swap"), second);
            Files.move(swap, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

            await().until(() -> modelsInForce().contains("linked"));
        }
    }

    @Test
    void aWrongFileIsRefusedAndCountedAndTheNextRightOneWorks() throws IOException {
        reloader.start(INTERVAL);
        replace(config("second").replace("price: free", "prise: free"));

        await().until(() -> count("refused") == 1);
        assertThat(applied).isEmpty();

        replace(config("third"));
        await().until(() -> modelsInForce().contains("third"));
        assertThat(count("refused")).isEqualTo(1);
    }

    @Test
    void askingReloadsAnUnchangedFileToo() {
        assertThat(reloader.reload()).isEqualTo(new ReloadResult.Applied(List.of()));
        assertThat(applied).hasSize(1);
    }

    @Test
    void askingSaysWhatIsWrong() throws IOException {
        replace(config("second").replace("provider: a", "provider: b"));

        assertThat(reloader.reload())
                .isInstanceOfSatisfying(
                        ReloadResult.Refused.class,
                        refused -> assertThat(refused.mistakes())
                                .singleElement()
                                .asString()
                                .contains(":5:", "\"b\" is not the id of a provider"));
        assertThat(applied).isEmpty();
    }

    @Test
    void aConfigurationThatCannotBePutInForceIsRefused() {
        try (ConfigReloader failing = new ConfigReloader(
                new WatchedFile(file),
                new ConfigLoader(Map.of("KEY", "sk-1")),
                loaded -> {
                    throw new IllegalStateException("no room");
                },
                meters)) {
            assertThat(failing.reload()).isInstanceOf(ReloadResult.Refused.class);
            assertThat(count("refused")).isEqualTo(1);
        }
    }

    @Test
    void askingForAnEmptyOrALackingFileSaysSo() throws IOException {
        replace("");
        assertThat(refusal(reloader.reload())).contains("the file is empty");
        Files.delete(file);
        assertThat(refusal(reloader.reload())).contains("no such file");
        assertThat(count("refused")).isEqualTo(2);
        assertThat(applied).isEmpty();
    }

    private static String refusal(ReloadResult result) {
        return result instanceof ReloadResult.Refused refused
                ? refused.mistakes().toString()
                : "not refused";
    }

    @Test
    void aHalfWrittenFileIsNotTakenForAWholeOne() throws IOException {
        WatchedFile watched = new WatchedFile(file);
        Files.writeString(file, "providers:");
        assertThat(watched.change()).isNull();
        Files.writeString(file, config("whole"));
        assertThat(watched.change()).isNull();
        assertThat(watched.change()).asString(UTF_8).isEqualTo(config("whole"));
        assertThat(watched.change()).isNull();
        Files.delete(file);
        assertThat(watched.change()).isNull();
        assertThat(watched.change()).isNull();
    }

    @Test
    void anEmptyFileIsOneThatIsAboutToBeWritten() throws IOException {
        WatchedFile watched = new WatchedFile(file);
        Files.writeString(file, "");
        assertThat(watched.change()).isNull();
        assertThat(watched.change()).isNull();
        assertThat(watched.change()).isNull();
        Files.writeString(file, config("first"));
        assertThat(watched.change()).as("the old content again").isNull();
        assertThat(watched.change()).isNull();
        Files.writeString(file, config("second"));
        assertThat(watched.change()).isNull();
        assertThat(watched.change()).asString(UTF_8).isEqualTo(config("second"));
    }

    @Test
    void whatIsPutInForceIsWhatWasJudgedWhateverTheFileHoldsByThen() throws Exception {
        byte[] judged = config("judged").getBytes(UTF_8);
        Files.writeString(file, "providers: [");

        assertThat(new ConfigLoader(Map.of("KEY", "sk-1"))
                        .load(file, judged)
                        .config()
                        .models())
                .containsOnlyKeys("judged");
    }

    private List<String> modelsInForce() {
        return applied.stream()
                .flatMap(loaded -> loaded.config().models().keySet().stream())
                .toList();
    }

    private double count(String result) {
        return meters.counter("hedgerow.config.reloads", "result", result).count();
    }

    private static String config(String model) {
        return """
               providers:
                 - {id: a, base_url: "http://127.0.0.1:9", api_key: "${KEY}"}
               models:
                 - id: %s
                   targets: [{provider: a}]
                   price: free
               tenants:
                 - {id: t, keys: [{id: k, secret: "${KEY}"}]}
               """.formatted(model);
    }
}
