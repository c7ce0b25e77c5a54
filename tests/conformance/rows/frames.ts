import { ascii } from "../../harness/octets.ts";
import { BOTH, CLIENT, type Row, rows, SERVER } from "../row.ts";
import {
  END_HEADERS,
  END_STREAM,
  FrameType,
  PADDED,
  PRIORITY,
} from "../stage.ts";

const PROTOCOL = "connection PROTOCOL_ERROR";
const SIZE = "connection FRAME_SIZE_ERROR";
const FLOW = "connection FLOW_CONTROL_ERROR";
const {
  DATA,
  HEADERS,
  PRIORITY: PRIORITY_FRAME,
  RST_STREAM,
  SETTINGS,
  PUSH_PROMISE,
  PING,
  GOAWAY,
  WINDOW_UPDATE,
  CONTINUATION,
} = FrameType;

const ZEROS = (count: number) => "00".repeat(count);

function unGreeted(
  section: string,
  rule: string,
  answer: string,
  roles: Row["roles"],
  inputs: Record<string, string>,
): Row[] {
  return Object.entries(inputs).map(([input, digits]) => ({
    section,
    rule,
    input,
    answer,
    roles,
    greets: false,
    act: (stage) => stage.octets(digits),
  }));
}

const PREFACE = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

const ASCII = (text: string) =>
  Array.from(text, (c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join(
    "",
  );

/** Sections 3 to 6. */
export const FRAME_ROWS: readonly Row[] = [
  ...unGreeted("3.4", "SETTINGS MUST be the first frame", PROTOCOL, CLIENT, {
    "PING first": `000008 06 00 00000000 ${ZEROS(8)}`,
    "an acknowledgement of SETTINGS first": "000000 04 01 00000000",
    "an extension frame first": "000000 2a 00 00000000",
    "GOAWAY first": `000008 07 00 00000000 ${ZEROS(8)}`,
    "an answer of HTTP/1": ASCII("HTTP/1.1 400 Bad Request\r\n"),
    "a record of TLS": "1503030002022f",
  }),
  ...unGreeted("3.4", "the client connection preface", PROTOCOL, SERVER, {
    "a request of HTTP/1": ASCII("GET / HTTP/1.1\r\n\r\n"),
    "a preface that goes wrong at its end": ASCII(
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r",
    ) + "00",
    "PING after the preface": `${
      ASCII("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    } 000008 06 00 00000000 ${ZEROS(8)}`,
  }),
  ...rows("4.1", "frames of unknown types MUST be ignored", BOTH, "none", {
    "type 0x2a on the connection": (stage) => stage.frame(0x2a, 0xff, 0, "00"),
    "type 0x2a on an idle stream": (stage) =>
      stage.frame(0x2a, 0xff, stage.idle + 2, "00"),
    "PRIORITY_UPDATE (RFC 9218)": (stage) =>
      stage.frame(0x10, 0, 0, `00000001 ${ASCII("u=1")}`),
    "PRIORITY_UPDATE of an idle stream (RFC 9218)": (stage) =>
      stage.frame(0x10, 0, 0, `0000ffff ${ASCII("u=1, i")}`),
    "ALTSVC (RFC 7838)": (stage) => stage.frame(0x0a, 0, 0, "0000"),
    "ORIGIN (RFC 8336)": (stage) => stage.frame(0x0c, 0, 0, ""),
  }),
  ...rows("4.1", "unused flags MUST be ignored", BOTH, "none", {
    "PING": (stage) => stage.frame(PING, 0xfe, 0, ZEROS(8)),
    "SETTINGS": (stage) => stage.frame(SETTINGS, 0xfe, 0, ""),
    "DATA": (stage) => stage.frame(DATA, 0xf6, stage.open, "00"),
    "WINDOW_UPDATE": (stage) => stage.frame(WINDOW_UPDATE, 0xff, 0, "00000001"),
    "trailers": (stage) =>
      stage.frame(HEADERS, 0xd2 | END_HEADERS | END_STREAM, stage.open, ""),
  }),
  ...rows("4.1", "the reserved bit MUST be ignored", BOTH, "none", {
    "PING": (stage) => stage.octets(`000008 06 00 80000000 ${ZEROS(8)}`),
    "DATA": (stage) => stage.octets("000001 00 00 80000001 00"),
    "the increment of WINDOW_UPDATE": (stage) =>
      stage.frame(WINDOW_UPDATE, 0, 0, "80000001"),
  }),
  ...rows("4.2", "a frame that exceeds SETTINGS_MAX_FRAME_SIZE", BOTH, SIZE, {
    "DATA": (stage) => stage.data(stage.open, 16_385),
    "HEADERS": (stage) =>
      stage.frame(HEADERS, END_HEADERS, stage.open, ZEROS(16_385)),
    "SETTINGS": (stage) => stage.frame(SETTINGS, 0, 0, ZEROS(16_386)),
    "an extension": (stage) => stage.frame(0x2a, 0, 0, ZEROS(16_385)),
  }),
  ...rows("4.2", "frames of 2^14 octets are processed", BOTH, "none", {
    "DATA": (stage) => stage.data(stage.open, 16_384),
    "an extension": (stage) => stage.frame(0x2a, 0, 0, ZEROS(16_384)),
  }),
  ...rows("4.3", "a field block is contiguous", BOTH, PROTOCOL, {
    ...Object.fromEntries(
      ([
        ["DATA", DATA, 1, "00"],
        ["HEADERS of the same stream", HEADERS, 11, ""],
        ["HEADERS of another stream", HEADERS, 1, ""],
        ["PRIORITY", PRIORITY_FRAME, 1, ZEROS(5)],
        ["RST_STREAM of the same stream", RST_STREAM, 11, ZEROS(4)],
        ["SETTINGS", SETTINGS, 0, ""],
        ["PUSH_PROMISE", PUSH_PROMISE, 1, "00000002"],
        ["PING", PING, 0, ZEROS(8)],
        ["GOAWAY", GOAWAY, 0, ZEROS(8)],
        ["WINDOW_UPDATE", WINDOW_UPDATE, 0, "00000001"],
        ["CONTINUATION of another stream", CONTINUATION, 1, ""],
        ["an extension (5.5)", 0x2a, 0, ""],
        ["a PRIORITY that is itself an error", PRIORITY_FRAME, 1, ZEROS(4)],
      ] as const).map(([name, type, id, digits]) => [
        `${name} in its middle`,
        (stage) => {
          stage.beginBlock();
          stage.frame(type, 0, id, digits);
        },
      ]),
    ),
  }),
  ...rows("5.1", "idle: any frame but HEADERS and PRIORITY", BOTH, PROTOCOL, {
    "DATA": (stage) => stage.data(stage.idle, 1),
    "RST_STREAM": (stage) => stage.frame(RST_STREAM, 0, stage.idle, ZEROS(4)),
    "WINDOW_UPDATE": (stage) =>
      stage.frame(WINDOW_UPDATE, 0, stage.idle, "00000001"),
    "DATA on an even stream": (stage) => stage.data(2, 1),
  }),
  ...rows("5.1", "PRIORITY can be received in any state", BOTH, "none", {
    "idle": (stage) => stage.frame(PRIORITY_FRAME, 0, stage.idle, ZEROS(5)),
    "open": (stage) => stage.frame(PRIORITY_FRAME, 0, stage.open, ZEROS(5)),
    "half-closed (remote)": (stage) =>
      stage.frame(PRIORITY_FRAME, 0, stage.done, ZEROS(5)),
    "closed": (stage) => stage.frame(PRIORITY_FRAME, 0, stage.closed, ZEROS(5)),
  }),
  ...rows(
    "5.1",
    "half-closed (remote): a stream error STREAM_CLOSED",
    BOTH,
    "stream done STREAM_CLOSED",
    {
      "DATA": (stage) => stage.data(stage.done, 1),
      "trailers": (stage) => stage.trailers(stage.done, stage.block()),
    },
  ),
  ...rows("5.1", "half-closed (remote): what may come", BOTH, "none", {
    "WINDOW_UPDATE": (stage) =>
      stage.frame(WINDOW_UPDATE, 0, stage.done, "00000001"),
    "RST_STREAM": (stage) => stage.frame(RST_STREAM, 0, stage.done, ZEROS(4)),
  }),
  ...rows("5.1", "closed by this end's RST_STREAM: discarded", BOTH, "none", {
    "DATA": (stage) => stage.data(stage.reset, 1),
    "trailers": (stage) => stage.trailers(stage.reset, stage.block()),
    "WINDOW_UPDATE": (stage) =>
      stage.frame(WINDOW_UPDATE, 0, stage.reset, "00000001"),
    "RST_STREAM": (stage) => stage.frame(RST_STREAM, 0, stage.reset, ZEROS(4)),
  }),
  ...rows(
    "5.1",
    "DATA on closed streams gets its credit back on the connection",
    BOTH,
    "none",
    {
      "four windows on a stream that was reset": (stage) => {
        for (let i = 0; i < 16; i++) stage.data(stage.reset, 16_384);
      },
    },
  ),
  ...rows(
    "5.1",
    "closed: WINDOW_UPDATE and RST_STREAM may come late",
    BOTH,
    "none",
    {
      "WINDOW_UPDATE": (stage) =>
        stage.frame(WINDOW_UPDATE, 0, stage.closed, "00000001"),
      "RST_STREAM": (stage) =>
        stage.frame(RST_STREAM, 0, stage.closed, ZEROS(4)),
    },
  ),
  ...rows("5.1.1", "an unexpected stream identifier", CLIENT, PROTOCOL, {
    "HEADERS on stream 2, which nobody promised": (stage) =>
      stage.trailers(2, stage.head(), false),
    "HEADERS on an odd stream that is idle": (stage) =>
      stage.trailers(stage.idle, stage.head(), false),
  }),
  ...rows("5.1.1", "an unexpected stream identifier", SERVER, PROTOCOL, {
    "HEADERS on an even stream": (stage) =>
      stage.trailers(12, stage.head(), false),
    "HEADERS on a stream below the last": (stage) => {
      stage.trailers(21, stage.head(), false);
      stage.trailers(19, stage.head(), false);
    },
    "HEADERS on a stream that both have ended": (stage) =>
      stage.trailers(stage.closed, stage.head(), false),
  }),
  ...rows("6.1", "DATA MUST be associated with a stream", BOTH, PROTOCOL, {
    "stream 0": (stage) => stage.frame(DATA, 0, 0, "00"),
  }),
  ...rows(
    "6.1",
    "padding of the length of the payload or more",
    BOTH,
    PROTOCOL,
    {
      "as long": (stage) => stage.frame(DATA, PADDED, stage.open, "01"),
      "longer": (stage) => stage.frame(DATA, PADDED, stage.open, "ff 00"),
    },
  ),
  ...rows("6.1", "padding that leaves no data is allowed", BOTH, "none", {
    "a whole payload": (stage) =>
      stage.frame(DATA, PADDED, stage.open, "02 0000"),
    "none": (stage) => stage.frame(DATA, PADDED, stage.open, "00"),
  }),
  ...rows("4.2", "too small for mandatory frame data", BOTH, SIZE, {
    "DATA without the pad length": (stage) =>
      stage.frame(DATA, PADDED, stage.open, ""),
    "HEADERS without the pad length": (stage) =>
      stage.frame(HEADERS, PADDED | END_HEADERS, stage.fresh, ""),
    "HEADERS without the priority fields": (stage) =>
      stage.frame(HEADERS, PRIORITY | END_HEADERS, stage.fresh, ZEROS(4)),
  }),
  ...rows("6.2", "HEADERS MUST be associated with a stream", BOTH, PROTOCOL, {
    "stream 0": (stage) => stage.frame(HEADERS, END_HEADERS, 0, "88"),
  }),
  ...rows("6.2", "padding that exceeds the room", BOTH, PROTOCOL, {
    "of HEADERS": (stage) =>
      stage.frame(HEADERS, PADDED | END_HEADERS, stage.fresh, "02 88"),
  }),
  ...rows("6.3", "PRIORITY always identifies a stream", BOTH, PROTOCOL, {
    "stream 0": (stage) => stage.frame(PRIORITY_FRAME, 0, 0, ZEROS(5)),
  }),
  ...rows(
    "6.3",
    "a length other than 5",
    BOTH,
    "stream open FRAME_SIZE_ERROR",
    {
      "4": (stage) => stage.frame(PRIORITY_FRAME, 0, stage.open, ZEROS(4)),
      "6": (stage) => stage.frame(PRIORITY_FRAME, 0, stage.open, ZEROS(6)),
    },
  ),
  ...rows(
    "7540 5.3.1",
    "a stream cannot depend on itself",
    BOTH,
    "stream open PROTOCOL_ERROR",
    {
      "PRIORITY": (stage) =>
        stage.frame(PRIORITY_FRAME, 0, stage.open, "00000001 00"),
      "HEADERS": (stage) =>
        stage.frame(
          HEADERS,
          PRIORITY | END_HEADERS | END_STREAM,
          stage.open,
          "80000001 00",
        ),
    },
  ),
  ...rows(
    "6.4",
    "RST_STREAM MUST be associated with a stream",
    BOTH,
    PROTOCOL,
    {
      "stream 0": (stage) => stage.frame(RST_STREAM, 0, 0, ZEROS(4)),
    },
  ),
  ...rows("6.4", "a length other than 4", BOTH, SIZE, {
    "3": (stage) => stage.frame(RST_STREAM, 0, stage.open, ZEROS(3)),
    "5": (stage) => stage.frame(RST_STREAM, 0, stage.open, ZEROS(5)),
  }),
  ...rows("6.5", "SETTINGS: its acknowledgement is empty", BOTH, SIZE, {
    "with a setting": (stage) => stage.frame(SETTINGS, 1, 0, "0003 00000001"),
  }),
  ...rows("6.5", "its stream identifier MUST be zero", BOTH, PROTOCOL, {
    "stream 1": (stage) => stage.frame(SETTINGS, 0, 1, ""),
  }),
  ...rows("6.5", "its length is a multiple of 6", BOTH, SIZE, {
    "5": (stage) => stage.frame(SETTINGS, 0, 0, ZEROS(5)),
    "7": (stage) => stage.frame(SETTINGS, 0, 0, ZEROS(7)),
  }),
  ...rows("6.5.2", "ENABLE_PUSH other than 0 or 1", BOTH, PROTOCOL, {
    "2": (stage) => stage.frame(SETTINGS, 0, 0, "0002 00000002"),
  }),
  ...rows("6.5.2", "ENABLE_PUSH 1 from a server", CLIENT, PROTOCOL, {
    "1": (stage) => stage.frame(SETTINGS, 0, 0, "0002 00000001"),
  }),
  ...rows("6.5.2", "values that are allowed", BOTH, "none", {
    "ENABLE_PUSH 0": (stage) => stage.frame(SETTINGS, 0, 0, "0002 00000000"),
    "HEADER_TABLE_SIZE 0": (stage) =>
      stage.frame(SETTINGS, 0, 0, "0001 00000000"),
    "MAX_CONCURRENT_STREAMS 0": (stage) =>
      stage.frame(SETTINGS, 0, 0, "0003 00000000"),
    "INITIAL_WINDOW_SIZE 0": (stage) =>
      stage.frame(SETTINGS, 0, 0, "0004 00000000"),
    "MAX_FRAME_SIZE 2^24-1": (stage) =>
      stage.frame(SETTINGS, 0, 0, "0005 00ffffff"),
    "MAX_HEADER_LIST_SIZE 0": (stage) =>
      stage.frame(SETTINGS, 0, 0, "0006 00000000"),
  }),
  ...rows("6.5.2", "unknown settings MUST be ignored", BOTH, "none", {
    "0xffff": (stage) => stage.frame(SETTINGS, 0, 0, "ffff ffffffff"),
    "0": (stage) => stage.frame(SETTINGS, 0, 0, "0000 00000001"),
    "ENABLE_CONNECT_PROTOCOL (RFC 8441)": (stage) =>
      stage.frame(SETTINGS, 0, 0, "0008 00000001"),
    "NO_RFC7540_PRIORITIES (RFC 9218)": (stage) =>
      stage.frame(SETTINGS, 0, 0, "0009 00000001"),
  }),
  ...rows("6.5.2", "INITIAL_WINDOW_SIZE above 2^31-1", BOTH, FLOW, {
    "2^31": (stage) => stage.frame(SETTINGS, 0, 0, "0004 80000000"),
  }),
  ...rows("6.5.2", "MAX_FRAME_SIZE outside its range", BOTH, PROTOCOL, {
    "16,383": (stage) => stage.frame(SETTINGS, 0, 0, "0005 00003fff"),
    "2^24": (stage) => stage.frame(SETTINGS, 0, 0, "0005 01000000"),
  }),
  ...rows("6.5.3", "SETTINGS is acknowledged at once", BOTH, "none", {
    "empty": (stage) => {
      stage.frame(SETTINGS, 0, 0, "");
      stage.requireSent(SETTINGS);
    },
    "with a setting that is not known": (stage) => {
      stage.frame(SETTINGS, 0, 0, "ffff 00000000");
      stage.requireSent(SETTINGS);
    },
  }),
  {
    section: "6.5.3",
    rule: "SETTINGS are acknowledged in a reasonable time",
    input: "nothing for a minute",
    answer: "connection SETTINGS_TIMEOUT",
    roles: BOTH,
    greets: false,
    act: (stage) => {
      if (stage.role === "server") stage.peer.receive(PREFACE);
      stage.frame(SETTINGS, 0, 0, "");
      stage.peer.advanceTo(60_000);
    },
  },
  ...rows("6.6", "PUSH_PROMISE while push is turned off", CLIENT, PROTOCOL, {
    "on an open stream": (stage) =>
      stage.frame(
        PUSH_PROMISE,
        END_HEADERS,
        stage.open,
        "00000002 82868444 00",
      ),
    "on stream 0": (stage) =>
      stage.frame(PUSH_PROMISE, END_HEADERS, 0, "00000002 828684"),
    "on an idle stream": (stage) =>
      stage.frame(PUSH_PROMISE, END_HEADERS, stage.idle, "00000002 828684"),
  }),
  ...rows("8.4", "a client cannot push", SERVER, PROTOCOL, {
    "PUSH_PROMISE": (stage) =>
      stage.frame(PUSH_PROMISE, END_HEADERS, stage.open, "00000002 828684"),
  }),
  ...rows("6.7", "PING is not associated with a stream", BOTH, PROTOCOL, {
    "stream 1": (stage) => stage.frame(PING, 0, 1, ZEROS(8)),
  }),
  ...rows("6.7", "a length other than 8", BOTH, SIZE, {
    "7": (stage) => stage.frame(PING, 0, 0, ZEROS(7)),
    "9": (stage) => stage.frame(PING, 0, 0, ZEROS(9)),
    "an acknowledgement of 0": (stage) => stage.frame(PING, 1, 0, ""),
  }),
  ...rows("6.7", "PING is acknowledged with the same octets", BOTH, "none", {
    "0102030405060708": (stage) => {
      stage.frame(PING, 0, 0, "0102030405060708");
      stage.requireSent(PING, "0102030405060708");
    },
  }),
  ...rows("6.7", "an acknowledgement of no PING", BOTH, "none", {
    "octets that nobody sent": (stage) => stage.frame(PING, 1, 0, ZEROS(8)),
  }),
  ...rows("6.8", "GOAWAY applies to the connection", BOTH, PROTOCOL, {
    "stream 1": (stage) => stage.frame(GOAWAY, 0, 1, ZEROS(8)),
  }),
  ...rows("4.2", "too small for mandatory frame data", BOTH, SIZE, {
    "GOAWAY of 7": (stage) => stage.frame(GOAWAY, 0, 0, ZEROS(7)),
  }),
  ...rows("6.8", "the last stream identifier MUST NOT grow", CLIENT, PROTOCOL, {
    "3, then 5": (stage) => {
      stage.frame(GOAWAY, 0, 0, `00000003 ${ZEROS(4)}`);
      stage.frame(GOAWAY, 0, 0, `00000005 ${ZEROS(4)}`);
    },
    "2, which no client opens": (stage) =>
      stage.frame(GOAWAY, 0, 0, `00000002 ${ZEROS(4)}`),
  }),
  ...rows("7", "unknown error codes MUST NOT trigger anything", BOTH, "none", {
    "RST_STREAM with 0xdeadbeef": (stage) =>
      stage.frame(RST_STREAM, 0, stage.open, "deadbeef"),
    "GOAWAY with 0xdeadbeef, and streams go on": (stage) =>
      stage.frame(GOAWAY, 0, 0, "7fffffff deadbeef"),
  }),
  ...rows("6.9", "an increment of 0 on the connection", BOTH, PROTOCOL, {
    "stream 0": (stage) => stage.frame(WINDOW_UPDATE, 0, 0, ZEROS(4)),
  }),
  ...rows("6.9", "an increment of 0", BOTH, "stream open PROTOCOL_ERROR", {
    "an open stream": (stage) =>
      stage.frame(WINDOW_UPDATE, 0, stage.open, ZEROS(4)),
  }),
  ...rows("6.9", "a length other than 4", BOTH, SIZE, {
    "3 on the connection": (stage) =>
      stage.frame(WINDOW_UPDATE, 0, 0, ZEROS(3)),
    "5 on a stream": (stage) =>
      stage.frame(WINDOW_UPDATE, 0, stage.open, ZEROS(5)),
  }),
  ...rows("6.9.1", "a window above 2^31-1, of the connection", BOTH, FLOW, {
    "stream 0": (stage) => stage.frame(WINDOW_UPDATE, 0, 0, "7fffffff"),
  }),
  ...rows(
    "6.9.1",
    "a window above 2^31-1, of a stream",
    BOTH,
    "stream open FLOW_CONTROL_ERROR",
    {
      "an open stream": (stage) =>
        stage.frame(WINDOW_UPDATE, 0, stage.open, "7fffffff"),
    },
  ),
  ...rows(
    "6.9.2",
    "INITIAL_WINDOW_SIZE takes a window above 2^31-1",
    BOTH,
    FLOW,
    {
      "2^31-1 after an increment": (stage) => {
        stage.frame(WINDOW_UPDATE, 0, stage.open, "00000001");
        stage.frame(SETTINGS, 0, 0, "0004 7fffffff");
      },
    },
  ),
  ...rows(
    "6.9.1",
    "more than the window of a stream",
    BOTH,
    "stream open FLOW_CONTROL_ERROR",
    {
      "65,536 octets that nobody takes": (stage) => {
        for (let i = 0; i < 4; i++) stage.data(stage.open, 16_384);
      },
    },
  ),
  ...rows("6.10", "CONTINUATION without a block to continue", BOTH, PROTOCOL, {
    "after a complete block": (stage) => {
      stage.begin(stage.head());
      stage.continueBlock(stage.fresh, stage.block(), true);
    },
    "on its own": (stage) =>
      stage.continueBlock(stage.open, stage.block(), true),
    "on stream 0": (stage) => stage.frame(CONTINUATION, END_HEADERS, 0, ""),
  }),
];
