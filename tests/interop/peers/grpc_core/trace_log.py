"""Reports what gRPC Core tells of its connections only in its log.

Core writes its log to file descriptor 2. A file takes that place and a thread
reads it, because a pipe could fill up while Core holds the interpreter lock.
"""

import atexit
import os
import re
import tempfile
import threading
import time
from datetime import datetime

from report import before_report, emit

POLL_SECONDS = 0.01
TRACERS = "http,http2_ping"

TRANSPORT = r"(?P<conn>0x[0-9a-f]+)"

# A log text and the report that it stands for; its named groups are more fields.
MEANINGS = [
    (rf"W:{TRANSPORT} \w+ \[ipv4:(?P<remote>\S+)\] .*\[INITIAL_WRITE\]", "connection", {}),
    (rf"\[{TRANSPORT}\]: Ping (?P<data>\d+) sent", "ping", {"from": "self"}),
    (rf"\[{TRANSPORT}\]: received ping (?P<data>\d+)", "ping", {"from": "peer"}),
    (rf"\[{TRANSPORT}\]: received ping ack (?P<data>\d+)", "pong", {"from": "peer"}),
    (
        rf"transport {TRANSPORT} set .*Error code: (?P<code>\d+); "
        r"Debug Text: (?P<debug>.*?) ?\[.*=got_goaway",
        "goaway",
        {"from": "peer"},
    ),
    (rf"W:{TRANSPORT} SERVER .*\[GOAWAY_SENT\]", "goaway", {"from": "self"}),
    (r"keepalive time \(before throttling\): (?P<before>\d+)ms", "slowed", {}),
    (r"(Keepalive|Ping) timeout. Closing transport", "keepalive-timeout", {}),
    (rf"transport {TRANSPORT} set connectivity_state=4", "disconnected", {}),
]


def start() -> None:
    """Turns the log on and reports it; gRPC Core must not be loaded yet."""
    os.environ["GRPC_VERBOSITY"] = "info"
    os.environ["GRPC_TRACE"] = TRACERS
    log = tempfile.TemporaryFile()
    real_stderr = os.fdopen(os.dup(2), "wb", buffering=0)
    os.dup2(log.fileno(), 2)
    reader = LogReader(os.dup(log.fileno()), real_stderr)
    threading.Thread(target=reader.follow, daemon=True).start()
    before_report(reader.read)
    atexit.register(reader.read)


class LogReader:
    """Reads what is added to a file, and copies what is no trace to the real stderr."""

    def __init__(self, descriptor: int, real_stderr) -> None:
        self._descriptor = descriptor
        self._real_stderr = real_stderr
        self._offset = 0
        self._partial = b""
        self._lock = threading.Lock()

    def follow(self) -> None:
        while True:
            self.read()
            time.sleep(POLL_SECONDS)

    def read(self) -> None:
        with self._lock:
            chunk = os.pread(self._descriptor, 1 << 20, self._offset)
            self._offset += len(chunk)
            *lines, self._partial = (self._partial + chunk).split(b"\n")
            for line in lines:
                self._explain(line)

    def _explain(self, line: bytes) -> None:
        text = line.decode(errors="replace")
        for pattern, kind, fields in MEANINGS:
            if match := re.search(pattern, text):
                emit(kind, _age_of(text), {**fields, **_read_groups(match)})
        if not re.match(r"I\d{4} ", text):
            self._real_stderr.write(line + b"\n")


def _age_of(text: str) -> float:
    """Milliseconds since a log line was written, by its time of day."""
    now = datetime.now()
    written = datetime.strptime(text.split()[1], "%H:%M:%S.%f")
    age = now - now.replace(
        hour=written.hour,
        minute=written.minute,
        second=written.second,
        microsecond=written.microsecond,
    )
    return age.seconds * 1000 + age.microseconds / 1000


def _read_groups(match: re.Match) -> dict:
    fields = match.groupdict()
    if "data" in fields:
        fields["data"] = f"{int(fields['data']):016x}"
    if "code" in fields:
        fields["code"] = int(fields["code"])
    if "before" in fields:
        fields = {"timeMs": 2 * int(fields["before"])}
    return fields
