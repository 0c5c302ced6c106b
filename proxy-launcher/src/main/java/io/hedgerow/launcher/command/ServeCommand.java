package io.hedgerow.launcher.command;

import io.hedgerow.core.GatewaySettings;
import io.hedgerow.core.config.Secret;
import io.hedgerow.core.transport.TransportKind;
import io.hedgerow.launcher.admin.AdminSettings;
import io.hedgerow.launcher.admin.BearerToken;
import io.hedgerow.launcher.config.ConfigException;
import io.hedgerow.launcher.wiring.ServeSettings;
import io.hedgerow.launcher.wiring.StopRequest;
import io.hedgerow.launcher.wiring.Wiring;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code serve}: runs the gateway until SIGTERM. */
@Command(
        name = "serve",
        description = {
            "Runs the gateway until it is stopped.",
            "Without --redis-url and --database-url it starts a Redis and a PostgreSQL of its own, with their data under",
            "--data-dir."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The admin endpoints need the token in HEDGEROW_ADMIN_TOKEN; one is made up and printed if there is none.",
            "SIGTERM drains and ends with exit code 0; SIGHUP reads the configuration anew."
        })
public final class ServeCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "hedgerow.yml",
            description = "The configuration (default: ${DEFAULT-VALUE}).")
    private Path config;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "0.0.0.0",
            description = "Where clients are listened to (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Their port; 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--admin-host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "Where the admin endpoints are (default: ${DEFAULT-VALUE}).")
    private String adminHost;

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            defaultValue = "9090",
            description = "Their port; 0 for any free one (default: ${DEFAULT-VALUE}).")
    private int adminPort;

    @Mixin
    private AdminTokenFlag adminToken = new AdminTokenFlag();

    @Mixin
    private StoreFlags stores = new StoreFlags();

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = "hedgerow-data",
            description = "Journal and embedded stores; serves one process (default: ${DEFAULT-VALUE}).")
    private Path dataDir;

    @Option(
            names = "--node-id",
            paramLabel = "ID",
            description = "This node's name; otherwise made up once and kept in the data directory.")
    private @Nullable String nodeId;

    @Option(
            names = "--event-loop-threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "Threads for connections; 0 for one per core.")
    private int eventLoopThreads;

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "auto, io_uring, epoll, kqueue or nio (default: ${DEFAULT-VALUE}).")
    private TransportKind transport;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, IOException, InterruptedException {
        Secret token = adminToken.read(System.getenv());
        StopRequest stop = EndBySignal.request();
        Wiring wiring;
        try {
            wiring = start(token == null ? BearerToken.generate() : token, token == null);
        } catch (IOException | RuntimeException e) {
            if (!stop.isAsked()) {
                throw e;
            }
            log.atInfo().addKeyValue("because", e.getMessage()).log("the start was given up");
            return 0;
        }
        stop.await();
        wiring.close();
        return wiring.closedWell() ? 0 : 1;
    }

    private Wiring start(Secret token, boolean tell) throws ConfigException, IOException {
        ServeSettings settings;
        try {
            settings = settings(token);
            Wiring wiring = Wiring.start(settings, EndBySignal.request());
            PrintWriter out = spec.commandLine().getOut();
            if (tell) {
                out.println("admin token (HEDGEROW_ADMIN_TOKEN is not set): " + token.reveal());
            }
            out.println("hedgerow listens on http://" + host + ":" + wiring.port() + ", admin on http://" + adminHost
                    + ":" + wiring.adminPort());
            out.flush();
            return wiring;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private ServeSettings settings(Secret token) {
        checkPort("--port", port);
        checkPort("--admin-port", adminPort);
        if (eventLoopThreads < 0 || eventLoopThreads > 1024) {
            throw new IllegalArgumentException("--event-loop-threads is out of bounds: from 0 to 1024");
        }
        return new ServeSettings(
                config,
                new GatewaySettings(host, port, eventLoopThreads, transport),
                new AdminSettings(adminHost, adminPort, token),
                stores.stores(System.getenv()),
                dataDir,
                nodeId,
                System.getenv());
    }

    private static void checkPort(String flag, int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(flag + " is out of bounds: from 0 to 65535");
        }
    }
}
