package io.hedgerow.launcher.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hedgerow.core.port.AccountAdmin.Booking;
import io.hedgerow.core.port.AccountAdmin.BookingKind;
import io.hedgerow.core.port.AccountAdmin.NewBooking;
import io.hedgerow.core.port.AccountAdmin.NewTenant;
import io.hedgerow.core.port.UsageQueries.TenantBounds;
import io.hedgerow.launcher.yaml.InvalidValueException;
import io.hedgerow.launcher.yaml.Scalars;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code POST tenants}, and what is booked at {@code POST tenants/{id}/credits}, {@code refunds} and {@code adjustments}. */
final class AccountEndpoint {
    private static final int MAX_IDEMPOTENCY_KEY = 255;
    private static final int MAX_REASON = 500;
    private static final int MANY = 1_000_000_000;

    private AccountEndpoint() {}

    static CompletionStage<Reply> create(AdminBackend backend, Call call) {
        Body body = Body.of(call.body());
        String id = body.require("id", Scalars.id());
        Long balance = body.read("balance", Scalars.nanoUsd());
        Long credit = body.read("credit_limit", Scalars.nanoUsd());
        if (balance == null && credit != null) {
            balance = 0L;
        }
        int most = body.read("max_concurrency", Scalars.wholeNumber(0, MANY), 0);
        NewTenant tenant = new NewTenant(
                id, balance, BudgetInput.ofTenant(body), new TenantBounds(most, credit == null ? 0 : credit));
        body.finish();
        return backend.accounts()
                .createTenant(tenant)
                .thenCompose(made -> TenantEndpoint.one(backend, id))
                .thenApply(reply -> reply.withStatus(201));
    }

    static CompletionStage<Reply> credit(AdminBackend backend, String tenantId, Call call) {
        String key = idempotencyKey(call);
        Body body = Body.of(call.body());
        Long amount = body.require("amount", AccountEndpoint::positive);
        return book(backend, body, new Unexplained(tenantId, BookingKind.CREDIT, amount, key, null));
    }

    /** Without an amount all that is left of the request's charge is given back. */
    static CompletionStage<Reply> refund(AdminBackend backend, String tenantId, Call call) {
        String key = idempotencyKey(call);
        Body body = Body.of(call.body());
        String request = body.require("request_id", Scalars.text());
        Long amount = body.read("amount", AccountEndpoint::positive);
        return book(backend, body, new Unexplained(tenantId, BookingKind.REFUND, amount, key, request));
    }

    /** The one that may be negative, and the one that nothing else explains. */
    static CompletionStage<Reply> adjust(AdminBackend backend, String tenantId, Call call) {
        String key = idempotencyKey(call);
        Body body = Body.of(call.body());
        Long amount = body.require("amount", AccountEndpoint::signed);
        body.require("reason", AccountEndpoint::reason);
        return book(backend, body, new Unexplained(tenantId, BookingKind.ADJUSTMENT, amount, key, null));
    }

    /** A booking whose reason is still to be read. */
    private record Unexplained(
            String tenantId,
            BookingKind kind,
            @Nullable Long amount,
            String key,
            @Nullable String requestId) {}

    private static CompletionStage<Reply> book(AdminBackend backend, Body body, Unexplained asked) {
        String reason = body.read("reason", AccountEndpoint::reason);
        body.finish();
        return backend.accounts()
                .book(new NewBooking(
                        asked.tenantId(), asked.kind(), asked.amount(), asked.key(), asked.requestId(), reason))
                .thenApply(booked -> Reply.json(201, json(booked)));
    }

    private static String idempotencyKey(Call call) {
        String key = call.idempotencyKey();
        if (key == null || key.isBlank()) {
            throw AdminException.badRequest(
                    "the header idempotency-key is missing: without one it could be booked twice");
        }
        if (key.length() > MAX_IDEMPOTENCY_KEY || !key.chars().allMatch(c -> c >= ' ' && c < 127)) {
            throw AdminException.badRequest(
                    "idempotency-key is not a text of at most " + MAX_IDEMPOTENCY_KEY + " printable ASCII characters");
        }
        return key;
    }

    private static long positive(String text) throws InvalidValueException {
        long nanoUsd = Scalars.nanoUsd().parse(text);
        if (nanoUsd == 0) {
            throw new InvalidValueException("is nothing");
        }
        return nanoUsd;
    }

    private static long signed(String text) throws InvalidValueException {
        return text.startsWith("-") ? -positive(text.substring(1)) : positive(text);
    }

    private static String reason(String text) throws InvalidValueException {
        if (text.isBlank() || text.length() > MAX_REASON || text.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidValueException("is not a text of one line and at most " + MAX_REASON + " characters");
        }
        return text;
    }

    private static ObjectNode json(Booking booked) {
        ObjectNode json = Json.object();
        json.put("tenant_id", booked.tenantId());
        json.put("kind", booked.kind().word());
        json.put("idempotency_key", booked.idempotencyKey());
        json.put("amount", Json.money(booked.amountNanoUsd()));
        json.put("balance", Json.money(booked.balanceNanoUsd()));
        json.put("request_id", booked.requestId());
        json.put("reason", booked.reason());
        json.put("booked_at", Json.instant(booked.bookedAtMicros()));
        return json;
    }
}
