package io.hedgerow.testkit.mock;

import io.hedgerow.testkit.mock.script.MockSettings;
import io.hedgerow.testkit.net.Transport;
import io.hedgerow.testkit.transcript.ApiDialect;
import io.hedgerow.testkit.transcript.Transcripts;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A scripted provider on 127.0.0.1: {@code POST …/chat/completions} streamed or not, {@code GET …/models}, {@code GET
 * /stats} and {@code GET /stats/requests} (one JSON object per request and line, oldest first;
 * {@code ?after=17} leaves out the first 17 requests). HTTP/1.1 with keep-alive. All methods may be called from any thread.
 *
 * <pre>{@code
 * try (MockUpstream mock = MockUpstream.start(MockSettings.parse("ttft=20ms;gap=5ms;events=20"))) {
 *     client.post(mock.baseUrl() + "/chat/completions", …);
 * }
 * }</pre>
 *
 * @see io.hedgerow.testkit.mock.script.MockScript for what a script can say
 */
public final class MockUpstream implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final int ACCEPTS_PER_TURN = 256;
    private static final int MAX_LINE = 16 * 1024;
    private static final int MAX_HEADERS = 64 * 1024;
    private static final int MAX_CHUNK = 64 * 1024;

    private final Tally tally;
    private final RequestRouter router;
    private final EventLoopGroup loops;
    private final Channel listener;
    private final boolean secure;

    private MockUpstream(MockSettings settings, @Nullable SslContext ssl) {
        // Read here, so that no event loop reads files when a request asks for one.
        Transcripts.names(ApiDialect.OPENAI);
        tally = new Tally(settings.keep());
        router = new RequestRouter(tally, settings);
        secure = ssl != null;
        loops = Transport.newGroup(settings.threads(), "mock-" + settings.name());
        try {
            listener = new ServerBootstrap()
                    .group(loops)
                    .channel(Transport.serverChannel())
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .option(ChannelOption.RECVBUF_ALLOCATOR, accepting())
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(pipeline(ssl))
                    .bind("127.0.0.1", settings.port())
                    .syncUninterruptibly()
                    .channel();
        } catch (RuntimeException e) {
            Transport.stop(loops);
            throw e;
        }
    }

    /** Starts a provider; it listens on return. */
    public static MockUpstream start(MockSettings settings) {
        return new MockUpstream(settings, null);
    }

    /** Starts a provider that speaks https. */
    public static MockUpstream startSecure(MockSettings settings, SslContext ssl) {
        return new MockUpstream(settings, ssl);
    }

    /** The port it listens on. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Scheme, host, port and the prefix {@code /v1}. */
    public String baseUrl() {
        return (secure ? "https" : "http") + "://127.0.0.1:" + port() + "/v1";
    }

    /** The settings in force. */
    public MockSettings settings() {
        return router.settings();
    }

    /**
     * Changes the behaviour of requests from now on; those in progress keep theirs. Port, threads and what is
     * remembered stay as they were at the start.
     */
    public void reconfigure(MockSettings settings) {
        router.settings(settings);
    }

    /** The counters now. */
    public MockStats stats() {
        return tally.stats();
    }

    /** The last requests that have ended, oldest first. */
    public List<ServedRequest> served() {
        return tally.served();
    }

    /** The last requests as they came in, oldest first. */
    public List<ReceivedRequest> received() {
        return tally.received();
    }

    /** Stops listening and closes every connection. */
    @Override
    public void close() {
        Transport.stop(loops);
    }

    /** A busy loop comes to accepting rarely; it then takes all that wait. */
    private static RecvByteBufAllocator accepting() {
        return new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(ACCEPTS_PER_TURN);
    }

    private ChannelInitializer<SocketChannel> pipeline(@Nullable SslContext ssl) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                if (ssl != null) {
                    channel.pipeline().addLast("tls", ssl.newHandler(channel.alloc()));
                }
                channel.pipeline()
                        .addLast("decoder", new HttpRequestDecoder(MAX_LINE, MAX_HEADERS, MAX_CHUNK))
                        .addLast("connection", new MockConnection(router, tally));
            }
        };
    }
}
