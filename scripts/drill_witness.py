"""What clients of a drill saw, and whether the records of its tenant say the same."""
import collections
import datetime
import urllib.parse
from decimal import Decimal

from drill_common import OPENING


class Witness:
    """What the clients saw, by request id."""

    def __init__(self):
        self.whole = {}
        self.begun = set()
        self.words = collections.Counter()

    def note(self, word, request_id, tokens):
        self.words[word] += 1
        if request_id and word in ("whole", "aborted", "cut"):
            self.begun.add(request_id)
        if word == "whole":
            self.whole[request_id] = tokens


def records(node, since=0):
    """All, or those of requests that began since then, in seconds."""
    found, cursor = [], None
    start = datetime.datetime.fromtimestamp(since, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    while True:
        query = {"tenant": "drill", "limit": 1000, "since": start}
        if cursor:
            query["cursor"] = cursor
        page = node.ask("usage?" + urllib.parse.urlencode(query))
        found += page["usage"]
        cursor = page["next_cursor"]
        if not cursor:
            return found


def settled(node):
    """Whether PostgreSQL and Redis agree and nothing is open."""
    try:
        tenant = node.ask("tenants/drill")
    except (OSError, ValueError):
        return False
    redis = tenant["redis"] or {}
    return redis.get("balance") == tenant["balance"] and all(
        Decimal(redis.get(name) or "0") == 0 for name in ("reserved", "pending"))


def compare(node, witness):
    by_id = collections.defaultdict(list)
    everything = records(node)
    for record in everything:
        by_id[record["request_id"]].append(record)
    faults = []
    twice = [id for id, found in by_id.items() if len(found) > 1]
    if twice:
        faults.append(f"{len(twice)} requests have two records, such as {twice[0]}")
    missing = [id for id in witness.begun if id not in by_id]
    if missing:
        faults.append(f"{len(missing)} answers that began have no record, such as {missing[0]}")
    wrong = [id for id, tokens in witness.whole.items() if id in by_id and (
        by_id[id][0]["status"] != "completed" or by_id[id][0]["output_tokens"] != tokens)]
    if wrong:
        faults.append(f"{len(wrong)} whole answers are billed otherwise, such as {by_id[wrong[0]][0]}")
    cost = sum(Decimal(record["cost"]) for record in everything)
    spent = Decimal(OPENING) - Decimal(node.ask("tenants/drill")["balance"])
    if cost != spent:
        faults.append(f"the records cost {cost}, {spent} left the balance")
    return everything, cost, faults
