package io.hedgerow.launcher.price;

import io.hedgerow.launcher.yaml.Nearest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A price list that was read. Immutable.
 *
 * @param entries the models with prices per token, by name, in the list's order
 * @param others how many models are priced otherwise, such as by image, and are left out
 * @param stale whether it was got before, because its URL did not answer this time
 */
public record PriceList(Map<String, PriceEntry> entries, int others, boolean stale) {
    private static final int MOST_NAMES = 3;

    /** Copies the map. */
    public PriceList {
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /** The same, of before. */
    PriceList ofBefore() {
        return new PriceList(entries, others, true);
    }

    /**
     * Finds a model of a provider.
     *
     * @param provider as the list names it; null to take the name as it is
     */
    public @Nullable PriceEntry find(@Nullable String provider, String model) {
        if (provider == null) {
            return entries.get(model);
        }
        PriceEntry own = entries.get(provider + "/" + model);
        PriceEntry plain = entries.get(model);
        return own != null || plain == null || !plain.provider().equals(provider) ? own : plain;
    }

    /** The names that are most like this one, the nearest first; at most three. */
    public List<String> nearest(String model) {
        Set<String> names = new TreeSet<>(entries.keySet());
        List<String> found = new ArrayList<>();
        while (found.size() < MOST_NAMES) {
            String next = Nearest.to(model, names);
            if (next == null) {
                break;
            }
            found.add(next);
            names.remove(next);
        }
        return found;
    }
}
