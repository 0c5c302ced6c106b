package io.hedgerow.core.drive;

import io.hedgerow.core.client.ClientEvents;
import io.hedgerow.core.client.ClientRequest;
import io.hedgerow.core.client.RejectedRequest;
import io.hedgerow.core.client.ResponseWriter;
import io.hedgerow.core.config.ModelConfig;
import io.hedgerow.core.dialect.BadRequestException;
import io.hedgerow.core.dialect.ClientDialect;
import io.hedgerow.core.dialect.ClientError;
import io.hedgerow.core.dialect.RequestFacts;
import io.hedgerow.core.dialect.openai.OpenAiDialect;
import io.hedgerow.core.dialect.openai.OpenAiModels;
import io.hedgerow.core.routing.Rollout;
import io.hedgerow.core.session.Session;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client connection: finds the endpoint, the caller and the model of each request, and starts its exchange. On the
 * client's event loop.
 */
final class ConnectionDriver implements ClientEvents {
    private static final String CHAT = "/v1/chat/completions";
    private static final String MODELS = "/v1/models";
    private static final int MAX_CLIENT_REQUEST_ID = 256;

    private final Entrance entrance;
    private final ResponseWriter writer;
    private final EventLoop loop;
    private final ClientDialect dialect = OpenAiDialect.INSTANCE;
    private @Nullable CallerLookup lookup;
    private @Nullable ExchangeDriver exchange;

    ConnectionDriver(Entrance entrance, ResponseWriter writer, EventLoop loop) {
        this.entrance = entrance;
        this.writer = writer;
        this.loop = loop;
    }

    @Override
    public void request(ClientRequest request) {
        String id = entrance.services().ids().next();
        if (entrance.draining()) {
            writer.closeAfter();
            refuse(request, id, ClientError.DRAINING, null);
            return;
        }
        ConfigView view = entrance.view();
        writer.writeTimeout(view.config().limits().writeTimeout().toNanos());
        boolean models = request.path().equals(MODELS) || request.path().startsWith(MODELS + "/");
        boolean chat = request.path().equals(CHAT);
        if (!models && !chat) {
            refuse(request, id, ClientError.PATH_NOT_FOUND, null);
            return;
        }
        if (!request.method().equals(chat ? HttpMethod.POST : HttpMethod.GET)) {
            refuse(request, id, ClientError.METHOD_NOT_ALLOWED, null);
            return;
        }
        lookup = new CallerLookup(loop, new CallerLookup.Outcome() {
            @Override
            public void known(Caller caller) {
                if (entrance.draining()) {
                    writer.closeAfter();
                    refuse(request, id, ClientError.DRAINING, null);
                } else if (chat) {
                    chat(request, id, view, caller);
                } else {
                    models(request, id, view, caller);
                }
            }

            @Override
            public void unknown() {
                refuse(request, id, ClientError.UNAUTHENTICATED, null);
            }

            @Override
            public void unavailable() {
                refuse(request, id, ClientError.STORES_UNAVAILABLE, null);
            }
        });
        lookup.start(() -> entrance.authenticator().authenticate(view, request.headers(), request.query()));
    }

    private void chat(ClientRequest request, String id, ConfigView view, Caller caller) {
        RequestFacts facts;
        try {
            facts = dialect.readRequest(request.body());
        } catch (BadRequestException e) {
            refuse(request, id, ClientError.MALFORMED, e);
            return;
        }
        ModelConfig model = view.config().models().get(facts.model());
        if (model == null) {
            refuse(request, id, ClientError.MODEL_NOT_FOUND, null);
            return;
        }
        if (!caller.mayUse(model.id())) {
            refuse(request, id, ClientError.MODEL_NOT_ALLOWED, null);
            return;
        }
        boolean hedging = !"off".equalsIgnoreCase(request.headers().get("x-hedgerow-hedge"))
                && Rollout.includes(id, view.config().traffic().hedging());
        Session session = Session.of(sessionHeader(request.headers()), facts, request.body());
        ExchangeRequest started = new ExchangeRequest(
                id,
                clientRequestId(request),
                view,
                caller,
                model,
                dialect,
                "openai",
                request,
                facts,
                hedging,
                session,
                Clocks.wallMicros());
        ExchangeDriver begun = new ExchangeDriver(entrance.services(), started, writer, loop);
        if (!entrance.services().registry().takes(begun)) {
            writer.closeAfter();
            refuse(request, id, ClientError.DRAINING, null);
            return;
        }
        exchange = begun;
        exchange.start();
    }

    private void models(ClientRequest request, String id, ConfigView view, Caller caller) {
        if (request.path().length() <= MODELS.length() + 1) {
            List<String> ids = view.config().models().keySet().stream()
                    .filter(caller::mayUse)
                    .toList();
            answer(request, id, 200, OpenAiModels.list(ids, entrance.startedSeconds()));
            return;
        }
        String wanted = Entrance.decode(request.path().substring(MODELS.length() + 1));
        if (view.config().models().containsKey(wanted) && caller.mayUse(wanted)) {
            answer(request, id, 200, OpenAiModels.item(wanted, entrance.startedSeconds()));
        } else {
            refuse(request, id, ClientError.MODEL_NOT_FOUND, null);
        }
    }

    @Override
    public void rejected(RejectedRequest rejected) {
        ClientError error = rejected.status() == 413 ? ClientError.BODY_TOO_LARGE : ClientError.MALFORMED;
        entrance.services().meters().refused("http_" + rejected.status());
        HttpHeaders headers = ErrorHeaders.base(entrance.services().ids().next(), null);
        ErrorHeaders.set(headers, error, 0);
        writer.wholeThenLinger(
                rejected.status(), headers, Unpooled.wrappedBuffer(dialect.errorBody(error, rejected.message(), null)));
    }

    private void refuse(ClientRequest request, String id, ClientError error, @Nullable BadRequestException bad) {
        entrance.services().meters().refused(Entrance.word(error));
        HttpHeaders headers = ErrorHeaders.base(id, clientRequestId(request));
        ErrorHeaders.set(headers, error, 0);
        if (error == ClientError.METHOD_NOT_ALLOWED) {
            headers.set(HttpHeaderNames.ALLOW, request.path().equals(CHAT) ? HttpMethod.POST : HttpMethod.GET);
        }
        String message = bad == null ? null : bad.getMessage();
        String param = bad == null ? null : bad.param();
        writer.whole(error.status(), headers, Unpooled.wrappedBuffer(dialect.errorBody(error, message, param)));
    }

    private void answer(ClientRequest request, String id, int status, byte[] json) {
        HttpHeaders headers = ErrorHeaders.base(id, clientRequestId(request));
        headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
        writer.whole(status, headers, Unpooled.wrappedBuffer(json));
    }

    /** The gateway's own header, else the one that Claude Code sends and that reaches us through routers. */
    private static @Nullable String sessionHeader(HttpHeaders headers) {
        String own = headers.get("x-session-id");
        return own == null || own.isBlank() ? headers.get("x-claude-code-session-id") : own;
    }

    /** The client's own id, if it is one that can be echoed and stored. */
    private static @Nullable String clientRequestId(ClientRequest request) {
        String id = request.headers().get("x-client-request-id");
        boolean fits = id != null
                && !id.isEmpty()
                && id.length() <= MAX_CLIENT_REQUEST_ID
                && id.chars().allMatch(c -> c > ' ' && c < 127);
        return fits ? id : null;
    }

    @Override
    public void writable(boolean writable) {
        if (!writable) {
            writer.stalled();
        }
        if (exchange != null) {
            exchange.clientWritable(writable);
        }
    }

    @Override
    public void gone() {
        if (lookup != null) {
            lookup.cancel();
        }
        if (exchange != null) {
            exchange.clientGone();
        }
    }
}
