"""As much of PostgreSQL's protocol as a drill needs to look, and to delete, behind the gateway's back."""
import base64
import hashlib
import hmac
import os
import re
import socket
import struct

from drill_common import Failure


class Postgres:
    """One connection with a password (SCRAM-SHA-256); every method blocks."""

    def __init__(self, env, timeout=20):
        host, port, database = re.fullmatch(r"jdbc:postgresql://([^:/]+):(\d+)/(\w+)", env["HEDGEROW_DATABASE_URL"]).groups()
        self.socket = socket.create_connection((host, int(port)), timeout)
        self.file = self.socket.makefile("rb")
        user = env["HEDGEROW_DATABASE_USER"]
        hello = struct.pack("!i", 196608) + b"".join(
            word.encode() + b"\0" for word in ("user", user, "database", database)) + b"\0"
        self.socket.sendall(struct.pack("!i", len(hello) + 4) + hello)
        self.authenticate(env["HEDGEROW_DATABASE_PASSWORD"])
        self.until_ready()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def send(self, kind, body):
        self.socket.sendall(kind + struct.pack("!i", len(body) + 4) + body)

    def receive(self):
        head = self.file.read(5)
        if len(head) < 5:
            raise ConnectionError("PostgreSQL has gone")
        body = self.file.read(struct.unpack("!i", head[1:])[0] - 4)
        if head[:1] == b"E":
            text = " ".join(part[1:] for part in body.decode().split("\0") if part[:1] in ("C", "M"))
            # It starts, or ends, or chose this one of two that wait for each other: it may be asked again.
            again = re.search(r"\b(57P0\d|40P01)\b", text)
            raise ConnectionError(text) if again else Failure("PostgreSQL says " + text)
        return head[:1], body

    def challenge(self, expected):
        kind, body = self.receive()
        if kind != b"R" or struct.unpack("!i", body[:4])[0] != expected:
            raise Failure(f"PostgreSQL wants {kind + body!r}")
        return body[4:].decode()

    def authenticate(self, password):
        self.challenge(10)
        nonce = base64.b64encode(os.urandom(18)).decode()
        bare = "n=,r=" + nonce
        first = ("n,," + bare).encode()
        self.send(b"p", b"SCRAM-SHA-256\0" + struct.pack("!i", len(first)) + first)
        server = self.challenge(11)
        told = dict(part.split("=", 1) for part in server.split(","))
        salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(told["s"]), int(told["i"]))
        key = hmac.digest(salted, b"Client Key", "sha256")
        final = "c=biws,r=" + told["r"]
        signature = hmac.digest(hashlib.sha256(key).digest(), f"{bare},{server},{final}".encode(), "sha256")
        proof = bytes(a ^ b for a, b in zip(key, signature))
        self.send(b"p", f"{final},p={base64.b64encode(proof).decode()}".encode())
        self.challenge(12)
        self.challenge(0)

    def until_ready(self):
        rows = []
        while True:
            kind, body = self.receive()
            if kind == b"D":
                rows.append(self.row(body))
            if kind == b"Z":
                return rows

    @staticmethod
    def row(body):
        values, at = [], 2
        for _ in range(struct.unpack("!h", body[:2])[0]):
            length = struct.unpack("!i", body[at:at + 4])[0]
            at += 4
            values.append(None if length < 0 else body[at:at + length].decode())
            at += max(0, length)
        return values

    def rows(self, statement):
        """Runs it; what it returns, as text. Nothing of what comes from outside may be in it: it is not escaped."""
        self.send(b"Q", statement.encode() + b"\0")
        return self.until_ready()
