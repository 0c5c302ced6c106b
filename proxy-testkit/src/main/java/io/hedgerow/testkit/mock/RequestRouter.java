package io.hedgerow.testkit.mock;

import io.hedgerow.testkit.mock.Call.Incoming;
import io.hedgerow.testkit.mock.script.MockScript;
import io.hedgerow.testkit.mock.script.MockSettings;
import io.hedgerow.testkit.net.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Knows the paths and the settings in force; hands out answers. Any event loop. */
final class RequestRouter {
    private static final int MAX_SCRIPTS = 1000;
    private static final Pattern AFTER = Pattern.compile("[?&]after=(\\d{1,18})");
    private static final String MODELS = "{\"object\":\"list\",\"data\":[{\"id\":\"mock-model\",\"object\":\"model\","
            + "\"created\":1760000000,\"owned_by\":\"mock\"}]}";

    private final Tally tally;
    private final Answers answers = new Answers();
    private volatile Scripted scripted;

    /** Settings with the requests' own scripts already applied to them. */
    private record Scripted(MockSettings settings, Map<String, MockSettings> byScript) {
        MockSettings with(@Nullable String script) {
            if (script == null) {
                return settings;
            }
            MockSettings known = byScript.get(script);
            if (known == null) {
                if (byScript.size() >= MAX_SCRIPTS) {
                    byScript.clear();
                }
                known = MockScript.applyToRequest(settings, script);
                byScript.put(script, known);
            }
            return known;
        }
    }

    RequestRouter(Tally tally, MockSettings settings) {
        this.tally = tally;
        this.scripted = new Scripted(settings, new ConcurrentHashMap<>());
    }

    void settings(MockSettings settings) {
        scripted = new Scripted(settings, new ConcurrentHashMap<>());
    }

    MockSettings settings() {
        return scripted.settings;
    }

    /** The answer to start, or null when the request has been dealt with already. */
    @Nullable
    Answer route(ChannelHandlerContext ctx, Incoming incoming, Runnable ready) {
        String path = incoming.path();
        if (path.endsWith("/chat/completions")) {
            return completion(ctx, incoming, ready);
        }
        boolean get = incoming.method().equals("GET");
        if (get && path.endsWith("/stats")) {
            plain(ctx, incoming, 200, tally.stats().toJson());
        } else if (get && path.endsWith("/stats/requests")) {
            plain(ctx, incoming, 200, tally.servedLines(after(incoming.uri())));
        } else if (get && path.endsWith("/models")) {
            plain(ctx, incoming, 200, MODELS);
        } else {
            plain(ctx, incoming, 404, ErrorBodies.json(404, "unknown path " + path, "unknown_url"));
        }
        return null;
    }

    /** From which number on requests are asked for. */
    private static long after(String uri) {
        Matcher number = AFTER.matcher(uri);
        return number.find() ? Long.parseLong(number.group(1)) : 0;
    }

    private Answer completion(ChannelHandlerContext ctx, Incoming incoming, Runnable ready) {
        long number = tally.started();
        tally.received(new ReceivedRequest(
                number, incoming.method(), incoming.uri(), incoming.headers().entries(), incoming.body()));
        Scripted now = scripted;
        RequestFacts facts = new RequestFacts("", false, false, -1, null);
        String problem = incoming.method().equals("POST") ? null : "the method is POST";
        MockSettings settings = now.settings;
        try {
            facts = RequestFacts.parse(incoming.body());
            String header = incoming.headers().get("x-mock-script");
            settings = now.with(header == null ? facts.script() : header);
        } catch (IOException | IllegalArgumentException e) {
            problem = "the request can't be read: " + e.getMessage();
        }
        Call call = new Call(tally, number, settings, facts, incoming);
        String token = settings.bearerToken();
        if (token != null && !("Bearer " + token).equals(incoming.headers().get("authorization"))) {
            return answers.error(ctx, call, ready, 401, "the key is missing or wrong");
        }
        return problem == null ? answers.choose(ctx, call, ready) : answers.error(ctx, call, ready, 400, problem);
    }

    private static void plain(ChannelHandlerContext ctx, Incoming incoming, int status, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuf out = ctx.alloc().directBuffer(bytes.length + 256);
        String head = "HTTP/1.1 " + status + " " + ErrorBodies.reason(status)
                + "\r\ncontent-type: application/json\r\ncontent-length: " + bytes.length
                + (incoming.keepAlive() ? "\r\n\r\n" : "\r\nconnection: close\r\n\r\n");
        ByteBufUtil.writeAscii(out, head);
        var written = ctx.writeAndFlush(out.writeBytes(bytes));
        if (!incoming.keepAlive()) {
            written.addListener(ignored -> Transport.close(ctx));
        }
    }
}
