package io.hedgerow.billing.account;

import io.hedgerow.core.port.AccountAdmin.Booking;
import io.hedgerow.core.port.AccountAdmin.BookingKind;
import io.hedgerow.core.port.AccountAdmin.NewBooking;
import io.hedgerow.core.port.AccountException;
import io.hedgerow.core.port.AccountException.Kind;
import io.hedgerow.core.port.NanoUsd;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Credits, refunds and adjustments: the balance, two rows of the ledger, what the idempotency key was answered and the
 * outbox row, all in the caller's transaction. None of them changes what the tenant has spent, its budgets or a record:
 * those say what requests cost.
 */
final class Bookings {
    private static final String BOOKED = """
            SELECT kind, amount_nano_usd, balance_nano_usd, request_id, reason,
                (extract(epoch FROM booked_at) * 1000000)::bigint
            FROM credits WHERE tenant_id = ? AND idempotency_key = ?""";

    /** What the request's charge is, and what of it has been given back. */
    private static final String CHARGED = """
            SELECT r.cost_nano_usd, (SELECT coalesce(sum(c.amount_nano_usd), 0)::bigint FROM credits c
                WHERE c.request_id = r.request_id AND c.tenant_id = r.tenant_id)
            FROM usage_records r WHERE r.request_id = ? AND r.tenant_id = ?""";

    private static final String INCREASE = """
            WITH asked (id, amount, once, kind, request_id, reason) AS (
                VALUES (?::text, ?::bigint, ?::text, ?::text, ?::text, ?::text)),
            increased AS (
                UPDATE tenants t SET balance_nano_usd = t.balance_nano_usd + a.amount, version = t.version + 1,
                    updated_at = now()
                FROM asked a WHERE t.id = a.id RETURNING t.id, t.balance_nano_usd, t.version),
            announced AS (
                INSERT INTO outbox (tenant_id, balance_nano_usd, version, settled_request_ids, kind, detail)
                SELECT i.id, i.balance_nano_usd, i.version, '{}', a.kind,
                    jsonb_strip_nulls(jsonb_build_object('amount_nano_usd', a.amount, 'idempotency_key', a.once,
                        'request_id', a.request_id, 'reason', a.reason))
                FROM increased i, asked a)
            INSERT INTO credits (tenant_id, idempotency_key, amount_nano_usd, balance_nano_usd, kind, request_id, reason)
            SELECT i.id, a.once, a.amount, i.balance_nano_usd, a.kind, a.request_id, a.reason FROM increased i, asked a""";

    private static final String LEDGER = """
            INSERT INTO ledger_entries (entry_key, account_id, kind, request_id, amount_nano_usd)
            VALUES (?, 'tenant:' || ?, ?, ?, ?), (?, ?, ?, ?, ?)""";

    private Bookings() {}

    static Booking book(Connection connection, NewBooking asked) throws SQLException {
        TenantRows.require(connection, asked.tenantId());
        Optional<Booking> before = booked(connection, asked);
        if (before.isPresent()) {
            return same(before.get(), asked);
        }
        long amount = asked.kind() == BookingKind.REFUND ? refund(connection, asked) : amount(asked);
        increase(connection, asked, amount);
        enter(connection, asked, amount);
        return booked(connection, asked).orElseThrow();
    }

    private static Booking same(Booking before, NewBooking asked) {
        boolean sameAmount = asked.amountNanoUsd() == null || asked.amountNanoUsd() == before.amountNanoUsd();
        if (before.kind() != asked.kind() || !Objects.equals(before.requestId(), asked.requestId()) || !sameAmount) {
            throw new AccountException(
                    Kind.CONFLICT,
                    "this idempotency-key was used for another booking: "
                            + before.kind().word() + " of " + NanoUsd.format(before.amountNanoUsd()) + " USD"
                            + (before.requestId() == null ? "" : " for request \"" + before.requestId() + "\""));
        }
        return before;
    }

    private static long amount(NewBooking asked) {
        if (asked.amountNanoUsd() == null) {
            throw new AccountException(Kind.INVALID, "an amount is missing");
        }
        return asked.amountNanoUsd();
    }

    /** The tenant's row is locked: nobody else gives back the same money, and the charge does not change. */
    private static long refund(Connection connection, NewBooking asked) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(CHARGED)) {
            query.setString(1, asked.requestId());
            query.setString(2, asked.tenantId());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new AccountException(
                            Kind.NOT_FOUND,
                            "tenant \"" + asked.tenantId() + "\" has no usage record \"" + asked.requestId() + "\"");
                }
                long left = row.getLong(1) - row.getLong(2);
                long amount = asked.amountNanoUsd() == null ? left : asked.amountNanoUsd();
                if (left <= 0 || amount > left) {
                    throw new AccountException(
                            Kind.CONFLICT,
                            "the request was charged " + NanoUsd.format(row.getLong(1)) + " USD, of which "
                                    + NanoUsd.format(row.getLong(2)) + " USD were given back already");
                }
                return amount;
            }
        }
    }

    private static Optional<Booking> booked(Connection connection, NewBooking asked) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(BOOKED)) {
            query.setString(1, asked.tenantId());
            query.setString(2, asked.idempotencyKey());
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? Optional.of(new Booking(
                                asked.tenantId(),
                                BookingKind.valueOf(row.getString(1).toUpperCase(Locale.ROOT)),
                                asked.idempotencyKey(),
                                row.getLong(2),
                                row.getLong(3),
                                row.getString(4),
                                row.getString(5),
                                row.getLong(6)))
                        : Optional.empty();
            }
        }
    }

    private static void increase(Connection connection, NewBooking asked, long amount) throws SQLException {
        try (PreparedStatement increase = connection.prepareStatement(INCREASE)) {
            increase.setString(1, asked.tenantId());
            increase.setLong(2, amount);
            increase.setString(3, asked.idempotencyKey());
            increase.setString(4, asked.kind().word());
            increase.setString(5, asked.requestId());
            increase.setString(6, asked.reason());
            increase.executeUpdate();
        }
    }

    private static void enter(Connection connection, NewBooking asked, long amount) throws SQLException {
        // Both may hold colons, but no tenant a space.
        String entry = asked.kind().word() + ":" + asked.tenantId() + " " + asked.idempotencyKey();
        try (PreparedStatement ledger = connection.prepareStatement(LEDGER)) {
            ledger.setString(1, entry);
            ledger.setString(2, asked.tenantId());
            ledger.setString(3, asked.kind().word());
            ledger.setString(4, asked.requestId());
            ledger.setLong(5, amount);
            ledger.setString(6, entry);
            ledger.setString(7, otherSide(asked.kind()));
            ledger.setString(8, asked.kind().word());
            ledger.setString(9, asked.requestId());
            ledger.setLong(10, -amount);
            ledger.executeUpdate();
        }
    }

    private static String otherSide(BookingKind kind) {
        return switch (kind) {
            case CREDIT -> "funding";
            case REFUND -> "revenue";
            case ADJUSTMENT -> "adjustments";
        };
    }
}
