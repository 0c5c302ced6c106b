"""A client of a drill: one streamed request, and what was seen of its answer."""
import asyncio
import dataclasses
import json
import typing

from drill_common import KEY


@dataclasses.dataclass
class Ask:
    """How a request is made. `ended` is called as soon as the terminator is here, before the connection is closed."""

    key: str = KEY
    model: str = "gpt-fast"
    client_id: str = ""
    abort_share: float = 1 / 3
    ended: typing.Callable[[], None] = lambda: None

    def text(self):
        body = json.dumps({"model": self.model, "stream": True, "stream_options": {"include_usage": True},
                           "messages": [{"role": "user", "content": "hi"}]})
        client_header = f"x-client-request-id: {self.client_id}\r\n" if self.client_id else ""
        return (f"POST /v1/chat/completions HTTP/1.1\r\nhost: drill\r\nauthorization: Bearer {self.key}\r\n"
                f"content-type: application/json\r\n{client_header}connection: close\r\n"
                f"content-length: {len(body)}\r\n\r\n{body}").encode()


USUAL = Ask()


class Exchange:
    """One streamed request on its way."""

    def __init__(self, ask, luck):
        self.ask, self.luck = ask, luck
        self.writer, self.request_id, self.text = None, None, b""

    @property
    def whole(self):
        return b"data: [DONE]" in self.text

    async def run(self, port):
        """How it ended, as a word."""
        try:
            return await self.attempt(port)
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            # A gateway that was killed right behind the terminator may reset the connection.
            return "whole" if self.whole else "cut" if self.request_id else "no connection"
        finally:
            if self.writer is not None:
                self.writer.close()

    async def attempt(self, port):
        reader, self.writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), 5)
        self.writer.write(self.ask.text())
        await self.writer.drain()
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)).decode("latin-1")
        for line in head.split("\r\n"):
            if line.lower().startswith("x-request-id:"):
                self.request_id = line.split(":", 1)[1].strip()
        status = head.split(" ", 2)[1]
        if status != "200":
            return status
        if self.luck.random() < self.ask.abort_share:
            await asyncio.wait_for(reader.read(self.luck.randrange(1, 4000)), 30)
            if self.luck.random() < 0.5:
                self.writer.transport.abort()
            return "aborted"
        await self.read(reader)
        return "whole" if self.whole else "cut"

    async def read(self, reader):
        told = False
        while chunk := await asyncio.wait_for(reader.read(65536), 60):
            self.text += chunk
            if self.whole and not told:
                told = True
                self.ask.ended()

    def tokens(self):
        at = self.text.rfind(b'"completion_tokens":')
        digits = self.text[at + 20:at + 40].strip() if at >= 0 else b""
        return int(digits[:next((i for i, c in enumerate(digits) if not 48 <= c <= 57), len(digits))] or b"-1")


async def stream_once(port, luck, ask=USUAL):
    """One streamed request: its outcome as a word, its request id if an answer began, its completion tokens if it was whole."""
    exchange = Exchange(ask, luck)
    word = await exchange.run(port)
    return word, exchange.request_id, exchange.tokens() if word == "whole" else None
