"""One round of drill-billing.sh: a moment of load, in the middle of which something is killed and a key goes."""
import asyncio
import collections
import random
import time

from drill_client import Ask, stream_once
from drill_common import KEY, Failure, wait_for
from drill_sql import Postgres

VICTIMS = (("gateway",), ("gateway",), ("postgres",), ("redis",), ("gateway", "postgres"), ("postgres", "gateway"))
MOMENTS = ("any", "terminator", "commit", "event")
SLOW_COMMIT = 50_000
SETTLING = """SELECT 1 FROM pg_stat_activity JOIN pg_locks USING (pid)
    WHERE query = 'COMMIT' AND state = 'active' AND relation = 'ledger_entries'::regclass LIMIT 1"""
Seen = collections.namedtuple("Seen", "word request_id tokens key")


class Round:
    """A moment of load; what is chosen is killed in the middle of it, and a key is deleted under its streams."""

    def __init__(self, drill, number):
        luck = drill.luck
        self.drill, self.number = drill, number
        self.victims, self.moment = drill.next_kill()
        # Commits that are meant to be hit, or to be hit behind what was told too early, have to last.
        slow = luck.random() < 0.5 or self.moment in ("commit", "event")
        self.commit_micros = SLOW_COMMIT if slow else 0
        self.after, self.more = luck.uniform(0.05, 0.8), luck.uniform(0.05, 0.3)
        self.forget = luck.choice((drill.purge, drill.delete))
        self.forget_before = luck.random() < 0.5
        self.forget_at = luck.uniform(0.0, self.after if self.forget_before else self.more)
        self.clients = [random.Random(luck.random()) for _ in range(drill.arguments.clients)]
        self.passing = f"passing-{number}"
        self.over, self.armed, self.killed = False, False, None
        self.struck = asyncio.Event()
        self.seen, self.calls, self.times, self.began = {}, 0, {}, None

    def __str__(self):
        return f"{' and '.join(self.victims)} at {self.moment}"

    async def client(self, luck, key, secret):
        while not self.over:
            self.calls += 1
            client_id = f"round-{self.number}-{self.calls}"
            ask = Ask(key=secret, client_id=client_id, ended=self.terminator)
            self.seen[client_id] = Seen(*await stream_once(self.drill.node.port, luck, ask), key)
            await asyncio.sleep(luck.uniform(0.0, 0.1))

    def terminator(self):
        """A client has one this very moment."""
        if self.armed:
            self.armed = False
            self.strike()
            self.struck.set()

    def strike(self):
        """SIGKILL to all victims, one right after the other."""
        self.killed = {}
        for victim in self.victims:
            if victim == "gateway":
                self.drill.node.process.kill()
            else:
                self.killed[victim] = self.drill.world.kill_store(victim)

    async def kill(self):
        await asyncio.sleep(self.after)
        if self.moment == "terminator":
            self.armed = True
            try:
                await asyncio.wait_for(self.struck.wait(), 30)
            except asyncio.TimeoutError:
                raise Failure("no answer is whole") from None
        else:
            await asyncio.to_thread(self.kill_at_once)

    def kill_at_once(self):
        """The clients keep their own thread busy: what is waited for here may last no longer than a moment."""
        if self.moment == "commit":
            with Postgres(self.drill.world.env) as postgres:
                end = time.time() + 30
                while not postgres.rows(SETTLING):
                    if time.time() > end:
                        raise Failure("no settlement commits")
        elif self.moment == "event" and not self.drill.events.comes(30):
            raise Failure("no event comes")
        self.strike()

    async def strike_and_repair(self):
        await self.kill()
        dead = [victim for victim, process in self.killed.items() if process is None]
        if dead:
            raise Failure(f"{dead} could not be killed")
        began = time.time()
        if "gateway" in self.victims:
            self.over = True
            await asyncio.to_thread(self.drill.node.process.wait)
            self.drill.node.start()
        for store, process in self.killed.items():
            await asyncio.to_thread(
                wait_for, f"{store} is not back", 120, lambda: self.drill.world.store_is_back(store, process))
        await asyncio.to_thread(wait_for, "the gateway is not back", 120, self.drill.node.well)
        self.times["back"] = time.time() - began

    async def forgetting(self):
        await asyncio.sleep(self.forget_at)
        await asyncio.to_thread(self.forget, self.passing)

    async def attack(self):
        if self.forget_before:
            await asyncio.gather(self.forgetting(), self.strike_and_repair())
        else:
            await self.strike_and_repair()
            await self.forgetting()
        if not self.over:
            await asyncio.sleep(self.more)
        self.over = True

    async def run(self):
        self.began = time.time()
        secret = self.drill.tell("POST", "keys", {"id": self.passing, "tenant": "drill"})["secret"]
        keys = [(self.passing, secret) if at % 4 == 0 else ("k", KEY) for at in range(len(self.clients))]
        await asyncio.gather(self.attack(), *(self.client(luck, *key) for luck, key in zip(self.clients, keys)))
        self.times["load"] = time.time() - self.began - self.times["back"]
