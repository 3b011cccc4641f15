"""Replays a plan of `vcf-ai load plan` as closed-loop users of Locust.

Bodies go out as the bytes that the corpus has: nothing is serialised or parsed while it runs. Beside this file:

- bodies.jsonl: the corpus, read by offset and length;
- plan.csv: how long the plan is;
- steps.bin: a record for each request, see STEP;
- actors.csv: for each user of the plan its workload, phases, first step and number of steps;
- phases.csv: of users whose bursts go together, the rate of their requests over time.
"""

import csv
import os
import re
import struct
import time
from bisect import bisect_right
from pathlib import Path

from gevent.event import AsyncResult
from geventhttpclient import HTTPClient
from geventhttpclient.response import HTTPParseError
from locust import User, events, task
from locust.runners import MasterRunner, WorkerRunner

FOLDER = Path(__file__).parent

# Offset and length of the body, how `when` is meant, and `when`: seconds after the answer before, or units of the phases.
STEP = struct.Struct("<QIBxxxd")
PHASES = 1

# A chunk with text, reasoning or a tool call; the chunk with the role has an empty text, and is no token.
TOKENS = re.compile(rb'"(?:content|reasoning|reasoning_content|text)": *"[^"]|"tool_calls": *\[')
FAILED = b'"error":'
DONE = b"data: [DONE]"

with open(FOLDER / "plan.csv", newline="") as file:
    (PLAN,) = csv.DictReader(file)
SECONDS = float(PLAN["seconds"])
STEPS = (FOLDER / "steps.bin").read_bytes()
with open(FOLDER / "actors.csv", newline="") as file:
    ACTORS = [
        (row["app"], row["phases"], int(row["first"]), int(row["steps"])) for row in csv.DictReader(file)
    ]


class Phases:
    """The rate of users whose bursts go together, piece by piece; the last piece has no end."""

    def __init__(self):
        self.begins, self.rates = [], []

    def pause(self, now, unit):
        """How long units last from then on, in seconds."""
        index = bisect_right(self.begins, now) - 1
        at = now
        while index + 1 < len(self.begins):
            end, rate = self.begins[index + 1], self.rates[index]
            if unit <= rate * (end - at) and rate > 0:
                return at + unit / rate - now
            unit -= rate * (end - at)
            at = end
            index += 1
        return at + unit / self.rates[-1] - now


PHASES_OF = {}
with open(FOLDER / "phases.csv", newline="") as file:
    for row in csv.DictReader(file):
        path = PHASES_OF.setdefault(row["phases"], Phases())
        path.begins.append(float(row["from"]))
        path.rates.append(float(row["rate"]))


@events.init_command_line_parser.add_listener
def add_options(parser):
    parser.add_argument("--request-path", default="/v1/chat/completions", help="path of the requests")
    parser.add_argument("--header", action="append", default=[], help="header of every request, as 'name: value'")


class Casting:
    """Gives out the actors of the plan, the lowest that is free first: so many users are always the same ones."""

    def __init__(self):
        self.next_steps = [0] * len(ACTORS)
        self.free = list(range(len(ACTORS)))

    def give(self, environment, msg, **_):
        actor = self.free.pop(0) if self.free else -1
        given = {"user": msg.data["user"], "actor": actor, "step": self.next_steps[actor] if actor >= 0 else 0}
        environment.runner.send_message("actor-given", given, client_id=msg.node_id)

    def take_back(self, msg, **_):
        actor = msg.data["actor"]
        self.next_steps[actor] = msg.data["step"]
        self.free.append(actor)
        self.free.sort()


# When the test began, and the open file of bodies.
RUN = {}

# Users of this process who have no actor yet.
WAITING = {}


def given(msg, **_):
    waiting = WAITING.pop(msg.data["user"], None)
    if waiting is not None:
        waiting.set((msg.data["actor"], msg.data["step"]))


@events.init.add_listener
def register(environment, **_):
    runner = environment.runner
    if not isinstance(runner, WorkerRunner):
        casting = Casting()
        runner.register_message("actor-wanted", casting.give)
        runner.register_message("actor-left", casting.take_back)
    if not isinstance(runner, MasterRunner):
        runner.register_message("actor-given", given)
        RUN["bodies"] = os.open(FOLDER / "bodies.jsonl", os.O_RDONLY)


@events.test_start.add_listener
def begin(**_):
    RUN["began"] = time.perf_counter()


class Conversation(User):
    """Pauses, asks, reads to the end, and so on, over a connection of its own."""

    def on_start(self):
        options = self.environment.parsed_options
        self.client = HTTPClient.from_url(
            self.host, concurrency=1, connection_timeout=60, network_timeout=120, block_size=65536
        )
        self.path = options.request_path
        waiting = WAITING[id(self)] = AsyncResult()
        self.environment.runner.send_message("actor-wanted", {"user": id(self)})
        self.actor, self.step = waiting.get(timeout=30)
        # More users than the plan has: they ask nothing.
        self.app, phases, self.first, self.steps = ACTORS[self.actor] if self.actor >= 0 else ("", "", 0, 0)
        self.phases = PHASES_OF.get(phases)
        self.body = None
        self.headers = {"content-type": "application/json", "x-workload-app": self.app}
        self.headers.update(line.split(": ", 1) for line in options.header)

    def on_stop(self):
        self.client.close()
        if self.actor >= 0:
            self.environment.runner.send_message("actor-left", {"actor": self.actor, "step": self.step})

    @task
    def converse(self):
        # Locust waits after a task, and a plan before it: the first task is none.
        if self.body is not None:
            self.step += 1
            self.ask(self.body)

    def wait_time(self):
        if self.step >= self.steps:
            return self.idle()
        offset, length, clock, when = STEP.unpack_from(STEPS, (self.first + self.step) * STEP.size)
        self.body = os.pread(RUN["bodies"], length, offset)
        now = time.perf_counter() - RUN["began"]
        pause = self.phases.pause(now, when) if clock == PHASES else when
        return self.idle() if now + pause >= SECONDS else pause

    def idle(self):
        self.body = None
        return 3600

    def ask(self, body):
        began, wall = time.perf_counter(), time.time()
        first, received, error = None, 0, None
        try:
            response = self.client.request("POST", self.path, body=body, headers=self.headers)
            done = False
            while line := response.readline(b"\n"):
                received += len(line)
                if first is None and TOKENS.search(line):
                    first = time.perf_counter()
                if line.startswith(DONE):
                    done = True
                elif FAILED in line[:64]:
                    error = RuntimeError("the stream told an error")
            received += len(response.read())
            status = response.status_code
            if status != 200:
                error = RuntimeError(f"status {status}")
            elif not done and "event-stream" in (response.get("content-type") or ""):
                error = error or RuntimeError("the stream ended early")
        except (OSError, HTTPParseError) as failure:
            error = failure
        ended = time.perf_counter()
        report = {"name": self.app, "context": {}, "start_time": wall, "exception": error}
        self.environment.events.request.fire(
            request_type="POST", response_time=(ended - began) * 1000, response_length=received, **report
        )
        if first is not None and error is None:
            self.environment.events.request.fire(
                request_type="TTFT", response_time=(first - began) * 1000, response_length=0, **report
            )
