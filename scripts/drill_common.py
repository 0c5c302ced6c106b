"""What the drills share: processes in a temporary directory, ports, waiting, and a configuration."""
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

JAR = os.environ["JAR"]
KEY, TOKEN = "sk-drill", "drill-admin"
OPENING = "100000.00"
NO_HEDGE = "\n    hedge: {delay: off}"


class Failure(Exception):
    """What went wrong, in words."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, seconds, test):
    end = time.time() + seconds
    while time.time() < end:
        if test():
            return
        time.sleep(0.03)
    raise Failure(what)


def get(url, bearer=None):
    return send("GET", url, bearer)


def send(method, url, bearer=None, body=None):
    """A request with or without a body in JSON; the answer's JSON."""
    request = urllib.request.Request(url, method=method, data=None if body is None else json.dumps(body).encode())
    if bearer:
        request.add_header("Authorization", "Bearer " + bearer)
    if body is not None:
        request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def one_provider(port, extra="", target="", limit=500):
    """A configuration with one provider and a tenant whose money does not run out."""
    return f"""providers:
  - {{id: one, dialect: openai, base_url: "http://127.0.0.1:{port}/v1", api_key: "${{DRILL_KEY}}", max_concurrency: {limit}}}
models:
  - id: gpt-fast
    targets: [{{provider: one, model: m}}]{target}
    price: {{input: 0.25, output: 2.00}}
{extra}tenants:
  - id: drill
    balance: "{OPENING}"
    keys: [{{id: k, secret: "${{DRILL_KEY}}"}}]
"""


class World:
    """Everything that a drill starts; `close` ends it."""

    def __init__(self, name):
        self.work = tempfile.mkdtemp(prefix=f"drill-{name}-")
        self.stores_dir = os.path.join(self.work, "stores")
        self.processes = []
        self.env = {"DRILL_KEY": KEY, "HEDGEROW_ADMIN_TOKEN": TOKEN}

    def java(self, name, *arguments, env=None, flags=()):
        with open(os.path.join(self.work, name + ".log"), "ab") as log:
            process = subprocess.Popen(["java", "-Xmx384m", *flags, "-jar", JAR, *arguments],
                                       stdout=log, stderr=log, env={**os.environ, **(env or {})})
        self.processes.append(process)
        return process

    def run(self, *arguments):
        """A command of the jar to its end; its exit code and what it printed."""
        done = subprocess.run(["java", "-jar", JAR, *arguments], capture_output=True, text=True, check=False,
                              env={**os.environ, **self.env})
        return done.returncode, done.stdout + done.stderr

    def start_stores(self):
        self.java("stores", "stores", "--data-dir", self.stores_dir)
        file = os.path.join(self.stores_dir, "stores.env")
        wait_for("the stores did not start", 90, lambda: os.path.exists(file) and os.path.getsize(file) > 0)
        with open(file) as lines:
            for line in lines:
                name, value = line.rstrip("\n").split("=", 1)
                self.env[name] = value.strip("'")

    def start_mock(self, *flags):
        port = free_port()
        # One thread counts in the order in which the kernel shows it hang-ups and requests.
        self.java("mock-" + str(port), "mock-upstream", "--port", str(port), "--threads", "1", *flags)
        wait_for("the provider did not start", 60, lambda: self.stats(port, quiet=True) is not None)
        return port

    @staticmethod
    def stats(port, quiet=False):
        try:
            return get(f"http://127.0.0.1:{port}/stats")
        except (OSError, ValueError):
            if quiet:
                return None
            raise

    def write_config(self, text):
        with open(os.path.join(self.work, "hedgerow.yml"), "w") as file:
            file.write(text)

    def store_state(self, which):
        """The process of a store and whether it is ready, as its pid file says; None without one."""
        if which == "redis":
            path = os.path.join(self.stores_dir, "redis", "redis.pid")
        else:
            path = os.path.join(self.stores_dir, "postgres", "data", "postmaster.pid")
        try:
            with open(path) as file:
                lines = file.read().split("\n")
            return int(lines[0]), which == "redis" or (len(lines) > 7 and lines[7].strip() == "ready")
        except (OSError, ValueError):
            return None

    def kill_store(self, which):
        """SIGKILL; `stores` starts it again. The process that was killed, or None."""
        state = self.store_state(which)
        if state is None:
            return None
        try:
            os.kill(state[0], signal.SIGKILL)
        except OSError:
            return None
        return state[0]

    def slow_commits(self, micros):
        """From now on PostgreSQL takes so much longer for each commit; so kills fall into them."""
        data = os.path.join(self.stores_dir, "postgres", "data")
        with open(os.path.join(data, "postgresql.custom.conf"), "w") as file:
            file.write(f"commit_delay = {micros}\ncommit_siblings = 0\n")
        state = self.store_state("postgres")
        if state is None:
            raise Failure("PostgreSQL is not found")
        os.kill(state[0], signal.SIGHUP)

    def store_is_back(self, which, killed):
        """Whether it runs again after it was killed."""
        state = self.store_state(which)
        return state is not None and state[0] != killed and state[1]

    def close(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
        if os.environ.get("KEEP"):
            print("left in", self.work)
        else:
            shutil.rmtree(self.work, ignore_errors=True)


class Node:
    """A gateway that can be killed and started again on its data."""

    def __init__(self, world, name, flags=()):
        self.world, self.name, self.flags = world, name, flags
        self.port, self.admin = free_port(), free_port()
        self.process = None

    def start(self):
        self.process = self.world.java(
            self.name, "serve", "--config", os.path.join(self.world.work, "hedgerow.yml"), "--host", "127.0.0.1",
            "--port", str(self.port), "--admin-port", str(self.admin),
            "--data-dir", os.path.join(self.world.work, self.name), "--node-id", self.name, env=self.world.env,
            flags=self.flags)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def up(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/readyz", timeout=2):
                return True
        except (OSError, urllib.error.URLError):
            return False

    def ask(self, path):
        return self.tell("GET", path)

    def tell(self, method, path, body=None):
        """An operator's request to the admin port; its answer."""
        return send(method, f"http://127.0.0.1:{self.admin}/admin/v1/{path}", TOKEN, body)

    def well(self):
        """Whether it is up and neither store is away."""
        try:
            return get(f"http://127.0.0.1:{self.admin}/readyz").get("degraded") in (None, [])
        except (OSError, ValueError):
            return False

    def slots(self):
        return sum(provider["slots"]["in_use"] or 0 for provider in self.ask("providers")["providers"])


def verify_ledger(world, faults):
    """`hedgerow ledger verify`: prints its last line, and adds to the faults what it finds."""
    code, text = world.run("ledger", "verify")
    print("ledger        " + text.strip().splitlines()[-1])
    if code != 0:
        faults.append(text)


def judge(faults):
    """The end of a drill that collected its faults."""
    if faults:
        raise Failure("; ".join(faults))


def main(name, drill, parser):
    """Runs a drill in a world of its own with a seed, and says how it went; what it leaves behind is kept if it fails."""
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    arguments = parser.parse_args()
    world = World(name)
    try:
        drill(world, arguments)
        print("all is well")
    except Failure as failure:
        os.environ["KEEP"] = "1"
        sys.exit(f"FAILED: {failure}")
    finally:
        world.close()
