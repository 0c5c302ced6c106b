package io.hedgerow.core.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;

/**
 * One borrowed connection. An object per acquisition: once it has ended it reaches the channel no more, so that a late
 * call cannot touch the next borrower's answer.
 *
 * <p>Belongs to the channel's event loop.
 */
public final class ChannelLease {
    private final Channel channel;
    private final LoopPools pools;
    private final Origin origin;
    private final boolean reused;
    private final UpstreamEvents events;
    private boolean ended;
    private boolean answerStarted;
    private boolean answerWhole;
    private boolean keepAlive = true;

    ChannelLease(Channel channel, LoopPools pools, Origin origin, boolean reused, UpstreamEvents events) {
        this.channel = channel;
        this.pools = pools;
        this.origin = origin;
        this.reused = reused;
        this.events = events;
    }

    /** Whether the connection has served an earlier request, and may therefore have been closed by the provider. */
    public boolean reused() {
        return reused;
    }

    /** Whether any byte of the answer has come. */
    public boolean answerStarted() {
        return answerStarted;
    }

    /** Sends a request. Takes ownership of the body. */
    public void send(HttpMethod method, String uri, HttpHeaders headers, ByteBuf body) {
        if (ended) {
            body.release();
            return;
        }
        channel.writeAndFlush(new DefaultFullHttpRequest(
                        HttpVersion.HTTP_1_1, method, uri, body, headers, EmptyHttpHeaders.INSTANCE))
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    /** Stops or resumes reading, so that a slow client slows its provider. */
    public void reading(boolean on) {
        if (!ended) {
            channel.config().setAutoRead(on);
        }
    }

    /**
     * Ends the lease: back to the pool if the answer was read to its end and the connection stays open, else closed. On
     * HTTP/1.1 closing is what cancels. Does nothing the second time.
     *
     * @param closed runs on the event loop when the provider's side is over: at once, or when the connection is closed
     */
    public void end(Runnable closed) {
        if (ended) {
            return;
        }
        ended = true;
        channel.pipeline().get(UpstreamHandler.class).returned(this);
        if (answerWhole && keepAlive && channel.isActive()) {
            channel.config().setAutoRead(true);
            pools.giveBack(origin, channel);
            closed.run();
        } else {
            channel.close().addListener(done -> closed.run());
        }
    }

    UpstreamEvents events() {
        return events;
    }

    void answerStarts(boolean keepsAlive) {
        answerStarted = true;
        keepAlive = keepsAlive;
    }

    void answerIsWhole() {
        answerWhole = true;
    }

    void connectionLost() {
        ended = true;
    }
}
