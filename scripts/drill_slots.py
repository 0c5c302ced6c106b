"""The drill behind drill-slots.sh: who is started, who is killed, who counts."""
import asyncio
import os
import random
import sys
import time

from drill_client import stream_once
from drill_common import NO_HEDGE, Failure, Node, World, one_provider, wait_for

SECONDS = float(os.environ.get("SECONDS_TOTAL", "60"))
CLIENTS = int(os.environ.get("CLIENTS", "500"))
LIMIT = int(os.environ.get("LIMIT", "10"))
LEASE = int(os.environ.get("LEASE_SECONDS", "5"))
KILL_EVERY = float(os.environ.get("KILL_EVERY", "6"))
REDIS_KILLS = int(os.environ.get("REDIS_KILLS", "2"))
SEED = int(os.environ.get("SEED", str(random.randrange(1 << 30))))
chance = random.Random(SEED)


async def client(nodes, end, counts, luck):
    while time.time() < end:
        word, _, _ = await stream_once(luck.choice(nodes).port, luck)
        counts[word] = counts.get(word, 0) + 1
        if word not in ("whole", "aborted"):
            await asyncio.sleep(luck.uniform(0.2, 1.0))


async def chaos(world, nodes, end, killed):
    redis_at = sorted(time.time() + SECONDS * share for share in (0.35, 0.7)[:REDIS_KILLS])
    turn = 0
    while time.time() + KILL_EVERY < end:
        await asyncio.sleep(KILL_EVERY)
        if redis_at and time.time() >= redis_at[0]:
            redis_at.pop(0)
            if world.kill_store("redis"):
                killed.append("redis")
        while not all(await asyncio.gather(*(asyncio.to_thread(node.up) for node in nodes))) and time.time() < end:
            await asyncio.sleep(0.2)
        node = nodes[turn % len(nodes)]
        turn += 1
        await asyncio.to_thread(node.kill)
        node.start()
        killed.append(node.name)


def drill(world):
    world.start_stores()
    mock = world.start_mock("--ttft", "20ms..80ms", "--events", "20", "--gap", "5ms..30ms")
    extra = f"limits: {{lease: {LEASE}s}}\nstores: {{on_redis_failure: refuse}}\n"
    world.write_config(one_provider(mock, extra=extra, target=NO_HEDGE, limit=LIMIT))
    nodes = [Node(world, "node-a"), Node(world, "node-b")]
    for node in nodes:
        node.start()
    for node in nodes:
        wait_for(f"{node.name} is not ready", 60, node.up)
    print(f"{CLIENTS} clients for {SECONDS:.0f} s, {LIMIT} slots, lease {LEASE} s, seed {SEED}", flush=True)
    counts, killed, end = {}, [], time.time() + SECONDS

    async def everything():
        clients = (client(nodes, end, counts, random.Random(chance.random())) for _ in range(CLIENTS))
        await asyncio.gather(chaos(world, nodes, end, killed), *clients)

    asyncio.run(everything())
    wait_for("a gateway did not come back", 90, lambda: all(node.up() for node in nodes))
    began = time.time()
    wait_for("slots or streams are left", LEASE + 10,
             lambda: world.stats(mock)["active"] == 0 and nodes[0].slots() == 0)
    stats = world.stats(mock)
    print(f"killed        {len(killed) - killed.count('redis')} gateways, {killed.count('redis')} times Redis")
    print(f"clients saw   {dict(sorted(counts.items()))}")
    print(f"provider saw  {stats['requests']} requests, {stats['max_active']} at once at most, {stats['active']} now")
    print(f"slots in use  0, {time.time() - began:.1f} s after the last client")
    if stats["max_active"] > LIMIT:
        raise Failure(f"{stats['max_active']} at once where {LIMIT} are allowed")
    if not counts.get("whole"):
        raise Failure("no answer came through")


if __name__ == "__main__":
    the_world = World("slots")
    try:
        drill(the_world)
        print("all is well")
    except Failure as failure:
        os.environ["KEEP"] = "1"
        sys.exit(f"FAILED: {failure}")
    finally:
        the_world.close()
