"""A mail server for tests: speaks enough SMTP for one letter at a time and keeps what it took."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


class Mailbox(socketserver.ThreadingTCPServer):
    """letters: what was taken. refuse: address -> the reply to RCPT. busy: replies 421 to everybody."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.letters: list[EmailMessage] = []
        self.refuse: dict[str, str] = {}
        self.busy = False

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box: Any = self.server
        if box.busy:
            self.say("421 come back later")
            return
        self.say("220 mailbox")
        while line := self.rfile.readline().decode().strip():
            word = line.upper()
            if word.startswith("RCPT"):
                address = line.partition("<")[2].partition(">")[0]
                self.say(box.refuse.get(address, "250 ok"))
            elif word == "DATA":
                self.say("354 go on")
                box.letters.append(self.letter())
                self.say("250 taken")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def letter(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        found = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A running one, on a port of this machine."""
    with Mailbox() as box:
        thread = threading.Thread(target=box.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield box
        finally:
            box.shutdown()
            thread.join()
