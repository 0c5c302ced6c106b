package io.hedgerow.core.exchange;

import java.util.ArrayList;
import java.util.List;

/** The plans that are walked. */
final class Plans {
    private Plans() {}

    /** All plans up to 3 candidates, 3 attempts and 3 that race at once; waiting is walked with fewer hedges. */
    static List<RacePlan> all() {
        List<RacePlan> plans = new ArrayList<>();
        plans.add(new RacePlan(0, 1, 1, false));
        for (int candidates = 1; candidates <= 3; candidates++) {
            for (int attempts = 1; attempts <= 3; attempts++) {
                for (int racing = 1; racing <= 3; racing++) {
                    plans.add(new RacePlan(candidates, attempts, racing, false));
                    if (racing == 1 || (racing == 2 && candidates <= 2)) {
                        plans.add(new RacePlan(candidates, attempts, racing, true));
                    }
                }
            }
        }
        return plans;
    }
}
