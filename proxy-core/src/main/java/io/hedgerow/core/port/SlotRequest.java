package io.hedgerow.core.port;

import org.jspecify.annotations.Nullable;

/**
 * A wish for one place at a provider.
 *
 * @param providerId the account whose limits apply
 * @param limit the most attempts open at once over all nodes; 0 means unlimited (still counted)
 * @param leaseId unique over nodes and restarts, {@code <random process prefix>-<counter>.<attempt>}
 * @param requestId the exchange that asks, for logs
 * @param sessionLimit the most distinct sessions with a lease over all nodes; 0 means unlimited (still counted)
 * @param session the client's session, hashed to a bounded length and without white space; null where there is none,
 *     which counts as no session
 * @param longestMillis how long a lease of this kind can be held if everything ends as it should; one that is older is
 *     reported; 0 means unknown
 */
public record SlotRequest(
        String providerId,
        int limit,
        String leaseId,
        String requestId,
        int sessionLimit,
        @Nullable String session,
        long longestMillis) {}
