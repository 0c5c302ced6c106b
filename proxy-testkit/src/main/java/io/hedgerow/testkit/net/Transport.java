package io.hedgerow.testkit.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** The sockets that the testkit runs on: epoll where the machine has it, NIO elsewhere. */
public final class Transport {
    private static final boolean EPOLL = Epoll.isAvailable();
    private static final long SHUTDOWN_SECONDS = 10;

    private Transport() {}

    /** A new group of {@code threads} event loops (daemon threads named after {@code name}); the caller stops it. */
    public static EventLoopGroup newGroup(int threads, String name) {
        return new MultiThreadIoEventLoopGroup(
                threads,
                new DefaultThreadFactory(name, true),
                EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /** The class of listening channels that fits {@link #newGroup}. */
    public static Class<? extends ServerSocketChannel> serverChannel() {
        return EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** The class of connections that fits {@link #newGroup}. */
    public static Class<? extends SocketChannel> clientChannel() {
        return EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** Stops the group without a quiet period and waits (at most ten seconds) until its threads have ended. */
    public static void stop(EventLoopGroup group) {
        group.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly(SHUTDOWN_SECONDS * 1000);
    }

    /** Writes and flushes; a failure reaches the pipeline's {@code exceptionCaught}. */
    @SuppressWarnings("FutureReturnValueIgnored")
    public static void send(ChannelOutboundInvoker to, Object message) {
        to.writeAndFlush(message, to.voidPromise());
    }

    /** Closes in the ordinary way, through every handler. */
    @SuppressWarnings("FutureReturnValueIgnored")
    public static void close(ChannelOutboundInvoker channel) {
        channel.close();
    }

    /** Closes the connection with a RST, past every handler (no TLS close_notify); data not yet sent is lost. */
    public static void reset(Channel channel) {
        if (channel instanceof SocketChannel socket && socket.isOpen()) {
            socket.config().setSoLinger(0);
        }
        channel.unsafe().close(channel.voidPromise());
    }

    /** Closes the connection with a FIN, past every handler (no TLS close_notify). */
    public static void closeAbruptly(Channel channel) {
        channel.unsafe().close(channel.voidPromise());
    }
}
