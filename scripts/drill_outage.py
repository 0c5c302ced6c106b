"""The drill behind drill-outage.sh: PostgreSQL stopped under load, and a look at what became of streams, records and memory."""
import argparse
import asyncio
import collections
import os
import random
import signal
import subprocess
import time
import urllib.request

from drill_client import Ask, stream_once
from drill_common import Failure, Node, judge, main, one_provider, verify_ledger, wait_for
from drill_witness import Witness, compare, settled

GROWTH_MIB = 64


def family(pid):
    """A process and all that descend from it."""
    children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [pid] + [each for child in children for each in family(int(child))]


def postmaster(world):
    for at, _, names in os.walk(os.path.join(world.stores_dir, "postgres")):
        if "postmaster.pid" in names:
            with open(os.path.join(at, "postmaster.pid")) as file:
                return int(file.readline())
    raise Failure("PostgreSQL is not found")


def send_all(pids, what):
    for pid in pids:
        try:
            os.kill(pid, what)
        except ProcessLookupError:
            pass


def metric(node, name):
    with urllib.request.urlopen(f"http://127.0.0.1:{node.admin}/metrics", timeout=20) as answer:
        return sum(float(line.rsplit(" ", 1)[1]) for line in answer.read().decode().splitlines()
                   if line.startswith(name) and line[len(name)] in " {")


def resident_mib(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


async def client(node, end, witness, luck):
    while time.time() < end:
        witness.note(*await stream_once(node.port, luck, Ask(abort_share=0.1)))
        await asyncio.sleep(luck.uniform(0.0, 0.2))


async def watch(world, node, arguments, seen):
    """Lets PostgreSQL stand still in the middle of the load, and notes memory and the journal's depth."""
    await asyncio.sleep(arguments.before)
    seen["before"] = resident_mib(node.process.pid)
    stopped = family(postmaster(world))
    send_all(stopped, signal.SIGSTOP)
    try:
        end = time.time() + arguments.seconds
        while time.time() < end:
            await asyncio.sleep(min(5, max(0.0, end - time.time())))
            depth = await asyncio.to_thread(metric, node, "hedgerow_billing_journal_depth")
            seen["depth"] = max(seen.get("depth", 0), depth)
            seen["most"] = max(seen.get("most", 0), resident_mib(node.process.pid))
    finally:
        send_all(stopped, signal.SIGCONT)


async def under_load(world, node, arguments, witness, seen):
    luck = random.Random(arguments.seed)
    end = time.time() + arguments.before + arguments.seconds + 5
    await asyncio.gather(
        watch(world, node, arguments, seen),
        *(client(node, end, witness, random.Random(luck.random())) for _ in range(arguments.clients)))


def drill(world, arguments):
    world.start_stores()
    mock = world.start_mock("--ttft", "10ms..60ms", "--events", "20", "--gap", "2ms..20ms")
    world.write_config(one_provider(mock))
    node = Node(world, "node-a")
    node.start()
    wait_for("the gateway is not ready", 90, node.up)
    witness, seen = Witness(), {}
    asyncio.run(under_load(world, node, arguments, witness, seen))
    began = time.time()
    wait_for("PostgreSQL and Redis do not agree", 120, lambda: settled(node))
    caught_up = time.time() - began
    everything, cost, faults = compare(node, witness)
    statuses = collections.Counter(record["status"] for record in everything)
    print(f"clients saw   {dict(sorted(witness.words.items()))}")
    print(f"journal       {seen['depth']:.0f} settlements waited at most; all settled {caught_up:.1f} s after the load")
    print(f"memory        {seen['before']:.0f} MiB before, {seen['most']:.0f} MiB at most while PostgreSQL stood still")
    print(f"records       {len(everything)} {dict(sorted(statuses.items()))}, {cost} USD")
    failed = sum(count for word, count in witness.words.items() if word not in ("whole", "aborted"))
    if failed:
        faults.append(f"{failed} requests failed")
    if seen["most"] > seen["before"] + GROWTH_MIB:
        faults.append(f"memory grew by more than {GROWTH_MIB} MiB")
    if seen["depth"] == 0:
        faults.append("PostgreSQL did not stand still")
    verify_ledger(world, faults)
    judge(faults)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60, help="how long PostgreSQL stands still")
    parser.add_argument("--before", type=float, default=20, help="load before that")
    parser.add_argument("--clients", type=int, default=40)
    main("outage", drill, parser)
