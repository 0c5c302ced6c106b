"""The drill behind drill-billing.sh: kills, and a comparison of what providers and clients saw with what was billed."""
import argparse
import asyncio
import collections
import datetime
import json
import os
import random
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from decimal import Decimal

from drill_common import Failure, Node, World, get, stream_once, wait_for

PROMPT = 113
INPUT, OUTPUT = Decimal("0.25") / 1_000_000, Decimal("2.00") / 1_000_000
OPENING = Decimal("1000000.00")
VICTIMS = (("gateway",), ("gateway",), ("postgres",), ("redis",), ("gateway", "postgres"), ("postgres", "gateway"))
FAST = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
Seen = collections.namedtuple("Seen", "word request_id tokens")


class Round:
    """A moment of load; what is chosen is killed in the middle of it."""

    def __init__(self, drill, number, luck):
        self.drill, self.number, self.luck = drill, number, luck
        self.victims = luck.choice(VICTIMS)
        self.after = luck.uniform(0.05, 1.2)
        self.at_an_end = luck.random() < 0.5
        self.over = False
        self.ended = asyncio.Event()
        self.seen, self.calls = {}, 0

    async def client(self, luck):
        while not self.over:
            self.calls += 1
            client_id = f"round-{self.number}-{self.calls}"
            seen = Seen(*await stream_once(self.drill.node.port, luck, client_id=client_id))
            self.seen[client_id] = seen
            if seen.word == "whole":
                self.ended.set()
            await asyncio.sleep(luck.uniform(0.0, 0.1))

    async def kill(self):
        await asyncio.sleep(self.after)
        if self.at_an_end:
            self.ended.clear()
            try:
                await asyncio.wait_for(self.ended.wait(), 30)
            except asyncio.TimeoutError:
                pass
        world, killed = self.drill.world, {}
        for victim in self.victims:
            if victim == "gateway":
                self.drill.node.process.kill()
            else:
                killed[victim] = world.kill_store(victim)
                if killed[victim] is None:
                    raise Failure(f"{victim} could not be killed")
        if "gateway" in self.victims:
            self.over = True
            await asyncio.to_thread(self.drill.node.process.wait)
            self.drill.node.start()
        for store, process in killed.items():
            await asyncio.to_thread(wait_for, f"{store} is not back", 120, lambda: world.store_is_back(store, process))
        await asyncio.to_thread(wait_for, "the gateway is not back", 120, self.drill.well)
        # Some more, as it goes on after the repair.
        await asyncio.sleep(0.0 if self.over else self.luck.uniform(0.05, 0.3))
        self.over = True

    async def run(self, clients):
        await asyncio.gather(self.kill(), *(self.client(random.Random(self.luck.random())) for _ in range(clients)))


class Drill:
    def __init__(self, world, arguments):
        self.world, self.arguments = world, arguments
        self.luck = random.Random(arguments.seed)
        self.words, self.statuses, self.killed = collections.Counter(), collections.Counter(), collections.Counter()
        self.served = {}
        self.billed, self.cost, self.delays = {}, Decimal(0), []

    def start(self):
        self.world.start_stores()
        shape = ("--script", f"prompt-tokens={PROMPT};events=5..40;ttft=1ms..60ms;gap=0ms..6ms")
        self.mocks = {name: self.world.start_mock("--name", name, *shape) for name in ("one", "two")}
        self.world.write_config(f"""providers:
  - {{id: one, dialect: openai, base_url: "http://127.0.0.1:{self.mocks["one"]}/v1", api_key: "${{DRILL_KEY}}", max_concurrency: 500}}
  - {{id: two, dialect: openai, base_url: "http://127.0.0.1:{self.mocks["two"]}/v1", api_key: "${{DRILL_KEY}}", max_concurrency: 500,
     priority: 1, cancel_stops_billing: false}}
models:
  - id: gpt-fast
    targets: [{{provider: one, model: m}}, {{provider: two, model: m}}]
    hedge: {{delay: 40ms, max_attempts: 2, budget: 20%}}
    price: {{input: 0.25, output: 2.00}}
limits: {{lease: 3s}}
tenants:
  - id: drill
    balance: "{OPENING}"
    keys: [{{id: k, secret: "${{DRILL_KEY}}"}}]
""")
        # Classes that were loaded once are loaded from an archive afterwards: a start takes two thirds of the time.
        archive = os.path.join(self.world.work, "classes.jsa")
        self.node = Node(self.world, "node-a", (*FAST, "-XX:ArchiveClassesAtExit=" + archive))
        self.node.start()
        wait_for("the gateway is not ready", 90, self.node.up)
        asyncio.run(stream_once(self.node.port, random.Random(1), abort_share=0))
        self.node.stop()
        self.node.flags = (*FAST, "-Xshare:auto", "-XX:SharedArchiveFile=" + archive)
        self.node.start()
        wait_for("the gateway is not well", 90, self.well)
        wait_for("the balance is not known", 90, self.agree)
        first = self.records(0)
        self.cost = sum(Decimal(record["cost"]) for record in first)
        self.billed = {record["request_id"]: record["cost"] for record in first}
        self.after = {name: self.world.stats(port)["requests"] for name, port in self.mocks.items()}

    def well(self):
        try:
            return get(f"http://127.0.0.1:{self.node.admin}/readyz").get("degraded") in (None, [])
        except (OSError, ValueError):
            return False

    def ask(self, path):
        """As `Node.ask`; a gateway whose store is late is asked again."""
        for _ in range(100):
            try:
                return self.node.ask(path)
            except urllib.error.HTTPError as refused:
                if refused.code != 503:
                    raise
            time.sleep(0.1)
        raise Failure(f"{path} stays unavailable")

    def records(self, since):
        """Those of requests that began since then, in seconds."""
        found, cursor = [], None
        start = datetime.datetime.fromtimestamp(since, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        while True:
            query = {"tenant": "drill", "limit": 1000, "since": start}
            if cursor:
                query["cursor"] = cursor
            page = self.ask("usage?" + urllib.parse.urlencode(query))
            found += page["usage"]
            cursor = page["next_cursor"]
            if not cursor:
                return found

    def agree(self):
        """Whether Redis has PostgreSQL's balance, and nothing is on its way."""
        try:
            tenant = self.node.ask("tenants/drill")
        except (OSError, ValueError):
            return False
        redis = tenant["redis"] or {}
        return redis.get("balance") == tenant["balance"] and Decimal(redis.get("pending") or "0") == 0

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

    def compare(self, one, began):
        """Everything of a round that has a record by now, and what is wrong with it."""
        served = self.witness()
        admitted = set(served) | {
            id for id, seen in one.seen.items() if seen.request_id and seen.word in ("whole", "aborted", "cut")}
        prefix = f"round-{one.number}-"
        missing, mine = set(), []

        def recorded():
            nonlocal missing, mine
            mine = [record for record in self.records(began - 1) if (record["client_request_id"] or "").startswith(prefix)]
            missing = admitted - {record["client_request_id"] for record in mine}
            return not missing

        try:
            wait_for("", 60, recorded)
        except Failure:
            raise Failure(f"{len(missing)} requests have no record, such as {min(missing)}") from None
        by_id = {}
        for record in mine:
            if by_id.setdefault(record["client_request_id"], record) is not record:
                raise Failure(f"two records of {record['client_request_id']}")
            if record["client_request_id"] not in one.seen:
                raise Failure(f"nobody sent {record['client_request_id']}")
        for id, seen in one.seen.items():
            if seen.word == "whole":
                self.whole(by_id[id], seen, served[id])
        for record in mine:
            self.statuses[record["status"]] += 1
            self.billed[record["request_id"]] = record["cost"]

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
        wait_for("what was held is not free", 60, lambda: Decimal(self.ask("tenants/drill")["redis"]["reserved"]) == 0)
        wait_for("slots are taken", 30, lambda: self.node.slots() == 0)
        everything = self.records(0)
        ids = collections.Counter(record["request_id"] for record in everything)
        if ids.most_common(1)[0][1] > 1:
            raise Failure(f"two records of {ids.most_common(1)[0][0]}")
        gone = set(self.billed) - set(ids)
        if gone:
            raise Failure(f"{len(gone)} records are gone, such as {min(gone)}")
        cost = sum(Decimal(record["cost"]) for record in everything)
        spent = OPENING - Decimal(self.ask("tenants/drill")["balance"])
        if cost != spent:
            raise Failure(f"the records cost {cost}, {spent} left the balance")
        aside = self.ask("quarantine")["quarantine"]
        if aside:
            raise Failure(f"{len(aside)} entries are in quarantine: {aside[0]}")
        code, text = self.world.run("ledger", "verify")
        if code != 0:
            raise Failure(text)
        return cost, text.strip().splitlines()[-1]

    def round(self, number):
        began = time.time()
        one = Round(self, number, self.luck)
        asyncio.run(one.run(self.arguments.clients))
        quiet = time.time()
        while not self.agree():
            if time.time() - quiet > 60:
                raise Failure("PostgreSQL and Redis do not agree")
            time.sleep(0.02)
        self.delays.append((time.time() - quiet, " and ".join(one.victims)))
        self.killed[" and ".join(one.victims)] += 1
        self.words.update(seen.word for seen in one.seen.values())
        self.compare(one, began)

    def run(self):
        rounds = self.arguments.rounds
        print(f"{rounds} rounds, {self.arguments.clients} clients, seed {self.arguments.seed}", flush=True)
        start = time.time()
        for number in range(rounds):
            try:
                self.round(number)
            except Failure as failure:
                raise Failure(f"round {number}: {failure}") from failure
            if (number + 1) % self.arguments.verify_every == 0 or number + 1 == rounds:
                cost, ledger = self.verify()
                print(f"  round {number + 1}: {self.words['whole']} whole answers, "
                      f"{(time.time() - start) / (number + 1):.1f} s per round; {ledger}", flush=True)
        print(f"killed        {dict(self.killed)}")
        print(f"clients saw   {dict(sorted(self.words.items()))}")
        print(f"records       {sum(self.statuses.values())} {dict(sorted(self.statuses.items()))}")
        print(f"cost          {cost} USD in records")
        delays = sorted(self.delays)
        print(f"Redis equal   {1000 * delays[len(delays) // 2][0]:.0f} ms after quiet (p50), "
              f"{1000 * delays[-1][0]:.0f} ms at most ({delays[-1][1]} killed); load {os.getloadavg()[0]:.1f}")
        if not self.words["whole"]:
            raise Failure("no answer came through")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--clients", type=int, default=40)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--verify-every", type=int, default=50, help="rounds between two readings of the whole ledger")
    the_world = World("billing")
    try:
        the_drill = Drill(the_world, parser.parse_args())
        the_drill.start()
        the_drill.run()
        print("all is well")
    except Failure as failure:
        os.environ["KEEP"] = "1"
        sys.exit(f"FAILED: {failure}")
    finally:
        the_world.close()
