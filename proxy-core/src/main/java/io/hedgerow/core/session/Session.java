package io.hedgerow.core.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hedgerow.core.dialect.RequestFacts;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What requests belong together. A client names it: by a header, else by a field that its dialect has for it. Where it
 * names nothing, requests that begin with the same messages belong together: providers keep what they have computed of a
 * prompt's beginning, and only the one that has seen it can use it.
 *
 * <p>That beginning is hashed as it lies in the body, from the first message to the end of the first one of a user: every
 * later request of the conversation repeats these bytes, whereas two conversations that share a system prompt still differ.
 * At most {@value #SAMPLE} bytes of its start, the same of its end, and its length are looked at, so that a long prompt
 * costs no more than a short one. A collision would only send a request where another went.
 *
 * <p>Names are hashed to 128 bits whatever they are (empty ones, which name nothing, aside), so that neither their length
 * nor their bytes matter to any store. Immutable.
 *
 * @param name of 32 hex digits
 * @param named whether the client named it; only such sessions count against limits and can be ended
 */
public record Session(String name, boolean named) {
    private static final int NAME_BYTES = 16;
    private static final int SAMPLE = 8 * 1024;
    private static final ThreadLocal<MessageDigest> SHA256 = ThreadLocal.withInitial(Session::sha256);

    /** The session of a request, null where nothing tells it. */
    public static @Nullable Session of(@Nullable String header, RequestFacts facts, byte[] body) {
        if (header != null && !header.isBlank()) {
            return new Session(nameOf(header), true);
        }
        String field = facts.session();
        if (field != null && !field.isBlank()) {
            return new Session(nameOf(field), true);
        }
        RequestFacts.Span opening = facts.opening();
        return opening == null ? null : new Session(nameOf(body, opening.from(), opening.to()), false);
    }

    /** The name of the session that a client calls this. */
    public static String nameOf(String id) {
        return digest("session", id.strip());
    }

    private static String nameOf(byte[] body, int from, int to) {
        MessageDigest digest = SHA256.get();
        digest.update("opening\0".getBytes(UTF_8));
        int length = to - from;
        if (length <= 2 * SAMPLE) {
            digest.update(body, from, length);
        } else {
            digest.update(body, from, SAMPLE);
            digest.update(body, to - SAMPLE, SAMPLE);
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, length));
        }
        return finish(digest);
    }

    /** The name under which a tenant's session counts against limits: two tenants' sessions are never the same. */
    public static String counted(String tenantId, String name) {
        return digest("counted", tenantId, name);
    }

    /**
     * The name under which it is bound to a provider. Each model has its own binding: a session that uses two models, whose
     * providers need not be the same, would otherwise take the one's binding away with every request to the other.
     */
    public static String bound(String name, String model) {
        return digest("bound", name, model);
    }

    private static String digest(String... parts) {
        MessageDigest digest = SHA256.get();
        for (String part : parts) {
            digest.update(part.getBytes(UTF_8));
            digest.update((byte) 0);
        }
        return finish(digest);
    }

    private static String finish(MessageDigest digest) {
        return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), NAME_BYTES));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
