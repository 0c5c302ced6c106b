package io.hedgerow.launcher.jar;

import static io.hedgerow.launcher.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.hedgerow.launcher.Patience;
import io.hedgerow.launcher.jar.CrashBed.Balance;
import io.hedgerow.launcher.jar.CrashBed.Part;
import io.hedgerow.testkit.load.LoadResult.Trace;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rounds of load with clients that hang up, in each of which the gateway, PostgreSQL or Redis is killed, or two of them.
 * What the providers served and the clients saw is compared with the records. {@code -Dhedgerow.rounds=N} runs longer,
 * {@code -Dhedgerow.seed=N} chooses otherwise.
 */
@ExtendWith(LogsOnFailure.class)
class KilledUnderLoadIT {
    private static final Logger log = LoggerFactory.getLogger(KilledUnderLoadIT.class);
    private static final List<List<Part>> VICTIMS = List.of(
            List.of(Part.GATEWAY),
            List.of(Part.POSTGRES),
            List.of(Part.REDIS),
            List.of(Part.POSTGRES, Part.GATEWAY),
            List.of(Part.GATEWAY, Part.POSTGRES));
    private static final long LOOK_NANOS = 50_000;
    private static final List<Moment> MOMENTS = List.of(Moment.values());
    private static final List<Forget> FORGETS = List.of(Forget.values());

    private final long seed = Long.getLong("hedgerow.seed", 7);
    private final Random random = new Random(seed);

    @TempDir
    private Path home;

    /** What a kill waits for, after some content has gone out. */
    private enum Moment {
        ANY,
        A_WHOLE_ANSWER,
        A_SETTLEMENT_COMMITS,
        A_NEW_BALANCE_IN_REDIS
    }

    /** How a key goes while its streams run. Purging detaches its records first; deleting leaves them to the tables. */
    private enum Forget {
        PURGE_KEY,
        DELETE_KEY,
        DELETE_TENANT
    }

    /** What is killed, and when. */
    private record Kill(List<Part> victims, Moment moment) {}

    /** What is chosen for a round. */
    private record Choice(int round, Kill kill, int tokens, boolean forgetFirst, Forget forget) {
        /** Every victim at every moment, in any order, and again from the start. */
        static List<Choice> of(int rounds, Random random) {
            List<Kill> kills = new ArrayList<>();
            VICTIMS.forEach(victims -> MOMENTS.forEach(moment -> kills.add(new Kill(victims, moment))));
            List<Choice> choices = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                if (round % kills.size() == 0) {
                    Collections.shuffle(kills, random);
                }
                choices.add(new Choice(
                        round,
                        kills.get(round % kills.size()),
                        random.nextInt(1_000),
                        random.nextBoolean(),
                        FORGETS.get(random.nextInt(FORGETS.size()))));
            }
            return choices;
        }

        String passing() {
            return "passing-" + round;
        }
    }

    @Test
    @Tag("B2")
    @Tag("B3")
    @Tag("B4")
    @Tag("B5")
    @Tag("B6")
    @Tag("B12")
    void whatWasServedIsBilledOnceWhateverIsKilled() throws Exception {
        int rounds = Integer.getInteger("hedgerow.rounds", 20);
        log.atInfo().addKeyValue("seed", seed).addKeyValue("rounds", rounds).log("killing");
        try (CrashBed bed = new CrashBed(home)) {
            CrashWitness witness = new CrashWitness(bed);
            for (Choice choice : Choice.of(rounds, random)) {
                log.atInfo()
                        .addKeyValue("seed", seed)
                        .addKeyValue("choice", choice)
                        .log("round");
                round(bed, witness, choice);
            }
            assertThat(witness.whole()).isGreaterThan(10 * rounds);
            await().untilAsserted(() -> {
                var redis = bed.gateway().admin().tenant(CrashBed.TENANT).path("redis");
                assertThat(AdminClient.money(redis, "reserved")).isZero();
                assertThat(AdminClient.money(redis, "pending")).isZero();
            });
            witness.nothingHasChanged();
            bed.end();
        }
    }

    private void round(CrashBed bed, CrashWitness witness, Choice choice) throws Exception {
        String passing = bed.make(choice.passing());
        Load.Running lasting = load(bed.url(), CrashBed.KEY, 10 * choice.round() + 11, 120);
        Load.Running ending = load(bed.url(), passing, 10 * choice.round() + 12, 40);
        long sent = bed.tokens();
        soon(() -> bed.tokens() - sent >= choice.tokens());
        if (choice.forgetFirst()) {
            forget(bed, choice);
        }
        List<Part> victims = choice.kill().victims();
        List<ProcessHandle> aim = bed.aim(victims);
        awaitMoment(bed, choice.kill().moment());

        bed.kill(victims, aim);

        List<Trace> traces;
        List<Trace> tracesOfPassing;
        if (victims.contains(Part.GATEWAY)) {
            traces = lasting.stop();
            tracesOfPassing = ending.stop();
            startAgain(bed, choice);
        } else {
            bed.restart(victims.get(0));
            long back = bed.completed();
            await().until(() -> bed.completed() - back >= 20);
            traces = lasting.stop();
            tracesOfPassing = ending.stop();
        }
        if (!choice.forgetFirst()) {
            forget(bed, choice);
        }
        witness.compare(traces);
        witness.compare(tracesOfPassing);
        witness.storesAgree();
    }

    /** While the gateway is away, nothing changes any more, and Redis may not know what PostgreSQL does not. */
    private static void startAgain(CrashBed bed, Choice choice) throws Exception {
        Balance mirrored = bed.mirrored();
        if (choice.kill().victims().contains(Part.POSTGRES)) {
            bed.restart(Part.POSTGRES);
        }
        Balance settled = bed.settled();
        assertThat(mirrored.version())
                .as("nothing is published before it is settled")
                .isLessThanOrEqualTo(settled.version());
        if (mirrored.version() == settled.version()) {
            assertThat(mirrored).isEqualTo(settled);
        }
        bed.restart(Part.GATEWAY);
    }

    private static void awaitMoment(CrashBed bed, Moment moment) throws Exception {
        switch (moment) {
            case ANY -> {}
            case A_WHOLE_ANSWER -> {
                long completed = bed.completed();
                soon(() -> bed.completed() > completed);
            }
            case A_SETTLEMENT_COMMITS -> {
                try (CrashBed.CommitWatch watch = bed.watchCommits()) {
                    soon(watch::settling);
                }
            }
            case A_NEW_BALANCE_IN_REDIS -> {
                Balance old = bed.mirrored();
                soon(() -> !bed.mirrored().equals(old));
            }
        }
    }

    /** Without a pause worth mentioning: what is waited for may last no longer than a moment. */
    private static void soon(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + Patience.LONG.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("the moment comes").isLessThan(end);
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static void forget(CrashBed bed, Choice choice) throws Exception {
        switch (choice.forget()) {
            case PURGE_KEY -> bed.purgeKey(choice.passing());
            case DELETE_KEY -> bed.delete("api_keys", choice.passing());
            case DELETE_TENANT -> bed.delete("tenants", choice.passing());
        }
    }

    private static Load.Running load(URI gateway, String key, long seed, int rate) {
        return Load.start(Load.of(gateway, key, seed, "")
                .rate(rate)
                .abortShare(0.3)
                .abortWithin(8)
                .duration(Duration.ofMinutes(10)));
    }
}
