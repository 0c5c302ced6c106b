package io.hedgerow.launcher.jar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.hedgerow.testkit.stores.DataDirLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that run until they are stopped, stopped while they start: what was opened is closed, exit code 0. */
@Tag("S3")
class StopsAtAnyMomentIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String CONFIG = """
            providers: [{id: main, base_url: "http://127.0.0.1:9/v1", api_key: sk-main}]
            models: [{id: steady, targets: [{provider: main}], hedge: off, price: free}]
            """;

    @TempDir
    private Path home;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        started.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    @Test
    void aGatewayWhoseStoresAreBeingMadeStopsCleanly() throws Exception {
        Process gateway = serve();
        reach(gateway, () -> text("err.log").contains("starting the embedded stores"));
        assertStops(gateway, "TERM");
    }

    @Test
    void aGatewayWhoseDatabaseIsStartingStopsCleanly() throws Exception {
        Process gateway = serve();
        reach(gateway, () -> Files.exists(home.resolve("data/postgres/data/postmaster.pid")));
        assertStops(gateway, InheritedSignals.interrupt());
    }

    @Test
    void aHangupDuringTheStartReloadsAfterIt() throws Exception {
        assumeFalse(InheritedSignals.ignored(InheritedSignals.HUP), "SIGHUP is ignored here");
        Process gateway = serve();
        reach(gateway, () -> text("err.log").contains("starting the embedded stores"));
        signal(gateway, "HUP");
        reach(gateway, () -> text("err.log").contains("configuration reloaded"));
        assertThat(text("out.log")).contains("listens on");
        assertStops(gateway, "TERM");
    }

    @Test
    void aDemonstrationThatIsInterruptedCleansUp() throws Exception {
        Process demo = start("demo", "--requests", "1000");
        reach(demo, () -> text("out.log").contains("Ready on"));
        assertStops(demo, InheritedSignals.interrupt());
        try (Stream<Path> left = Files.list(home)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("hedgerow-demo-"));
        }
    }

    @Test
    void aScriptedProviderStops() throws Exception {
        Process mock = start("mock-upstream", "--port", "0");
        reach(mock, () -> text("out.log").contains("mock provider"));
        assertStops(mock, "TERM");
    }

    private Process serve() throws IOException {
        Files.writeString(home.resolve("hedgerow.yml"), CONFIG);
        return start("serve", "--host", "127.0.0.1", "--port", "0", "--admin-port", "0", "--data-dir", "data");
    }

    private Process start(String... arguments) throws IOException {
        Process process = TheJar.command(home, List.of(arguments), "-Xmx256m", "-Djava.io.tmpdir=" + home)
                .redirectOutput(home.resolve("out.log").toFile())
                .redirectError(home.resolve("err.log").toFile())
                .start();
        started.add(process);
        return process;
    }

    private void assertStops(Process process, String signal) throws Exception {
        signal(process, signal);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(() -> "it ends:\n" + text("err.log"))
                .isTrue();
        assertThat(process.exitValue()).as(() -> text("err.log")).isZero();
        assertThat(ofThisHome()).isEmpty();
        if (Files.exists(home.resolve("data"))) {
            DataDirLock.acquire(home.resolve("data")).close();
        }
    }

    private static void signal(Process process, String signal) throws Exception {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** Processes that work below the directory, where the system tells. */
    private List<Path> ofThisHome() throws IOException {
        Path root = home.toRealPath();
        return ProcessHandle.allProcesses()
                .map(process -> Path.of("/proc", Long.toString(process.pid()), "cwd"))
                .map(StopsAtAnyMomentIT::target)
                .filter(cwd -> cwd.startsWith(root))
                .toList();
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException | UnsupportedOperationException e) {
            return Path.of("/");
        }
    }

    private static void reach(Process process, Callable<Boolean> condition) {
        await().atMost(PATIENCE).until(() -> !process.isAlive() || condition.call());
        assertThat(process.isAlive()).isTrue();
    }

    private String text(String file) {
        try {
            return Files.readString(home.resolve(file));
        } catch (IOException e) {
            return "";
        }
    }
}
