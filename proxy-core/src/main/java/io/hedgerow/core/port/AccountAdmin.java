package io.hedgerow.core.port;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What an operator does with tenants and keys. Each change is one transaction, and known on all nodes within a second.
 *
 * <p>Stages complete exceptionally with {@link AccountException} where the request is at fault, with anything else when
 * the database is away.
 */
public interface AccountAdmin {
    /** Tenants by id, from the first one after {@code after}. */
    CompletionStage<List<String>> tenantIds(@Nullable String after, int limit);

    /** Makes a tenant; its first balance is booked as its account's opening. */
    CompletionStage<Void> createTenant(NewTenant tenant);

    /** Books once per idempotency key: asked again, it answers what it answered the first time. */
    CompletionStage<Booking> book(NewBooking booking);

    /** Keys by id, from the first one after the filter's {@code after}. */
    CompletionStage<List<KeyEntry>> keys(KeyFilter filter);

    /** Makes a key. */
    CompletionStage<KeyEntry> createKey(NewKey key);

    /** Ends a key for good; a key that is revoked already stays as it is. */
    CompletionStage<KeyEntry> revokeKey(String id);

    /** Revokes a key and deletes what is known of it; its usage stays. */
    CompletionStage<Void> purgeKey(String id);

    /**
     * A tenant to make.
     *
     * @param balanceNanoUsd the first balance; null for a tenant that is billed afterwards
     * @param budgets how much it may spend within windows
     * @param bounds what else limits it
     */
    record NewTenant(
            String id, @Nullable Long balanceNanoUsd, List<BudgetLimit> budgets, UsageQueries.TenantBounds bounds) {
        /** Copies the list. */
        public NewTenant {
            budgets = List.copyOf(budgets);
        }
    }

    /** What an operator books on a tenant's account. */
    enum BookingKind {
        /** Money that came in. */
        CREDIT,
        /** A request's charge that is given back, or a part of it. */
        REFUND,
        /** What puts a balance right, up or down. */
        ADJUSTMENT;

        /** The word in the database. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What to book.
     *
     * @param amountNanoUsd greater than zero, or for an adjustment not zero; null for all that is left of the charge, which
     *     only a refund can ask for
     * @param idempotencyKey unique for the tenant, whatever the kind
     * @param requestId whose charge is given back; null if it is no refund
     * @param reason for people
     */
    record NewBooking(
            String tenantId,
            BookingKind kind,
            @Nullable Long amountNanoUsd,
            String idempotencyKey,
            @Nullable String requestId,
            @Nullable String reason) {
        /** A credit. */
        public static NewBooking credit(String tenantId, long amountNanoUsd, String idempotencyKey) {
            return new NewBooking(tenantId, BookingKind.CREDIT, amountNanoUsd, idempotencyKey, null, null);
        }
    }

    /**
     * What was booked.
     *
     * @param balanceNanoUsd the balance right after it
     */
    record Booking(
            String tenantId,
            BookingKind kind,
            String idempotencyKey,
            long amountNanoUsd,
            long balanceNanoUsd,
            @Nullable String requestId,
            @Nullable String reason,
            long bookedAtMicros) {}

    /**
     * Which keys; null means any.
     *
     * @param limit at most so many
     */
    record KeyFilter(@Nullable String tenantId, @Nullable String after, int limit) {}

    /**
     * A key to make.
     *
     * @param hint what may be shown of the secret
     */
    record NewKey(String id, String tenantId, String secretSha256, String hint, KeyTerms terms) {}

    /**
     * A key as the database knows it.
     *
     * @param tenantId null if its tenant is gone
     * @param configured whether it comes from the configuration
     * @param hint what may be shown of the secret; null for keys of the configuration
     * @param revokedAtMicros null while it is in force
     */
    record KeyEntry(
            String id,
            @Nullable String tenantId,
            boolean configured,
            @Nullable String hint,
            KeyTerms terms,
            long createdAtMicros,
            @Nullable Long revokedAtMicros,
            long spentNanoUsd,
            long requests) {}
}
