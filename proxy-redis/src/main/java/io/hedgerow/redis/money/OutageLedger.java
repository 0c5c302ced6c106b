package io.hedgerow.redis.money;

import io.hedgerow.core.port.AdmissionRequest;
import io.hedgerow.core.port.BudgetBucket;
import io.hedgerow.core.port.BudgetLimit;
import io.hedgerow.redis.link.Standing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this node may spend while Redis cannot be asked: of a tenant's money and of each budget its share of what was free
 * when it last heard, less what it has admitted since and Redis has not confirmed. A fixed window that began since then
 * is as large as its limit. Thread-safe.
 */
final class OutageLedger {
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();

    private static final class Account {
        private final OutageRoom money = new OutageRoom();
        private final Map<String, Window> windows = new HashMap<>();
    }

    private record Window(long startMillis, OutageRoom room) {}

    /** Redis said what is free of the tenant's money; what it may spend on credit is free too. */
    void heard(AdmissionRequest request, long free) {
        long credit = request.tenant().creditNanoUsd();
        Account account = account(request.tenantId());
        synchronized (account) {
            account.money.heard(free > Long.MAX_VALUE - credit ? Long.MAX_VALUE : free + credit);
        }
    }

    /** Redis said what is left of the budgets, once this hold is taken. */
    void heard(Hold hold, List<Long> rooms) {
        Account account = account(hold.request().tenantId());
        List<BudgetLimit> budgets = hold.request().budgets();
        synchronized (account) {
            for (int i = 0; i < Math.min(budgets.size(), rooms.size()); i++) {
                OutageRoom room = room(account, budgets.get(i), hold.buckets().get(i));
                room.heard(rooms.get(i) - hold.request().estimateNanoUsd());
            }
        }
    }

    /** Takes an amount for the hold if this node's share covers it; a tenant that is billed afterwards has no balance. */
    boolean take(Hold hold, long amount, Standing standing) {
        Account account = account(hold.request().tenantId());
        synchronized (account) {
            List<OutageRoom> rooms = hold.counted().isEmpty() ? rooms(account, hold) : hold.counted();
            for (OutageRoom room : rooms) {
                if (!room.covers(room.known() ? standing.shareOf(room.free()) : 0, amount)) {
                    return false;
                }
            }
            rooms.forEach(room -> room.take(amount));
            hold.counted(rooms, hold.countedAmount() + amount);
            return true;
        }
    }

    /** Redis knows the hold now, or what became of it. */
    void confirmed(Hold hold) {
        Account account = account(hold.request().tenantId());
        synchronized (account) {
            hold.counted().forEach(room -> room.confirmed(hold.countedAmount()));
            hold.counted(List.of(), 0);
        }
    }

    /** Redis was never told what the hold became; the cost stays counted until it is heard of again. */
    void givenUp(Hold hold, long cost) {
        Account account = account(hold.request().tenantId());
        synchronized (account) {
            confirmed(hold);
            rooms(account, hold).forEach(room -> room.givenUp(cost));
        }
    }

    private static List<OutageRoom> rooms(Account account, Hold hold) {
        AdmissionRequest request = hold.request();
        List<OutageRoom> rooms = new ArrayList<>();
        if (request.prepaid()) {
            rooms.add(account.money);
        }
        for (int i = 0; i < Math.min(request.budgets().size(), hold.buckets().size()); i++) {
            rooms.add(room(account, request.budgets().get(i), hold.buckets().get(i)));
        }
        return rooms;
    }

    private static OutageRoom room(Account account, BudgetLimit budget, BudgetBucket bucket) {
        Window known = account.windows.get(budget.id());
        if (known != null && (budget.rolling() || known.startMillis() >= bucket.startMillis())) {
            return known.room();
        }
        OutageRoom room = new OutageRoom();
        if (known != null && known.room().known()) {
            room.heard(budget.limitNanoUsd());
        }
        account.windows.put(budget.id(), new Window(bucket.startMillis(), room));
        return room;
    }

    private Account account(String tenantId) {
        return accounts.computeIfAbsent(tenantId, id -> new Account());
    }
}
