import { assertEquals } from "@std/assert";
import {
  ConnectionError,
  encodeData,
  encodeHeaders,
  encodePriority,
  encodeRstStream,
  encodeWindowUpdate,
  ErrorCode,
  errorCodeName,
  FrameType,
  type FrameWriter,
} from "../../src/frames/mod.ts";
import {
  BLOCK,
  client,
  type Endpoint,
  FIELDS,
  RESPONSE,
  RESPONSE_BLOCK,
  server,
} from "./support.ts";

type FrameName =
  | "HEADERS"
  | "TRAILERS"
  | "DATA"
  | "PRIORITY"
  | "RST_STREAM"
  | "WINDOW_UPDATE";

const NO_FIELDS = new Uint8Array(0);

/** What the peer says, on a stream; `head` is that of its messages. */
const SAY: Record<
  FrameName,
  (writer: FrameWriter, id: number, head: Uint8Array) => void
> = {
  HEADERS: (writer, id, head) => encodeHeaders(writer, id, head, false, true),
  TRAILERS: (writer, id) => encodeHeaders(writer, id, NO_FIELDS, true, true),
  DATA: (writer, id) => encodeData(writer, id, BLOCK, false),
  PRIORITY: (writer, id) => encodePriority(writer, id, 0, 0, false),
  RST_STREAM: (writer, id) => encodeRstStream(writer, id, 8),
  WINDOW_UPDATE: (writer, id) => encodeWindowUpdate(writer, id, 1),
};

/** The event that follows, the error that is sent, or `none`. */
function outcome(end: Endpoint, frame: FrameName, id: number): string {
  try {
    const { role } = end.connection;
    const head = role === "server" ? BLOCK : RESPONSE_BLOCK;
    const sent = end.say((writer) => SAY[frame](writer, id, head));
    const reset = sent.find(({ type }) => type === FrameType.RST_STREAM);
    if (reset !== undefined && "errorCode" in reset) {
      assertEquals(reset.streamId, id);
      return `stream ${errorCodeName(reset.errorCode)}`;
    }
    return end.takeEvents().map(({ type }) => type).join() || "none";
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    return `connection ${errorCodeName(error.code)}`;
  }
}

interface State {
  /** The state of RFC 9113 section 5.1, and how it came to be. */
  readonly name: string;
  /** An end with a stream in that state. */
  readonly make: () => Endpoint;
  /** The stream. */
  readonly id: number;
  /** The outcome of each frame. */
  readonly outcomes: Record<FrameName, string>;
}

const IDLE: Record<FrameName, string> = {
  HEADERS: "connection PROTOCOL_ERROR",
  TRAILERS: "connection PROTOCOL_ERROR",
  DATA: "connection PROTOCOL_ERROR",
  PRIORITY: "none",
  RST_STREAM: "connection PROTOCOL_ERROR",
  WINDOW_UPDATE: "connection PROTOCOL_ERROR",
};

/** The head of the peer's message has come, and only trailers may follow. */
const OPEN: Record<FrameName, string> = {
  HEADERS: "stream PROTOCOL_ERROR",
  TRAILERS: "headers",
  DATA: "data",
  PRIORITY: "none",
  RST_STREAM: "reset",
  WINDOW_UPDATE: "none",
};

/** The head of a response is still to come. */
const AWAITED: Record<FrameName, string> = {
  ...OPEN,
  HEADERS: "headers",
  TRAILERS: "stream PROTOCOL_ERROR",
  DATA: "stream PROTOCOL_ERROR",
};

const HALF_CLOSED_REMOTE: Record<FrameName, string> = {
  ...OPEN,
  HEADERS: "stream STREAM_CLOSED",
  TRAILERS: "stream STREAM_CLOSED",
  DATA: "stream STREAM_CLOSED",
};

/** "An endpoint MUST minimally process and then discard any frames". */
const DISCARDED: Record<FrameName, string> = {
  HEADERS: "none",
  TRAILERS: "none",
  DATA: "none",
  PRIORITY: "none",
  RST_STREAM: "none",
  WINDOW_UPDATE: "none",
};

/** HEADERS cannot open it again: its identifier is not above the last. */
const CLOSED: Record<FrameName, string> = {
  HEADERS: "connection PROTOCOL_ERROR",
  TRAILERS: "connection PROTOCOL_ERROR",
  DATA: "stream STREAM_CLOSED",
  PRIORITY: "none",
  RST_STREAM: "none",
  WINDOW_UPDATE: "none",
};

function served(endStream: boolean): Endpoint {
  const end = server();
  end.say((writer) => encodeHeaders(writer, 1, BLOCK, endStream, true));
  end.takeEvents();
  return end;
}

function requested(endStream: boolean): Endpoint {
  const end = client();
  end.streams.sender.open(FIELDS, endStream);
  end.sent();
  return end;
}

function after(end: Endpoint, act: (end: Endpoint) => void): Endpoint {
  act(end);
  end.sent();
  end.takeEvents();
  return end;
}

function respond(end: Endpoint): void {
  end.streams.sender.sendHeaders(1, RESPONSE, true);
}

function reset(end: Endpoint): void {
  end.streams.reset(1, 8);
}

function beAnswered(end: Endpoint): void {
  end.say((writer) => encodeHeaders(writer, 1, RESPONSE_BLOCK, true, true));
}

function beginAnswer(end: Endpoint): void {
  end.say((writer) => encodeHeaders(writer, 1, RESPONSE_BLOCK, false, true));
}

function beReset(end: Endpoint): void {
  end.say((writer) => encodeRstStream(writer, 1, 8));
}

const STATES: State[] = [
  {
    name: "server: idle",
    make: server,
    id: 1,
    outcomes: {
      ...IDLE,
      HEADERS: "headers",
      TRAILERS: "stream PROTOCOL_ERROR",
    },
  },
  {
    name: "server: idle, and not the client's",
    make: server,
    id: 2,
    outcomes: IDLE,
  },
  {
    name: "server: closed, as a later stream was opened",
    make: () =>
      after(server(), (end) => {
        end.say((writer) => encodeHeaders(writer, 5, BLOCK, false, true));
      }),
    id: 3,
    outcomes: CLOSED,
  },
  { name: "server: open", make: () => served(false), id: 1, outcomes: OPEN },
  {
    name: "server: half-closed (remote)",
    make: () => served(true),
    id: 1,
    outcomes: HALF_CLOSED_REMOTE,
  },
  {
    name: "server: closed, as it ended its side while the client still sends",
    make: () => after(served(false), respond),
    id: 1,
    outcomes: DISCARDED,
  },
  {
    name: "server: closed by END_STREAM from both",
    make: () => after(served(true), respond),
    id: 1,
    outcomes: CLOSED,
  },
  {
    name: "server: closed by its RST_STREAM",
    make: () => after(served(false), reset),
    id: 1,
    outcomes: DISCARDED,
  },
  {
    name: "server: closed by the client's RST_STREAM",
    make: () => after(served(false), beReset),
    id: 1,
    outcomes: CLOSED,
  },
  {
    name: "server: closed by a stream error",
    make: () => after(served(true), (end) => outcome(end, "DATA", 1)),
    id: 1,
    outcomes: DISCARDED,
  },
  { name: "client: idle", make: client, id: 1, outcomes: IDLE },
  {
    name: "client: idle, and the server's",
    make: client,
    id: 2,
    outcomes: IDLE,
  },
  {
    name: "client: open",
    make: () => requested(false),
    id: 1,
    outcomes: AWAITED,
  },
  {
    name: "client: half-closed (local)",
    make: () => requested(true),
    id: 1,
    outcomes: AWAITED,
  },
  {
    name: "client: open, and the response has begun",
    make: () => after(requested(false), beginAnswer),
    id: 1,
    outcomes: OPEN,
  },
  {
    name: "client: half-closed (remote)",
    make: () => after(requested(false), beAnswered),
    id: 1,
    outcomes: HALF_CLOSED_REMOTE,
  },
  {
    name: "client: closed by END_STREAM from both",
    make: () => after(requested(true), beAnswered),
    id: 1,
    outcomes: DISCARDED,
  },
  {
    name: "client: closed by its RST_STREAM",
    make: () => after(requested(false), reset),
    id: 1,
    outcomes: DISCARDED,
  },
  {
    name: "client: closed by the server's RST_STREAM",
    make: () => after(requested(false), beReset),
    id: 1,
    outcomes: DISCARDED,
  },
];

for (const { name, make, id, outcomes } of STATES) {
  Deno.test(`A frame meets a stream (${name})`, () => {
    for (const [frame, expected] of Object.entries(outcomes)) {
      assertEquals(outcome(make(), frame as FrameName, id), expected, frame);
    }
  });
}

Deno.test("END_STREAM from both ends closes a stream, in either order", () => {
  const first = served(true);
  respond(first);
  const second = requested(true);
  beAnswered(second);
  const third = requested(false);
  beAnswered(third);
  assertEquals(third.streams.table.activeCount, 1);
  third.streams.sender.sendData(1, BLOCK, true);
  third.sent();
  for (const end of [first, second, third]) {
    assertEquals(end.streams.table.activeCount, 0);
    assertEquals(end.takeEvents().at(-1), { type: "ended", streamId: 1 });
  }
});

Deno.test("A server that ends its side asks a client that still sends to stop", () => {
  const end = served(false);
  respond(end);
  assertEquals(end.sent(), [
    {
      type: FrameType.HEADERS,
      streamId: 1,
      endStream: true,
      endHeaders: true,
      fragment: RESPONSE_BLOCK,
    },
    { type: FrameType.RST_STREAM, streamId: 1, errorCode: ErrorCode.NO_ERROR },
  ]);
  assertEquals(end.streams.table.activeCount, 0);
  assertEquals(end.takeEvents(), [{ type: "ended", streamId: 1 }]);
});

Deno.test("After a stream error its stream is not active, others are", () => {
  const end = served(true);
  end.say((writer) => encodeHeaders(writer, 3, BLOCK, false, true));
  end.takeEvents();
  assertEquals(outcome(end, "DATA", 1), "stream STREAM_CLOSED");
  assertEquals(end.streams.table.activeCount, 1);
  const reason =
    "Received a DATA frame on stream 1, which is closed (STREAM_CLOSED)";
  assertEquals(end.takeEvents(), [
    { type: "stream-error", streamId: 1, code: 5, reason },
    {
      type: "reset",
      streamId: 1,
      code: 5,
      by: "local",
      unprocessed: false,
      reason,
    },
  ]);
  assertEquals(outcome(end, "DATA", 3), "data");
});
