"""A consumer of the gateway's event stream, and the few words of Redis's protocol that it needs."""
import collections
import socket
from decimal import Decimal

from drill_common import Failure

STREAM = "hedgerow:v1:{events:0}:stream"


class Redis:
    """One connection; every method blocks."""

    def __init__(self, url, password, timeout):
        host, port = url.removeprefix("redis://").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout)
        self.file = self.socket.makefile("rb")
        self.call("AUTH", password)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def call(self, *words):
        parts = [str(word).encode() for word in words]
        self.socket.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
        return self.read()

    def read(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("Redis has gone")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise Failure("Redis says " + rest.decode())
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2].decode()
        if kind == b"*":
            return None if rest == b"-1" else [self.read() for _ in range(int(rest))]
        return int(rest) if kind == b":" else rest.decode()


Event = collections.namedtuple("Event", "id version balance request_ids")


class Events:
    """
    Applies each event of the drill's tenant once, by its id. Redis writes to its file before it answers, so that a kill
    takes nothing along that the gateway believes to be told; and what it does not believe, it tells again.
    """

    def __init__(self, env):
        self.env = env
        self.last = "0-0"
        self.applied, self.told = {}, collections.defaultdict(set)
        self.newest, self.spent, self.repeated = None, Decimal(0), 0

    def redis(self, timeout=20):
        return Redis(self.env["HEDGEROW_REDIS_URL"], self.env["HEDGEROW_REDIS_PASSWORD"], timeout)

    def comes(self, seconds):
        """Returns as soon as there is an event more, or with false after so many seconds."""
        with self.redis(seconds + 5) as redis:
            return redis.call("XREAD", "BLOCK", int(1000 * seconds), "STREAMS", STREAM, "$") is not None

    def catch_up(self):
        with self.redis() as redis:
            while entries := redis.call("XRANGE", STREAM, "(" + self.last, "+", "COUNT", 1000):
                for entry_id, fields in entries:
                    self.last = entry_id
                    self.apply(dict(zip(fields[::2], fields[1::2])))

    def apply(self, fields):
        if fields["tenant_id"] != "drill":
            return
        event = Event(fields["id"], int(fields["version"]), Decimal(fields["balance"]), fields["request_ids"].split())
        known = self.applied.setdefault(event.id, event)
        if known is not event:
            self.repeated += 1
            if known != event:
                raise Failure(f"event {event.id} came as {known} and as {event}")
            return
        if self.newest and event.version <= self.newest.version:
            raise Failure(f"{event} was told after {self.newest}")
        if self.newest:
            self.spent += self.newest.balance - event.balance
        self.newest = event
        for request_id in event.request_ids:
            self.told[request_id].add(event.id)

    def wrong(self, records, balance, cost):
        """What the events say otherwise than the records, or do not say yet, once the stores agree."""
        missing = [record["request_id"] for record in records if record["request_id"] not in self.told]
        if missing:
            return f"no event tells of {len(missing)} requests, such as {missing[0]}"
        if self.newest.balance != balance:
            return f"the balance is {balance}, the last event was {self.newest}"
        if self.spent != cost:
            return f"the events sum up to {self.spent}, the records cost {cost}"
        for record in records:
            told = self.told[record["request_id"]]
            # Only what is estimated at first can be corrected later, which is an event more.
            if record["status"] == "completed" and len(told) != 1:
                return f"{sorted(told)} all tell of {record['request_id']}, which cost something once"
        return None
