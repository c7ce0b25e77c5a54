import { assert, assertEquals } from "@std/assert";
import type { CloseReason } from "../../mod.ts";
import { encodeHeaders, encodePing, ErrorCode } from "../../src/frames/mod.ts";
import { InvariantError } from "../../src/invariants/mod.ts";
import { systemClock } from "../../src/runtime/mod.ts";
import { Driver } from "../../src/transport/driver.ts";
import { run } from "./support/run_driver.ts";
import { goawaysIn } from "../harness/raw_peer.ts";
import { BLOCK } from "../harness/scripted_peer.ts";
import { consumer } from "./support/consumer.ts";
import type { SessionStreams } from "../../src/session/public.ts";
import type { TransportStream } from "../../src/transport/mod.ts";
import { PipeSocket } from "./support/pipe_socket.ts";
import { reported } from "./support/reported.ts";
import { CRASHED, SessionDouble } from "./support/session_double.ts";
import { VirtualTransport } from "./support/virtual_transport.ts";
import { breathe } from "../harness/time.ts";

/** Everything that a driver asks of a session, and what makes it ask. */
const ENTRIES: [keyof SessionDouble & string, (socket: PipeSocket) => void][] =
  [
    ["takeEvents", () => {}],
    ["takeOutput", () => {}],
    ["deadline", () => {}],
    ["receive", (socket) => socket.arrive(new Uint8Array(1))],
    ["receiveEnd", (socket) => socket.end()],
    ["receiveError", (socket) => socket.fail(new Error("reset"))],
  ];

const IGNORE = { onEvents: () => {}, onClosed: () => {} };

/** What came of a driver whose session failed. */
interface Outcome {
  readonly errors: unknown[];
  readonly closes: CloseReason[];
}

/** Runs a driver whose session throws at one entry, until it is done. */
async function runThrowing(
  entry: string,
  error: Error,
  provoke: (socket: PipeSocket) => void,
): Promise<Outcome & { socket: PipeSocket }> {
  const socket = new PipeSocket();
  const double = new SessionDouble();
  Object.assign(double, {
    [entry]: () => {
      throw error;
    },
  });
  const closes: CloseReason[] = [];
  const errors = await reported(async () => {
    const driver = new Driver(socket, double.session, systemClock, {
      onEvents: () => {},
      onClosed: (reason) => closes.push(reason),
    });
    const running = run(driver);
    provoke(socket);
    await running;
  });
  return { errors, closes, socket };
}

for (const [entry, provoke] of ENTRIES) {
  for (const Fault of [RangeError, TypeError, InvariantError]) {
    Deno.test(`a ${Fault.name} out of ${entry} of the session is reported, and closes the socket`, async () => {
      const error = new Fault("a fault of ours");
      const outcome = await runThrowing(entry, error, provoke);
      assert(outcome.errors.length >= 1);
      assert(outcome.errors.every((reported) => reported === error));
      assertEquals(outcome.closes, [CRASHED]);
      assertEquals(outcome.socket.closes, 1);
    });
  }
}

Deno.test("a fault in what is due at a deadline is reported, and closes the socket", async () => {
  const socket = new PipeSocket();
  const double = new SessionDouble();
  const error = new TypeError("a fault of ours");
  double.deadline = () => 0;
  double.advance = () => {
    throw error;
  };
  // The timer of a connection does not hold the process open.
  const hold = setInterval(() => {}, 1_000);
  const errors = await reported(() =>
    run(new Driver(socket, double.session, systemClock, IGNORE))
  );
  clearInterval(hold);
  assertEquals([errors, socket.closes], [[error], 1]);
});

Deno.test("a fault in noting that a write made progress is reported, and closes the socket", async () => {
  const socket = new PipeSocket();
  socket.onWrite = async ({ length }) => {
    for (let i = 0; i < 10; i++) await breathe();
    return length;
  };
  const double = new SessionDouble();
  const error = new TypeError("a fault of ours");
  const outputs = [new Uint8Array([1])];
  double.keepaliveState = {
    kind: "probing",
  } as SessionDouble["keepaliveState"];
  double.takeOutput = () => outputs.pop() ?? new Uint8Array(0);
  double.writeProgress = () => {
    throw error;
  };
  const errors = await reported(() =>
    run(new Driver(socket, double.session, systemClock, IGNORE))
  );
  assertEquals([errors, socket.closes], [[error], 1]);
});

Deno.test("a fault while events are handed over is reported, and closes the socket", async () => {
  const socket = new PipeSocket();
  const double = new SessionDouble();
  const error = new TypeError("a fault of ours");
  let batches = 1;
  double.takeEvents = () =>
    batches-- > 0 ? [{ at: 0, type: "established" }] : [];
  const errors = await reported(() =>
    run(
      new Driver(socket, double.session, systemClock, {
        ...IGNORE,
        onEvents: () => {
          throw error;
        },
      }),
    )
  );
  assertEquals([errors, socket.closes], [[error], 1]);
});

Deno.test("a fault between two writes is reported, and what is left goes out", async () => {
  const socket = new PipeSocket();
  const double = new SessionDouble();
  const error = new RangeError("a fault of ours");
  const outputs = [
    () => new Uint8Array([1]),
    () => {
      throw error;
    },
    () => new Uint8Array([2]),
  ];
  double.takeOutput = () => outputs.shift()?.() ?? new Uint8Array(0);
  double.crash = () => {
    double.state = { kind: "closed", reason: CRASHED, closeMode: "flush" };
  };
  const errors = await reported(() =>
    run(new Driver(socket, double.session, systemClock, IGNORE))
  );
  assertEquals(errors, [error]);
  assertEquals(socket.writes, [new Uint8Array([1]), new Uint8Array([2])]);
});

Deno.test("a fault while the end is told neither repeats it nor keeps the socket open", async () => {
  const socket = new PipeSocket();
  const double = new SessionDouble();
  const error = new TypeError("a fault of ours");
  let ends = 0;
  const errors = await reported(async () => {
    const driver = new Driver(socket, double.session, systemClock, {
      onEvents: () => {},
      onClosed: () => {
        ends++;
        throw error;
      },
    });
    const running = run(driver);
    double.state = { kind: "closed", reason: CRASHED, closeMode: "none" };
    await running;
  });
  assertEquals([errors, ends, socket.closes], [[error], 1, 1]);
});

for (const role of ["client", "server"] as const) {
  Deno.test(`a ${role} with a fault says INTERNAL_ERROR, and blames itself`, async () => {
    const virtual = await new VirtualTransport(
      role === "client" ? { client: {} } : { server: {} },
    ).establish();
    const { socket, session, transport } = virtual;
    const error = new TypeError("undefined is not a function: secret");
    const feed = session.receive.bind(session);
    session.receive = (octets, now) => {
      feed(octets, now);
      throw error;
    };
    const errors = await reported(async () => {
      socket.say((writer) => encodePing(writer, false, new Uint8Array(8)));
      const reason = await transport.closed;
      assertEquals(reason.kind, "internal-error");
      assertEquals(reason.by, "local");
      assertEquals(reason.code, ErrorCode.INTERNAL_ERROR);
      assert(reason.message.includes("this end: TypeError: undefined is not"));
      socket.end();
      await transport.finished;
    });
    assertEquals(errors, [error]);
    const lastStreamId = 0;
    assertEquals(goawaysIn(socket.frames()), [
      { code: ErrorCode.INTERNAL_ERROR, debug: "internal error", lastStreamId },
    ]);
  });
}

Deno.test("streams of a connection with a fault are told so", async () => {
  const told: CloseReason[] = [];
  const virtual = await new VirtualTransport({ server: {} }, {
    onStream: () => consumer({ onClosed: (reason) => told.push(reason) }),
  }).establish();
  const { socket, session, transport } = virtual;
  socket.say((writer) => encodeHeaders(writer, 1, BLOCK, false, true));
  await new Promise((resolve) => setTimeout(resolve, 0));
  session.receive = () => {
    throw new TypeError("a fault of ours");
  };
  await reported(async () => {
    socket.say((writer) => encodePing(writer, false, new Uint8Array(8)));
    socket.end();
    await transport.finished;
  });
  assertEquals(told.map(({ kind }) => kind), ["internal-error"]);
});

/** Every command of a stream, by the member of the streams that carries it out. */
const COMMANDS: [
  keyof SessionStreams & string,
  (stream: TransportStream) => void,
][] = [
  ["sendHeaders", (stream) => stream.sendHeaders([], false)],
  ["sendData", (stream) => stream.sendData(new Uint8Array(1), false)],
  ["refuse", (stream) => stream.refuse([])],
  ["reset", (stream) => stream.reset(ErrorCode.CANCEL)],
  ["chargePeer", (stream) => stream.chargePeer("nothing")],
  ["consumed", (stream) => stream.consumed(0)],
];

for (const [member, command] of COMMANDS) {
  Deno.test(`a broken invariant in ${member} of a stream ends the connection, after the command`, async () => {
    const told: CloseReason[] = [];
    let returned = false;
    const error = new InvariantError("a fault of ours");
    const virtual = await new VirtualTransport({ server: {} }, {
      onStream: (stream) => {
        Object.defineProperty(virtual.session.streams, member, {
          value: () => {
            throw error;
          },
        });
        command(stream);
        assertEquals(told, []);
        returned = true;
        return consumer({ onClosed: (reason) => told.push(reason) });
      },
    }).establish();
    const errors = await reported(async () => {
      const { socket, transport } = virtual;
      socket.say((writer) => encodeHeaders(writer, 1, BLOCK, false, true));
      socket.end();
      await transport.finished;
    });
    assertEquals([errors, returned], [[error], true]);
    assertEquals(told.map(({ kind }) => kind), ["internal-error"]);
  });
}
