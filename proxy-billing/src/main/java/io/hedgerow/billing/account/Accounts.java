package io.hedgerow.billing.account;

import io.hedgerow.billing.key.Keyring;
import io.hedgerow.billing.store.Questions;
import io.hedgerow.billing.store.Signal;
import io.hedgerow.billing.store.SqlErrors;
import io.hedgerow.billing.store.Transactions;
import io.hedgerow.core.port.AccountAdmin;
import io.hedgerow.core.port.AccountException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator's side of tenants and keys, on threads of its own. */
public final class Accounts implements AccountAdmin, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Accounts.class);
    private static final String OUT_OF_RANGE = "22003";

    private final Questions questions;
    private final Keyring keys;
    private final Signal balanceChanged;

    /**
     * Works on this database.
     *
     * @param keys is told of every changed key, once it is committed
     * @param balanceChanged is raised when there is a balance to carry to the mirror
     */
    public Accounts(DataSource database, Keyring keys, Signal balanceChanged) {
        this.questions = new Questions("hedgerow-billing-accounts", database);
        this.keys = keys;
        this.balanceChanged = balanceChanged;
    }

    @Override
    public CompletionStage<List<String>> tenantIds(@Nullable String after, int limit) {
        return questions.ask(connection -> TenantRows.ids(connection, after, limit));
    }

    @Override
    public CompletionStage<Void> createTenant(NewTenant tenant) {
        return change(connection -> TenantRows.create(connection, tenant)).thenAccept(created -> {
            log.atInfo().addKeyValue("tenant", tenant.id()).log("tenant made");
            balanceChanged.raise();
        });
    }

    @Override
    public CompletionStage<Booking> book(NewBooking booking) {
        return change(connection -> Bookings.book(connection, booking)).thenApply(booked -> {
            log.atInfo()
                    .addKeyValue("tenant", booked.tenantId())
                    .addKeyValue("kind", booked.kind().word())
                    .addKeyValue("nano_usd", booked.amountNanoUsd())
                    .addKeyValue("idempotency_key", booked.idempotencyKey())
                    .log("booked");
            balanceChanged.raise();
            return booked;
        });
    }

    @Override
    public CompletionStage<List<KeyEntry>> keys(KeyFilter filter) {
        return questions.ask(connection -> KeyRows.list(connection, filter));
    }

    @Override
    public CompletionStage<KeyEntry> createKey(NewKey key) {
        return change(connection -> KeyRows.insert(connection, key)).thenApply(changed -> tell("key made", changed));
    }

    @Override
    public CompletionStage<KeyEntry> revokeKey(String id) {
        return change(connection -> KeyRows.revoke(connection, id)).thenApply(changed -> tell("key revoked", changed));
    }

    @Override
    public CompletionStage<Void> purgeKey(String id) {
        // Refused everywhere first; its records are rewritten in steps, so that no settlement waits for all of them.
        return revokeKey(id)
                .thenCompose(revoked -> detach(id))
                .thenCompose(none -> change(connection -> KeyRows.delete(connection, id)))
                .thenAccept(change -> {
                    keys.changed(change);
                    log.atInfo().addKeyValue("key", id).log("key deleted");
                });
    }

    private CompletionStage<Void> detach(String id) {
        return change(connection -> KeyRows.detachSome(connection, id))
                .thenCompose(done -> done == 0 ? CompletableFuture.completedStage(null) : detach(id));
    }

    private KeyEntry tell(String what, KeyRows.Changed changed) {
        keys.changed(changed.change());
        log.atInfo().addKeyValue("key", changed.key().id()).log(what);
        return changed.key();
    }

    /** Values that fit no column are the operator's mistake. */
    private <T> CompletionStage<T> change(Transactions.Work<T> work) {
        return questions
                .change(work)
                .handle((done, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedStage(done);
                    }
                    Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                            ? wrapped.getCause()
                            : failure;
                    return CompletableFuture.<T>failedStage(
                            OUT_OF_RANGE.equals(SqlErrors.state(cause))
                                    ? new AccountException(
                                            AccountException.Kind.INVALID, "the balance would be too large to keep")
                                    : cause);
                })
                .thenCompose(stage -> stage);
    }

    @Override
    public void close() {
        questions.close();
    }
}
