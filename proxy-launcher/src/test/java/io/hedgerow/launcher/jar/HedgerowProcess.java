package io.hedgerow.launcher.jar;

import static io.hedgerow.launcher.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.launcher.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * {@code serve} as a child process, on free ports, with its files in a directory of its own: {@code hedgerow.yml},
 * {@code data}, and one log per start. One thread uses it. Closing it leaves no process behind, nor does the end of
 * the JVM.
 */
final class HedgerowProcess implements AutoCloseable {
    private static final Duration PATIENCE = Patience.LONG;
    private static final Duration ORPHANS = Duration.ofSeconds(10);
    private static final Pattern LISTENS = Pattern.compile("listens on http://[^ ]*:(\\d+), admin on (http://\\S+)\\R");
    private static final int TAIL = 12_000;
    private static final List<String> USUAL = List.of("-Xmx384m", "-Dio.netty.leakDetection.level=paranoid");
    private static final List<String> SHORT_LIVED = List.of(
            "-Xmx256m",
            "-Dio.netty.leakDetection.level=paranoid",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto");
    private static final Set<HedgerowProcess> LIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> LIVE.forEach(HedgerowProcess::killAll)));
    }

    private final Path home;
    private final List<String> flags;
    private final List<String> jvm;
    private final Set<ProcessHandle> children = ConcurrentHashMap.newKeySet();
    private int starts;
    private @Nullable Process process;
    private URI url = URI.create("http://127.0.0.1");
    private AdminClient admin = new AdminClient(url);

    private HedgerowProcess(Path home, List<String> flags, List<String> jvm) {
        this.home = home;
        this.flags = flags;
        this.jvm = jvm;
    }

    /**
     * Starts a gateway; returns when it is ready for requests.
     *
     * @param config the configuration's text
     * @param flags more of them; ports, files and the data directory are set
     */
    static HedgerowProcess start(String config, String... flags) {
        HedgerowProcess started = launch(config, flags);
        await().until(() -> started.admin.status("/readyz") == 200);
        return started;
    }

    /** As {@link #start}, for one that is killed and started often: its JVM starts as fast as it can. */
    static HedgerowProcess startShortLived(String config) {
        HedgerowProcess started = launch(config, List.of(), SHORT_LIVED);
        await().until(() -> started.admin.status("/readyz") == 200);
        return started;
    }

    /** As {@link #start}, for one that will not be ready at once: returns when its ports are open. */
    static HedgerowProcess launch(String config, String... flags) {
        return launch(config, List.of(flags), USUAL);
    }

    private static HedgerowProcess launch(String config, List<String> flags, List<String> jvm) {
        HedgerowProcess launched;
        try {
            Path home = Files.createTempDirectory("hedgerow-it");
            Files.writeString(home.resolve("hedgerow.yml"), config);
            launched = new HedgerowProcess(home, flags, jvm);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        LIVE.add(launched);
        launched.launch();
        return launched;
    }

    private void launch() {
        starts++;
        List<String> arguments = new ArrayList<>(List.of("serve", "--host", "127.0.0.1", "--port", "0"));
        arguments.addAll(List.of("--admin-port", "0", "--data-dir", "data"));
        arguments.addAll(flags);
        Path out = home.resolve("out-" + starts + ".log");
        Process started;
        try {
            started = TheJar.command(home, arguments, jvm.toArray(String[]::new))
                    .redirectOutput(out.toFile())
                    .redirectError(log(starts).toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = started;
        try {
            await().until(() -> !started.isAlive() || listening(out));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("the gateway does not start:\n" + logTail(), e);
        }
        assertThat(started.isAlive())
                .as(() -> "the gateway lives:\n" + logTail())
                .isTrue();
        noteChildren();
    }

    private boolean listening(Path out) throws IOException {
        Matcher line = LISTENS.matcher(Files.readString(out));
        if (!line.find()) {
            return false;
        }
        url = URI.create("http://127.0.0.1:" + line.group(1));
        admin = new AdminClient(URI.create(line.group(2)));
        return true;
    }

    /** Scheme, host and port for clients. */
    URI url() {
        return url;
    }

    /** The admin endpoints. */
    AdminClient admin() {
        return admin;
    }

    Path home() {
        return home;
    }

    long pid() {
        return running().pid();
    }

    boolean isAlive() {
        return running().isAlive();
    }

    /** The stores that it has started, dead ones included, and their own children. */
    Set<ProcessHandle> children() {
        noteChildren();
        return Set.copyOf(children);
    }

    /** Its live child whose program is called so. */
    ProcessHandle child(String program) {
        return running()
                .children()
                .filter(ProcessHandle::isAlive)
                .filter(child -> child.info().command().orElse("").endsWith("/" + program))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no child " + program + ":\n" + logTail()));
    }

    /** SIGKILL: no farewell. Its stores go on, as they would after a crash. */
    void kill9() throws InterruptedException {
        noteChildren();
        running().destroyForcibly().waitFor();
    }

    /** SIGTERM, without waiting for the end. */
    void signalEnd() {
        noteChildren();
        running().destroy();
    }

    /** SIGTERM; the exit code. */
    int terminate() throws InterruptedException {
        signalEnd();
        return awaitExit();
    }

    /** The exit code. */
    int awaitExit() throws InterruptedException {
        assertThat(running().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(() -> "the gateway ends:\n" + logTail())
                .isTrue();
        return running().exitValue();
    }

    /** Starts again on the same data, on other ports, after an end of whatever kind. */
    void restart() {
        assertThat(isAlive()).isFalse();
        launch();
        await().until(() -> admin.status("/readyz") == 200);
    }

    /** What it has logged in its present run. */
    String log() {
        try {
            // A character may be half written, which readString would not bear.
            return new String(Files.readAllBytes(log(starts)), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String logTail() {
        String all = log();
        return all.substring(Math.max(0, all.length() - TAIL));
    }

    /** The ends of the logs of all gateways that are open, for a test that failed. */
    static String logs() {
        StringBuilder logs = new StringBuilder();
        for (HedgerowProcess live : LIVE) {
            logs.append(live.log(live.starts))
                    .append(":\n")
                    .append(live.logTail())
                    .append('\n');
        }
        return logs.toString();
    }

    private Path log(int start) {
        return home.resolve("err-" + start + ".log");
    }

    private Process running() {
        return Objects.requireNonNull(process, "not started");
    }

    private void noteChildren() {
        running().descendants().forEach(children::add);
    }

    /** Ends it, cleanly if it can be, and all that it has started. */
    @Override
    public void close() {
        try {
            running().destroy();
            if (!running().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the gateway does not end:\n" + logTail());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            killAll();
            LIVE.remove(this);
        }
        awaitOrphans();
        removeFiles();
    }

    /** A killed process writes until it is gone, and one that nobody buries is never gone. */
    private void awaitOrphans() {
        CompletableFuture<?>[] ends =
                children.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(ends)
                .completeOnTimeout(null, ORPHANS.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private void removeFiles() {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void killAll() {
        Process last = process;
        if (last != null) {
            noteChildren();
            last.destroyForcibly();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
