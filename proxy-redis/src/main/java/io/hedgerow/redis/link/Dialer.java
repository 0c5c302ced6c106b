package io.hedgerow.redis.link;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes connections, all with the same login and the same options. Commands on them are never sent again. */
public final class Dialer {
    private static final Logger log = LoggerFactory.getLogger(Dialer.class);
    private static final Duration HANDSHAKE = Duration.ofSeconds(5);

    private final ClientResources resources;
    private final RedisClient client;
    private final StoreLoop loop;
    private final ServerUrl url;
    private final int queue;
    private int turn;

    /** Connects nothing yet. */
    public Dialer(Link.Address address, StoreLoop loop) {
        this.url = ServerUrl.parse(address);
        this.loop = loop;
        this.queue = address.queue();
        this.resources = Sockets.on(loop.loops(), url.isTls())
                .computationThreadPoolSize(2)
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
        this.client = RedisClient.create(resources);
        client.setOptions(options(address));
    }

    private static ClientOptions options(Link.Address address) {
        SslOptions.Builder tls = SslOptions.builder().jdkSslProvider().handshakeTimeout(HANDSHAKE);
        if (address.trust() != null) {
            tls.trustManager(address.trust());
        }
        return ClientOptions.builder()
                .sslOptions(tls.build())
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .timeoutOptions(TimeoutOptions.enabled(address.commandTimeout()))
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(Duration.ofSeconds(1))
                        .keepAlive(true)
                        .build())
                .protocolVersion(ProtocolVersion.RESP2)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .build();
    }

    /** The servers that the URL names, as {@code host:port}. */
    public List<String> named() {
        return url.servers();
    }

    /** A connection that is made again when it breaks; it runs {@code changed} on the store's thread. */
    public Wire wire(String name, String server, Runnable changed) {
        return new Wire(name, this, server, loop, queue, changed);
    }

    CompletionStage<StatefulRedisConnection<String, String>> connect(String server) {
        RedisURI uri = url.uri(server);
        uri.setTimeout(HANDSHAKE);
        return client.connectAsync(StringCodec.UTF8, uri);
    }

    /** Connects to the servers that the URL names in turn, a call each. On the store's thread. */
    public CompletionStage<StatefulRedisPubSubConnection<String, String>> subscribe() {
        List<String> servers = url.servers();
        RedisURI uri = url.uri(servers.get(Math.floorMod(turn++, servers.size())));
        uri.setTimeout(HANDSHAKE);
        return client.connectPubSubAsync(StringCodec.UTF8, uri);
    }

    /** Asks a server over a connection of its own. */
    public <T> CompletionStage<T> askOnce(String server, Request<T> request) {
        return connect(server).thenCompose(connection -> {
            AsyncCommand<String, String, T> command = request.command();
            connection.dispatch(command);
            return command.whenComplete((answer, error) -> close(connection));
        });
    }

    static void close(StatefulRedisConnection<String, String> connection) {
        CompletionStage<Void> closing = connection.closeAsync();
        closing.exceptionally(error -> {
            log.atDebug().setCause(error).log("connection did not close");
            return null;
        });
    }

    /** Frees the threads. Blocks for seconds at most. */
    public void shutdown() {
        client.shutdown(0, 2, TimeUnit.SECONDS);
        var unused = resources.shutdown(0, 2, TimeUnit.SECONDS);
    }
}
