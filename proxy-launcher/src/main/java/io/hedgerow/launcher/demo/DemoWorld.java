package io.hedgerow.launcher.demo;

import io.hedgerow.core.GatewaySettings;
import io.hedgerow.core.config.GatewayConfig.StoresConfig;
import io.hedgerow.core.config.Secret;
import io.hedgerow.core.transport.TransportKind;
import io.hedgerow.launcher.admin.AdminSettings;
import io.hedgerow.launcher.admin.BearerToken;
import io.hedgerow.launcher.config.ConfigException;
import io.hedgerow.launcher.wiring.ServeSettings;
import io.hedgerow.launcher.wiring.StopRequest;
import io.hedgerow.launcher.wiring.Wiring;
import io.hedgerow.testkit.mock.MockUpstream;
import io.hedgerow.testkit.mock.script.MockSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Three scripted providers and a gateway on stores of its own, in a directory that goes away with it. */
final class DemoWorld implements AutoCloseable {
    static final String MODEL = "demo-model";
    static final String TENANT = "demo";
    static final long OPENING_NANO_USD = 10_000_000_000L;

    private static final String STEADY = "ttft=lognormal(60ms,0.25);gap=5ms;events=20;threads=1;name=";
    private static final String MOODY = ";slow-share=0.12;slow-extra=2s";

    private final Map<String, MockUpstream> providers = new LinkedHashMap<>();
    private final Path directory;
    private final Secret key = BearerToken.generate();
    private final Secret adminToken = BearerToken.generate();
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable Wiring gateway;

    private DemoWorld(Path directory) {
        this.directory = directory;
    }

    /** Starts everything; what was started is stopped again when it fails. */
    static DemoWorld open(StopRequest stop) throws IOException, ConfigException {
        DemoWorld world = new DemoWorld(Files.createTempDirectory("hedgerow-demo-"));
        boolean opened = false;
        try {
            world.start(stop);
            opened = true;
            return world;
        } finally {
            if (!opened) {
                world.close();
            }
        }
    }

    private void start(StopRequest stop) throws IOException, ConfigException {
        int seed = 1;
        for (String name : new String[] {"steady-a", "steady-b", "moody-c"}) {
            String script = STEADY + name + ";seed=" + seed++ + (name.startsWith("moody") ? MOODY : "");
            providers.put(name, MockUpstream.start(MockSettings.parse(script)));
        }
        Path file = Files.writeString(directory.resolve("hedgerow.yml"), configuration());
        ServeSettings settings = new ServeSettings(
                file,
                new GatewaySettings("127.0.0.1", 0, 0, TransportKind.AUTO),
                new AdminSettings("127.0.0.1", 0, adminToken),
                StoresConfig.EMBEDDED,
                directory.resolve("data"),
                null,
                Map.of("DEMO_KEY", key.reveal()));
        gateway = Wiring.start(settings, stop);
    }

    private String configuration() {
        StringBuilder yaml = new StringBuilder("providers:\n");
        providers.forEach((name, mock) -> yaml.append("  - {id: " + name + ", base_url: \"" + mock.baseUrl()
                + "\", api_key: \"${DEMO_KEY}\", max_concurrency: 50}\n"));
        yaml.append("models:\n  - id: " + MODEL + "\n    targets:\n");
        providers.keySet().forEach(name -> yaml.append("      - {provider: " + name + "}\n"));
        return yaml.append("    hedge: {delay: p95, min_delay: 50ms, max_delay: 300ms}\n")
                .append("    price: {input: 0.25, output: 2.00}\n")
                .append("tenants:\n  - id: " + TENANT + "\n    balance: 10\n")
                .append("    keys: [{id: demo-key, secret: \"${DEMO_KEY}\"}]\n")
                .toString();
    }

    /** Makes the one provider slow for every request, or only now and then. */
    void alwaysSlow(boolean always) {
        MockUpstream moody = providers.get("moody-c");
        if (moody != null) {
            String slow = always ? ";slow-share=1;slow-extra=2s" : MOODY;
            moody.reconfigure(moody.settings().with(slow));
        }
    }

    Wiring gateway() {
        Wiring running = gateway;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + gateway().port());
    }

    Secret key() {
        return key;
    }

    Secret adminToken() {
        return adminToken;
    }

    /** Answers that providers are giving now. */
    long activeAnswers() {
        return providers.values().stream()
                .mapToLong(mock -> mock.stats().active())
                .sum();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        Wiring running = gateway;
        if (running != null) {
            running.close();
        }
        providers.values().forEach(MockUpstream::close);
        try {
            delete(directory);
        } catch (IOException e) {
            throw new IllegalStateException("the directory " + directory + " could not be removed: " + e, e);
        }
    }

    private static void delete(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
