"""The drill behind drill-main-job.sh: hedging on and off, clients that hang up, a kill, and the bill."""
import argparse
import asyncio
import collections
import json
import os
import random
import time
from decimal import Decimal

from drill_client import Ask, stream_once
from drill_common import KEY, Failure, Node, judge, main, wait_for
from drill_witness import Witness, records, settled

EVENTS, OPENING, LEASE, BURST = 20, Decimal("100000.00"), 5, 10
PROVIDERS = ("one", "two", "three")


class Run:
    """One gateway and its three providers."""

    def __init__(self, world, arguments):
        self.world, self.arguments, self.faults = world, arguments, []
        self.luck = random.Random(arguments.seed)
        self.mocks = [world.start_mock(
            "--ttft", "lognormal(40ms,0.2)", "--slow-share", "0.04", "--slow-extra", "2s", "--events", str(EVENTS),
            "--gap", "3ms", "--seed", str(arguments.seed + n)) for n in range(len(PROVIDERS))]
        self.configure()
        self.node = Node(world, "node-a")
        self.node.start()
        wait_for("the gateway is not ready", 90, self.node.up)

    def configure(self):
        providers = "".join(
            f'  - {{id: {name}, dialect: openai, base_url: "http://127.0.0.1:{port}/v1", api_key: "${{DRILL_KEY}}", '
            f"max_concurrency: 200}}\n" for name, port in zip(PROVIDERS, self.mocks))
        targets = ", ".join(f"{{provider: {name}, model: m}}" for name in PROVIDERS)
        self.world.write_config(f"""providers:
{providers}models:
  - id: gpt-fast
    targets: [{targets}]
    hedge: {{delay: p95, min_delay: 50ms, max_delay: 500ms, max_attempts: 2, budget: 10%}}
    price: {{input: 0.25, output: 2.00}}
limits: {{lease: {LEASE}s}}
tenants:
  - id: drill
    balance: "{OPENING}"
    keys: [{{id: k, secret: "${{DRILL_KEY}}"}}]
""")

    def load(self, name, *flags):
        """`hedgerow load` to its end; its result."""
        file = os.path.join(self.world.work, name + ".json")
        self.world.env["HEDGEROW_KEY"] = KEY
        code, text = self.world.run(
            "load", "--url", f"http://127.0.0.1:{self.node.port}", "--model", "gpt-fast", "--include-usage", "--json", file,
            "--seed", str(self.arguments.seed), "--duration", "1h", *flags)
        if not os.path.exists(file):
            raise Failure(f"the load did not run ({code}): {text}")
        with open(file) as result:
            return json.load(result)

    def check(self, holds, fault):
        if not holds:
            self.faults.append(fault)

    def active(self):
        return sum(self.world.stats(port)["active"] for port in self.mocks)

    def emptied(self, since, within, what):
        """Waits until no slot is taken and no provider is busy; seconds since the last client."""
        wait_for(f"slots or streams are left {what}", within + 15, lambda: self.active() == 0 and self.node.slots() == 0)
        took = time.time() - since
        self.check(took <= within, f"slots or streams were left for {took:.1f} s {what}")
        return took

    def bill(self, what):
        """All records; their costs must be what left the balance, in both stores."""
        wait_for("PostgreSQL and Redis do not agree", 60, lambda: settled(self.node))
        found = records(self.node)
        cost = sum(Decimal(record["cost"]) for record in found)
        spent = OPENING - Decimal(self.node.ask("tenants/drill")["balance"])
        self.check(cost == spent, f"the records cost {cost}, {spent} left the balance {what}")
        ids = {record["request_id"] for record in found}
        self.check(len(ids) == len(found), f"{len(found) - len(ids)} requests have two records {what}")
        return found, cost


def hedging(run):
    rate = ("--rate", str(run.arguments.rate), "--requests", str(run.arguments.requests))
    off = run.load("off", "--header", "x-hedgerow-hedge: off", *rate)
    before = {record["request_id"] for record in run.bill("without hedging")[0]}
    on = run.load("on", *rate)
    fresh = [record for record in run.bill("with hedging")[0] if record["request_id"] not in before]
    extra = sum(a["reason"] == "hedge" and a["outcome"] != "denied" for record in fresh for a in record["attempts"])
    won = sum(a["reason"] == "hedge" and a["outcome"] == "won" for record in fresh for a in record["attempts"])
    slow, fast = off["latency_ms"]["ttft"], on["latency_ms"]["ttft"]
    for name, figures in (("off", slow), ("on", fast)):
        print(f"hedging {name:<4}  time to first token p50 {figures['p50']:.0f} ms, p99 {figures['p99']:.0f} ms", flush=True)
    print(f"gained        {slow['p99'] / fast['p99']:.1f} times at p99 for {extra} extra requests "
          f"({100 * extra / len(fresh):.1f} %), of which {won} won", flush=True)
    run.check(off["completed"] == off["started"] and on["completed"] == on["started"], "not every answer came whole")
    run.check(slow["p99"] >= 3 * fast["p99"], "hedging gained less than three times at p99")
    run.check(won > 0, "no hedge won")
    run.check(extra <= 0.1 * len(fresh) + BURST, f"{extra} extra requests for {len(fresh)} are beyond the budget")


def aborting(run):
    before = {record["request_id"] for record in run.bill("before the aborts")[0]}
    result = run.load("aborts", "--rate", str(run.arguments.rate), "--requests", str(run.arguments.aborting),
                      "--abort-share", "0.2")
    took = run.emptied(time.time(), 1, "after the aborts")
    found, cost = run.bill("after the aborts")
    fresh = [record for record in found if record["request_id"] not in before]
    statuses = collections.Counter(record["status"] for record in fresh)
    print(f"aborts        {result['started']} requests, {result['aborted']} hung up, {result['failed']} failed; "
          f"nothing left {took:.2f} s after the load generator", flush=True)
    print(f"records       {len(fresh)} {dict(statuses)}, {cost} USD in all", flush=True)
    run.check(result["failed"] == 0, f"errors under load: {result['errors']}")
    run.check(len(fresh) == result["started"], f"{len(fresh)} records for {result['started']} requests")


async def paced(run, witness, count):
    """An open loop; the gateway is killed in the middle of it and started again."""

    async def one():
        for _ in range(100):
            word, *rest = await stream_once(run.node.port, random.Random(run.luck.random()), Ask(abort_share=0.2))
            if word != "no connection":
                witness.note(word, *rest)
                if not word.startswith("5"):
                    return
            await asyncio.sleep(1)

    async def kill():
        await asyncio.sleep(count / run.arguments.rate / 2)
        await asyncio.to_thread(run.node.kill)
        run.node.start()

    tasks = [asyncio.create_task(kill())]
    for _ in range(count):
        tasks.append(asyncio.create_task(one()))
        await asyncio.sleep(1 / run.arguments.rate)
    await asyncio.gather(*tasks)


def killed(run):
    before = {record["request_id"] for record in run.bill("before the kill")[0]}
    arrived = sum(run.world.stats(port)["requests"] for port in run.mocks)
    witness = Witness()
    asyncio.run(paced(run, witness, run.arguments.aborting))
    ended = time.time()
    wait_for("the gateway is not back", 90, run.node.up)
    took = run.emptied(ended, LEASE, "after the kill")
    wait_for("answers that began have no record", 30,
             lambda: witness.begun <= {record["request_id"] for record in records(run.node)})
    everything, cost = run.bill("after the kill")
    fresh = {record["request_id"]: record for record in everything if record["request_id"] not in before}
    statuses = collections.Counter(record["status"] for record in fresh.values())
    outcomes = collections.Counter(a["outcome"] for record in fresh.values() for a in record["attempts"])
    sent = sum(outcomes.values()) - outcomes["denied"]
    arrived = sum(run.world.stats(port)["requests"] for port in run.mocks) - arrived
    print(f"kill          clients saw {dict(sorted(witness.words.items()))}; nothing left after {took:.2f} s", flush=True)
    print(f"records       {len(fresh)} {dict(statuses)}, {cost} USD in all", flush=True)
    wrong = [i for i, tokens in witness.whole.items() if i in fresh and (
        fresh[i]["status"] != "completed" or fresh[i]["output_tokens"] != tokens)]
    run.check(not wrong, f"{len(wrong)} whole answers are billed otherwise")
    unseen = fresh.keys() - witness.begun
    run.check(all(fresh[i]["status"] in ("abandoned", "client_aborted") for i in unseen),
              "records of requests whose answers no client saw are not of those that were cut off")
    # What a killed gateway had sent is in no attempt of an abandoned record; every other request to a provider is. A hedge
    # that is cancelled while it connects never arrives.
    run.check(sent - outcomes["cancelled"] <= arrived <= sent + 2 * statuses["abandoned"],
              f"the providers saw {arrived} requests, the records name {sent}")


def drill(world, arguments):
    print(f"{arguments.requests} requests per run, {arguments.rate} per second, seed {arguments.seed}", flush=True)
    run = Run(world, arguments)
    hedging(run)
    aborting(run)
    killed(run)
    judge(run.faults)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=2000, help="without and with hedging, each")
    parser.add_argument("--aborting", type=int, default=1000, help="of which a fifth hang up, in each of two runs")
    parser.add_argument("--rate", type=float, default=80)
    main("main-job", drill, parser)
