"""The drill behind drill-terminator.sh: what lies between the last content and the terminator at a client."""
import argparse
import asyncio
import json
import os
import re
import sys
import time

from drill_common import KEY, NO_HEDGE, Failure, Node, World, one_provider, wait_for

AIMS = {0.5: 1.0, 0.99: 10.0}
SETTLE = re.compile(rb'status="completed".* settle_us="(\d+)"')
now = time.perf_counter


class Client(asyncio.Protocol):
    """One request; the time from the last content to the terminator."""

    def __init__(self, path, key, rows, ended):
        body = json.dumps({"model": "gpt-fast", "stream": True, "stream_options": {"include_usage": True},
                           "messages": [{"role": "user", "content": "hi"}]})
        self.request = (f"POST {path} HTTP/1.1\r\nhost: drill\r\nauthorization: Bearer {key}\r\n"
                        f"content-type: application/json\r\nconnection: close\r\ncontent-length: {len(body)}\r\n\r\n{body}")
        self.rows, self.ended = rows, ended
        self.tail, self.content_at = b"", None

    def connection_made(self, transport):
        self.transport = transport
        transport.write(self.request.encode())

    def data_received(self, data):
        at = now()
        if b'"content":' in data:
            self.content_at = at
        self.tail = self.tail[-20:] + data
        if b"data: [DONE]" in self.tail and self.content_at is not None:
            self.rows.append(1000 * (at - self.content_at))
            self.content_at = None

    def connection_lost(self, exc):
        self.ended()


class Lateness:
    """How late this process is woken up."""

    def __init__(self):
        self.lags = []

    async def watch(self):
        while True:
            at = now()
            await asyncio.sleep(0.005)
            self.lags.append(1000 * (now() - at) - 5)


async def load(port, path, rate, seconds):
    """Requests at their times, however long the others take; the delays of their terminators."""
    loop, rows, open_requests = asyncio.get_running_loop(), [], 0
    idle = asyncio.Event()

    def ended():
        nonlocal open_requests
        open_requests -= 1
        if open_requests == 0:
            idle.set()

    begin = now()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0, begin + number / rate - now()))
        open_requests += 1
        idle.clear()
        await loop.create_connection(lambda: Client(path, KEY, rows, ended), "127.0.0.1", port)
    await asyncio.wait_for(idle.wait(), 60)
    if len(rows) < 0.99 * int(rate * seconds):
        raise Failure(f"only {len(rows)} of {int(rate * seconds)} answers were whole")
    return rows


def syncs(directory):
    """What the disk itself takes for a record: it is written over space that is there already, as the journal does."""
    rows = []
    with open(os.path.join(directory, "sync.probe"), "wb") as file:
        file.write(bytes(1 << 20))
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        for _ in range(500):
            at = now()
            os.write(file.fileno(), b"x" * 700)
            os.fdatasync(file.fileno())
            rows.append(1000 * (now() - at))
            time.sleep(0.005)
    return rows


def show(what, millis):
    ordered = sorted(millis)
    at = {part: ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.5, 0.9, 0.99)}
    print(f"{what:<58} {at[0.5]:>8.2f} {at[0.9]:>8.2f} {at[0.99]:>8.2f} {ordered[-1]:>8.2f}", flush=True)
    return at


async def run(world, arguments):
    mock = world.start_mock("--script", "events=4;gap=5ms;ttft=5ms")
    world.write_config(one_provider(mock, target=NO_HEDGE, limit=1000))
    node = Node(world, "node-a")
    node.start()
    await asyncio.to_thread(wait_for, "the gateway is not ready", 90, node.up)
    path = "/v1/chat/completions"
    await load(node.port, path, arguments.rate, arguments.warmup)
    log = os.path.join(world.work, node.name + ".log")
    skip = os.path.getsize(log)
    lateness = Lateness()
    watch = asyncio.create_task(lateness.watch())
    through = await load(node.port, path, arguments.rate, arguments.seconds)
    with open(log, "rb") as file:
        file.seek(skip)
        settled = [int(micros) / 1000 for micros in SETTLE.findall(file.read())]
    direct = await load(mock, path, arguments.rate, min(10, arguments.seconds))
    watch.cancel()
    disk = await asyncio.to_thread(syncs, world.work)
    print(f"{f'ms, at {arguments.rate:g} requests per second':<58} {'p50':>8} {'p90':>8} {'p99':>8} {'max':>8}")
    show("last content to terminator at the client, direct", direct)
    at = show("last content to terminator at the client, through", through)
    show("the gateway's own: terminator read to record on disk", settled)
    show("(a write of 700 bytes and its sync on this disk alone)", disk)
    show("(how late the drill itself was woken up)", lateness.lags)
    met = all(at[part] <= aim for part, aim in AIMS.items())
    print(f"p50 of {AIMS[0.5]:g} ms and p99 of {AIMS[0.99]:g} ms {'met' if met else 'not met'}; "
          f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--warmup", type=float, default=15)
    the_world = World("terminator")
    try:
        asyncio.run(run(the_world, parser.parse_args()))
    except (Failure, asyncio.TimeoutError) as failure:
        os.environ["KEEP"] = "1"
        sys.exit(f"FAILED: {failure or 'an answer that had to come did not come in time'}")
    finally:
        the_world.close()
