package io.hedgerow.core.port;

import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * How much a tenant or a key may spend within a window. Immutable.
 *
 * @param id names what is counted, apart from the limit: another limit goes on with what was spent, another window,
 *     mode or time zone begins anew
 * @param rolling whether the window moves with the time, in steps of a sixtieth
 * @param zone where fixed days begin; UTC is called so, and not "Z", as its offset is
 * @param limitNanoUsd positive
 */
public record BudgetLimit(String id, BudgetWindow window, boolean rolling, ZoneId zone, long limitNanoUsd) {
    /** Buckets of a rolling window, the current one included. */
    public static final int RING = 60;

    private static final ZoneId UTC = ZoneId.of("UTC");

    static final String OF_KEY = "/key:";

    /** Checks what the configuration's reader has checked with better words. */
    public BudgetLimit {
        if (limitNanoUsd <= 0 || (rolling && window == BudgetWindow.TOTAL)) {
            throw new IllegalArgumentException("no such budget: " + id);
        }
        zone = zone.equals(ZoneOffset.UTC) ? UTC : zone;
    }

    /** A tenant's window that begins at fixed times. */
    public static BudgetLimit ofTenant(BudgetWindow window, boolean rolling, ZoneId zone, long limitNanoUsd) {
        return new BudgetLimit(name(window, rolling, zone) + "/tenant", window, rolling, zone, limitNanoUsd);
    }

    /** A key's. */
    public static BudgetLimit ofKey(
            String keyId, BudgetWindow window, boolean rolling, ZoneId zone, long limitNanoUsd) {
        return new BudgetLimit(name(window, rolling, zone) + OF_KEY + keyId, window, rolling, zone, limitNanoUsd);
    }

    private static String name(BudgetWindow window, boolean rolling, ZoneId zone) {
        String name = rolling ? window.wireName() + "-rolling" : window.wireName();
        boolean zoned = !rolling && window != BudgetWindow.TOTAL && window != BudgetWindow.FIVE_HOURS;
        return zoned && !zone.normalized().equals(ZoneOffset.UTC) ? name + "@" + zone.getId() : name;
    }

    /** The key that it limits, null for a tenant's. */
    public @Nullable String keyId() {
        int at = id.indexOf(OF_KEY);
        return at < 0 ? null : id.substring(at + OF_KEY.length());
    }

    /** The bucket of what is admitted at an instant. */
    public BudgetBucket bucketAt(long millisOfEpoch) {
        if (rolling) {
            long start = Math.floorDiv(millisOfEpoch, bucketMillis()) * bucketMillis();
            return new BudgetBucket(id, start, start + window.rollingMillis());
        }
        return new BudgetBucket(id, window.startMillis(millisOfEpoch, zone), window.endMillis(millisOfEpoch, zone));
    }

    /** Until when {@link #bucketAt} answers with the bucket; {@link Long#MAX_VALUE} for ever. */
    public long pickedUntil(BudgetBucket bucket) {
        if (rolling) {
            return bucket.startMillis() + bucketMillis();
        }
        return bucket.untilMillis() == BudgetBucket.NEVER ? Long.MAX_VALUE : bucket.untilMillis();
    }

    /** The length of a rolling window's bucket; 0 for a fixed one. */
    public long bucketMillis() {
        return rolling ? window.rollingMillis() / RING : 0;
    }

    /** Whether what is in a bucket counts against this budget at an instant. */
    public boolean counts(BudgetBucket bucket, long millisOfEpoch) {
        return bucket.budget().equals(id) && bucket.counts(millisOfEpoch);
    }
}
