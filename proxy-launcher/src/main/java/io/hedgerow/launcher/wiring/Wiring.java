package io.hedgerow.launcher.wiring;

import io.hedgerow.billing.Billing;
import io.hedgerow.core.Gateway;
import io.hedgerow.core.config.GatewayConfig;
import io.hedgerow.core.config.GatewayConfig.OnRedisFailure;
import io.hedgerow.core.config.GatewayConfig.StoresConfig;
import io.hedgerow.core.port.GatewayPorts;
import io.hedgerow.core.transport.EventLoops;
import io.hedgerow.launcher.admin.AdminBackend;
import io.hedgerow.launcher.admin.AdminServer;
import io.hedgerow.launcher.admin.GatewayStatus;
import io.hedgerow.launcher.admin.OperatorDesk;
import io.hedgerow.launcher.config.ConfigException;
import io.hedgerow.launcher.reload.ConfigReloader;
import io.hedgerow.redis.RedisStores;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway with all that belongs to it. Opens: admin port (so that health can be asked for), stores, billing,
 * Redis, data plane, reloader; closes in reverse. {@link #start} and {@link #close} block.
 */
public final class Wiring implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Wiring.class);
    private static final Duration LOOK_AT_CONFIG = Duration.ofMillis(500);

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Closers closers = new Closers();
    private final ServeSettings settings;
    private final ConfigSource source;
    private final StoresConfig stores;
    private final @Nullable StopRequest stop;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Parts parts;
    private volatile GatewayConfig config;
    private volatile int adminPort;
    private volatile boolean closedWell = true;

    /** What is open once the start is over. */
    private record Parts(
            OpenStores stores, Gateway gateway, Drain drain, ProviderFigures figures, AdminBackend backend) {}

    private Wiring(ServeSettings settings, ConfigSource source, @Nullable StopRequest stop) {
        GatewayConfig initial = source.first().config();
        this.settings = settings;
        this.source = source;
        this.stop = stop;
        this.config = initial;
        this.stores = StoreAddresses.merge(settings.stores(), initial.stores());
    }

    /**
     * Starts a gateway; it accepts requests when this returns. What was opened is closed again when it fails.
     *
     * @throws ConfigException if the configuration is not valid; nothing was opened
     * @throws IllegalArgumentException if the settings contradict each other; nothing was opened
     * @throws IOException if a port or the data directory cannot be used
     */
    public static Wiring start(ServeSettings settings) throws ConfigException, IOException {
        return open(settings, null);
    }

    /**
     * As {@link #start(ServeSettings)}, for a caller who closes this, or gives the start up, when the process is to end: its
     * embedded stores do not stop by themselves before that.
     *
     * @throws java.util.concurrent.CancellationException if a stop was asked for; what was opened is closed again
     */
    public static Wiring start(ServeSettings settings, StopRequest stop) throws ConfigException, IOException {
        return open(settings, stop);
    }

    private static Wiring open(ServeSettings settings, @Nullable StopRequest stop) throws ConfigException, IOException {
        ConfigSource source = ConfigSource.read(settings);
        source.first().warnings().forEach(warning -> log.atWarn().log(warning));
        Wiring wiring = new Wiring(settings, source, stop);
        boolean started = false;
        try {
            wiring.open();
            started = true;
            return wiring;
        } finally {
            if (!started) {
                wiring.closers.closeAll();
            }
        }
    }

    private void open() throws IOException {
        StopRequest.check(stop);
        tryPort();
        SystemMeters.bind(meters, closers);
        EventLoops loops = settings.gateway().openLoops();
        closers.add("event loops", loops);
        AdminServer admin = openAdmin();
        Files.createDirectories(settings.dataDir());
        OpenStores open = OpenStores.open(
                new OpenStores.Plan(settings, stores, config.limits().lease(), stop), meters, loops, closers);
        Billing billing = open.billing();
        RedisStores redis = open.redis();
        billing.connect(redis.notices());
        TenantSeeding seeding = new TenantSeeding(billing);
        seeding.apply(config);
        billing.startRelay(redis.mirror());
        billing.startFeeds(redis.events(), EventFeeds.of(config.events()));
        Gateway gateway = openGateway(billing, redis, loops);
        Drain drain = new Drain(gateway, this::config);
        ProviderFigures figures = new ProviderFigures(this::config, redis.slots(), gateway.routing(), meters);
        ConfigReloader reloader = openReloader(seeding, billing);
        AdminBackend backend = new AdminBackend(
                this::config,
                redis.slots(),
                redis.mirror(),
                billing.queries(),
                billing.summaries(),
                billing.accounts(),
                new OperatorDesk(billing.webhooks(), billing.quarantine()),
                figures::seen,
                gateway::endSession,
                reloader::reload,
                drain::begin);
        parts = new Parts(open, gateway, drain, figures, backend);
        admin.attach(backend);
        log.atInfo()
                .addKeyValue("port", gateway.port())
                .addKeyValue("admin_port", admin.port())
                .addKeyValue("stores", open.embedded() ? "embedded" : "external")
                .log("ready");
    }

    /** A port that is taken is told before the stores are started, which takes seconds. */
    private void tryPort() throws IOException {
        if (settings.gateway().port() == 0) {
            return;
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(
                    settings.gateway().host(), settings.gateway().port()));
        } catch (IOException e) {
            throw cannotListen(e);
        }
    }

    private IOException cannotListen(Exception cause) {
        return new IOException(
                "cannot listen on " + settings.gateway().host() + ":"
                        + settings.gateway().port() + ": " + cause.getMessage(),
                cause);
    }

    private AdminServer openAdmin() throws IOException {
        try {
            AdminServer admin = AdminServer.start(settings.admin(), this::status, this::metrics);
            closers.add("admin", admin);
            adminPort = admin.port();
            return admin;
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on the admin address " + settings.admin().host() + ":"
                            + settings.admin().port() + ": " + e.getMessage(),
                    e);
        }
    }

    private Gateway openGateway(Billing billing, RedisStores redis, EventLoops loops) throws IOException {
        GatewayPorts ports = new GatewayPorts(
                redis.slots(),
                redis.admission(),
                billing.journal(),
                billing.estimator(),
                redis.affinity(),
                redis.sessionEnds(),
                billing.keys());
        try {
            Gateway gateway = Gateway.start(settings.gateway(), loops, this::config, ports, meters);
            closers.add("gateway", gateway);
            return gateway;
        } catch (IOException | RuntimeException e) {
            throw cannotListen(e);
        }
    }

    private ConfigReloader openReloader(TenantSeeding seeding, Billing billing) {
        ConfigReloader reloader = new ConfigReloader(
                source.file(),
                source.loader(),
                loaded -> {
                    Restarts.warn(config, loaded.config());
                    seeding.apply(loaded.config());
                    config = loaded.config();
                    billing.changeFeeds(EventFeeds.of(config.events()));
                },
                meters);
        closers.add("reloader", reloader);
        reloader.inForce(source.first());
        reloader.start(LOOK_AT_CONFIG);
        return reloader;
    }

    private GatewayStatus status() {
        Parts open = parts;
        if (open == null) {
            return GatewayStatus.STARTING;
        }
        Billing billing = open.stores().billing();
        RedisStores redis = open.stores().redis();
        return new GatewayStatus(
                false,
                open.drain().begun(),
                billing.journal().accepting(),
                redis.connected(),
                billing.databaseUp(),
                stores.onRedisFailure() == OnRedisFailure.REFUSE && !redis.deciding(),
                redis.trouble());
    }

    private String metrics() {
        Parts open = parts;
        if (open != null) {
            open.figures().refresh();
        }
        return meters.scrape();
    }

    /** The port of the data plane. */
    public int port() {
        return opened().gateway().port();
    }

    /** The port of the admin endpoints. */
    public int adminPort() {
        return adminPort;
    }

    /** The configuration in force. */
    public GatewayConfig config() {
        return config;
    }

    /** What the admin endpoints stand on, for those in the same process. */
    public AdminBackend backend() {
        return opened().backend();
    }

    /** All meters. */
    public MeterRegistry meters() {
        return meters;
    }

    private Parts opened() {
        Parts open = parts;
        if (open == null) {
            throw new IllegalStateException("not open");
        }
        return open;
    }

    /** Drains for as long as the configuration allows, then closes everything. Only the first call does something. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        opened().drain().await();
        closedWell = closers.closeAll();
        log.atInfo().log("closed");
    }

    /** Whether everything closed as it should. */
    public boolean closedWell() {
        return closedWell;
    }
}
