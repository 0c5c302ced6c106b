package io.hedgerow.redis.money;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The holds that are open on this node. Thread-safe. */
final class HoldBook {
    private record KeyOfTenant(String tenantId, String keyId) {}

    private final Map<String, Hold> holds = new ConcurrentHashMap<>();
    private final Map<KeyOfTenant, AtomicInteger> ofKeys = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> ofTenants = new ConcurrentHashMap<>();

    /** Enters a hold; where the request has one already, that is returned. */
    Hold enter(Hold hold) {
        Hold known = holds.putIfAbsent(hold.request().requestId(), hold);
        if (known != null) {
            return known;
        }
        more(ofKeys, key(hold));
        more(ofTenants, hold.request().tenantId());
        return hold;
    }

    boolean remove(Hold hold) {
        boolean removed = holds.remove(hold.request().requestId(), hold);
        if (removed) {
            less(ofKeys, key(hold));
            less(ofTenants, hold.request().tenantId());
        }
        return removed;
    }

    /** How many requests the hold's key has open here. */
    int openOfKey(Hold hold) {
        return open(ofKeys, key(hold));
    }

    /** How many requests the hold's tenant has open here. */
    int openOfTenant(Hold hold) {
        return open(ofTenants, hold.request().tenantId());
    }

    /** Within the map's own step: a count that ends must not take this one with it. */
    private static <T> void more(Map<T, AtomicInteger> counts, T of) {
        counts.compute(of, (id, count) -> {
            AtomicInteger counted = count == null ? new AtomicInteger() : count;
            counted.incrementAndGet();
            return counted;
        });
    }

    private static <T> void less(Map<T, AtomicInteger> counts, T of) {
        counts.computeIfPresent(of, (id, count) -> count.decrementAndGet() == 0 ? null : count);
    }

    private static <T> int open(Map<T, AtomicInteger> counts, T of) {
        AtomicInteger count = counts.get(of);
        return count == null ? 0 : count.get();
    }

    /** Holds whose last confirmation is at least that old, by tenant. */
    Map<String, List<Hold>> olderThan(long nanos) {
        Map<String, List<Hold>> found = new HashMap<>();
        for (Hold hold : holds.values()) {
            if (hold.age() >= nanos) {
                found.computeIfAbsent(hold.request().tenantId(), id -> new ArrayList<>())
                        .add(hold);
            }
        }
        return found;
    }

    private static KeyOfTenant key(Hold hold) {
        return new KeyOfTenant(hold.request().tenantId(), hold.request().keyId());
    }
}
