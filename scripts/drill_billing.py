"""The drill behind drill-billing.sh: what providers, clients and consumers saw of each round is compared with what was billed."""
import argparse
import asyncio
import collections
import json
import os
import random
import time
import urllib.error
import urllib.request
from decimal import Decimal

from drill_client import Ask, stream_once
from drill_common import OPENING, Failure, Node, main, wait_for
from drill_events import Events
from drill_round import MOMENTS, VICTIMS, Round
from drill_sql import Postgres
from drill_witness import records, settled

PROMPT = 113
INPUT, OUTPUT = Decimal("0.25") / 1_000_000, Decimal("2.00") / 1_000_000
FAST = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
CONFIG = """providers:
  - {{id: one, dialect: openai, base_url: "http://127.0.0.1:{one}/v1", api_key: "${{DRILL_KEY}}", max_concurrency: 500}}
  - {{id: two, dialect: openai, base_url: "http://127.0.0.1:{two}/v1", api_key: "${{DRILL_KEY}}", max_concurrency: 500,
     priority: 1, cancel_stops_billing: false}}
models:
  - id: gpt-fast
    targets: [{{provider: one, model: m}}, {{provider: two, model: m}}]
    hedge: {{delay: 40ms, max_attempts: 2, budget: 20%}}
    price: {{input: 0.25, output: 2.00}}
limits: {{lease: 3s}}
event_stream: {{enabled: true, shards: 1, max_length: 1000000}}
tenants:
  - id: drill
    balance: "{opening}"
    keys: [{{id: k, secret: "${{DRILL_KEY}}"}}]
"""


class Drill:
    def __init__(self, world, arguments):
        self.world, self.arguments = world, arguments
        self.luck = random.Random(arguments.seed)
        self.words, self.statuses = collections.Counter(), collections.Counter()
        self.kills, self.billed, self.cost, self.keyless = [], {}, Decimal(0), 0
        self.times, self.delays = collections.defaultdict(list), []

    def start(self):
        self.world.start_stores()
        shape = ("--script", f"prompt-tokens={PROMPT};events=5..40;ttft=1ms..60ms;gap=0ms..6ms")
        self.mocks = {name: self.world.start_mock("--name", name, *shape) for name in ("one", "two")}
        self.world.write_config(CONFIG.format(opening=OPENING, **self.mocks))
        # Classes that were loaded once are loaded from an archive afterwards: a start takes two thirds of the time.
        archive = os.path.join(self.world.work, "classes.jsa")
        self.node = Node(self.world, "node-a", (*FAST, "-XX:ArchiveClassesAtExit=" + archive))
        self.node.start()
        wait_for("the gateway is not ready", 90, self.node.up)
        asyncio.run(stream_once(self.node.port, random.Random(1), Ask(abort_share=0)))
        self.node.stop()
        self.node.flags = (*FAST, "-Xshare:auto", "-XX:SharedArchiveFile=" + archive)
        self.node.start()
        wait_for("the gateway is not well", 90, self.node.well)
        wait_for("the balance is not known", 90, lambda: settled(self.node))
        self.billed = {record["request_id"]: Decimal(record["cost"]) for record in records(self)}
        self.cost = sum(self.billed.values())
        self.after = {name: self.world.stats(port)["requests"] for name, port in self.mocks.items()}
        self.events = Events(self.world.env)

    def next_kill(self):
        """Every victim at every moment, in any order, and again from the start."""
        if not self.kills:
            self.kills = [(victims, moment) for victims in VICTIMS for moment in MOMENTS]
            self.luck.shuffle(self.kills)
        return self.kills.pop()

    def tell(self, method, path, body=None):
        """As `Node.tell`; a gateway that is away, or whose store is late, is asked again."""
        reason = None
        for _ in range(300):
            try:
                return self.node.tell(method, path, body)
            except urllib.error.HTTPError as refused:
                if refused.code == 404 and reason and method == "DELETE":
                    # An earlier try had its effect, and its answer was lost.
                    return None
                if refused.code != 503:
                    raise Failure(f"{method} {path}: {refused.code} {refused.read().decode()}") from None
                reason = refused
            except OSError as away:
                reason = away
            time.sleep(0.1)
        raise Failure(f"{method} {path} stays unavailable: {reason}")

    def ask(self, path):
        return self.tell("GET", path)

    def purge(self, key):
        """As an operator does it: what refers to the key is detached first."""
        self.tell("DELETE", f"keys/{key}?purge=true")

    def delete(self, key):
        """Behind the gateway's back: what becomes of that which refers to the key is up to the tables."""

        def gone():
            try:
                with Postgres(self.world.env) as postgres:
                    postgres.rows(f"DELETE FROM api_keys WHERE id = '{key}'")
                return True
            except OSError:
                return False

        wait_for(f"{key} cannot be deleted", 60, gone)

    def witness(self):
        """What the providers served since the last time, by client request id and provider."""
        served = collections.defaultdict(dict)
        for name, port in self.mocks.items():
            wait_for("a provider is still busy", 30, lambda: self.world.stats(port)["active"] == 0)
            url = f"http://127.0.0.1:{port}/stats/requests?after={self.after[name]}"
            with urllib.request.urlopen(url, timeout=20) as answer:
                entries = [json.loads(line) for line in answer.read().decode().splitlines()]
            for entry in entries:
                if entry["number"] > self.after[name]:
                    served[entry["client_request_id"]][name] = entry
            self.after[name] = max([self.after[name], *(entry["number"] for entry in entries)])
        return served

    def records_of(self, one):
        return [record for record in records(self, one.began - 1)
                if (record["client_request_id"] or "").startswith(f"round-{one.number}-")]

    def await_records(self, one, served):
        """Returns once everything has a record that has to have one."""
        admitted = set(served) | {
            id for id, seen in one.seen.items() if seen.request_id and seen.word in ("whole", "aborted", "cut")}
        missing = set()

        def complete():
            nonlocal missing
            missing = admitted - {record["client_request_id"] for record in self.records_of(one)}
            return not missing

        try:
            wait_for("", 60, complete)
        except Failure:
            raise Failure(f"{len(missing)} requests have no record, such as {min(missing)}, "
                          f"{one.seen.get(min(missing))}") from None

    def await_sums(self, one):
        """The round's records, once all sums are right: a loser that was read to its end may correct one last of all."""
        mine, fault = [], None

        def right():
            nonlocal mine, fault
            mine = self.records_of(one)
            fault = None if settled(self.node) else "PostgreSQL and Redis do not agree, or something is held"
            fault = fault or self.wrong_sum(mine)
            return fault is None

        try:
            wait_for("", 30, right)
        except Failure as failure:
            raise Failure(str(failure) or fault) from None
        return mine

    def wrong_sum(self, mine):
        """Whether there is more or less than was billed in all rounds, or a consumer of the events thinks so."""
        count, cost = len(self.billed) + len(mine), self.cost + sum(Decimal(record["cost"]) for record in mine)
        total = self.ask("usage/summary?tenant=drill&by=tenant")["summary"][0]
        if (total["requests"], Decimal(total["cost"])) != (count, cost):
            return f"{count} requests were billed for {cost}, there are {total}"
        balance = Decimal(self.ask("tenants/drill")["balance"])
        if cost != Decimal(OPENING) - balance:
            return f"the records cost {cost}, {Decimal(OPENING) - balance} left the balance"
        aside = self.ask("quarantine")["quarantine"]
        if aside:
            return f"{len(aside)} entries are in quarantine: {aside[0]}"
        self.events.catch_up()
        return self.events.wrong(mine, balance, cost)

    def compare(self, one, served, mine):
        """Every record of a round with what was seen of its request."""
        by_id = {}
        for record in mine:
            client_id = record["client_request_id"]
            if by_id.setdefault(client_id, record) is not record:
                raise Failure(f"two records of {client_id}")
            if client_id not in one.seen:
                raise Failure(f"nobody sent {client_id}")
            key = one.seen[client_id].key
            if record["key_id"] != (key if key == "k" else None):
                raise Failure(f"{key} is deleted, and {record} is of it" if key != "k" else f"{record} has lost its key")
            self.keyless += key != "k"
        for client_id, seen in one.seen.items():
            if seen.word == "whole":
                self.whole(by_id[client_id], seen, served[client_id])
            if seen.word == "401" and seen.key == "k":
                raise Failure(f"{client_id} was refused its key")

    def whole(self, record, seen, served):
        told = served.get(record["provider_id"], {"tokens": None, "outcome": None})
        cost = PROMPT * INPUT + told["tokens"] * OUTPUT if told["tokens"] is not None else None
        expected = (seen.request_id, "completed", PROMPT, told["tokens"], "completed", cost)
        found = (record["request_id"], record["status"], record["input_tokens"], record["output_tokens"], told["outcome"],
                 Decimal(record["cost"]))
        if found != expected or told["tokens"] != seen.tokens:
            raise Failure(f"a whole answer of {seen.tokens} tokens, of which the provider says {told}, is billed as {record}")

    def verify(self):
        """The whole ledger, and every record of every round."""
        wait_for("slots are taken", 30, lambda: self.node.slots() == 0)
        found = {record["request_id"]: Decimal(record["cost"]) for record in records(self)}
        if found != self.billed:
            changed = [id for id, cost in self.billed.items() if found.get(id) != cost]
            raise Failure(f"{len(changed)} records are gone or cost otherwise, such as {changed[:1]}")
        code, text = self.world.run("ledger", "verify")
        if code != 0:
            raise Failure(text)
        return text.strip().splitlines()[-1]

    def round(self, one):
        self.world.slow_commits(one.commit_micros)
        asyncio.run(one.run())
        quiet = time.time()
        served = self.witness()
        wait_for("PostgreSQL and Redis do not agree, or something is held", 60, lambda: settled(self.node))
        one.times["equal"] = time.time() - quiet
        self.await_records(one, served)
        mine = self.await_sums(one)
        self.compare(one, served, mine)
        self.billed.update((record["request_id"], Decimal(record["cost"])) for record in mine)
        self.cost += sum(Decimal(record["cost"]) for record in mine)
        one.times["all"] = time.time() - one.began
        self.note(one, mine)

    def note(self, one, mine):
        self.words.update(seen.word for seen in one.seen.values())
        self.statuses.update(record["status"] for record in mine)
        self.delays.append((one.times["equal"], " and ".join(one.victims)))
        self.times[" and ".join(one.victims)].append(one.times)

    def run(self):
        rounds, start = self.arguments.rounds, time.time()
        ledger = ""
        for number in range(rounds):
            one = Round(self, number)
            try:
                self.round(one)
                if (number + 1) % self.arguments.verify_every == 0 or number + 1 == rounds:
                    ledger = self.verify()
            except Failure as failure:
                raise Failure(f"round {number}, {one}: {failure}") from failure
            if (number + 1) % 10 == 0 or number + 1 == rounds:
                print(f"  round {number + 1}: {self.words['whole']} whole answers, "
                      f"{(time.time() - start) / (number + 1):.1f} s per round; {ledger or 'nothing missing'}", flush=True)
        if not self.words["whole"] or not self.keyless:
            raise Failure("no answer came through, or none of a key that was deleted")

    def report(self):
        print(f"{'killed':<24} rounds   s each (p50, most)   load   back  equal  (p50)")
        for victims, times in sorted(self.times.items()):
            half = {part: sorted(each[part] for each in times)[len(times) // 2] for part in times[0]}
            print(f"{victims:<24} {len(times):>6}   {half['all']:>6.1f} {max(each['all'] for each in times):>6.1f}      "
                  f"{half['load']:>6.1f} {half['back']:>6.1f} {half['equal']:>6.1f}")
        print(f"clients saw   {dict(sorted(self.words.items()))}")
        print(f"records       {sum(self.statuses.values())} {dict(sorted(self.statuses.items()))}, "
              f"{self.keyless} of deleted keys")
        print(f"cost          {self.cost} USD in records, {self.events.spent} USD by "
              f"{len(self.events.applied)} events, {self.events.repeated} of which came again")
        delays = sorted(self.delays)
        print(f"Redis equal   {1000 * delays[len(delays) // 2][0]:.0f} ms after quiet (p50), "
              f"{1000 * delays[-1][0]:.0f} ms at most ({delays[-1][1]} killed); load {os.getloadavg()[0]:.1f}")


def drill(world, arguments):
    print(f"{arguments.rounds} rounds, {arguments.clients} clients, seed {arguments.seed}", flush=True)
    the_drill = Drill(world, arguments)
    the_drill.start()
    the_drill.run()
    the_drill.report()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--clients", type=int, default=40)
    parser.add_argument("--verify-every", type=int, default=100, help="rounds between two readings of the whole ledger")
    main("billing", drill, parser)
