import type { HeaderField } from "../../../src/hpack/mod.ts";
import { BOTH, CLIENT, type Row, rows, SERVER } from "../row.ts";
import type { Stage } from "../stage.ts";

const MALFORMED = "stream fresh PROTOCOL_ERROR";

/** The peer begins a message with one more field. */
function field(name: string, value: string): (stage: Stage) => void {
  return (stage) => stage.begin(stage.head([name, value]));
}

/** The peer begins a message with just these fields. */
function fields(...all: HeaderField[]): (stage: Stage) => void {
  return (stage) => stage.begin(stage.block(...all));
}

const METHOD: HeaderField = [":method", "POST"];
const SCHEME: HeaderField = [":scheme", "http"];
const PATH: HeaderField = [":path", "/"];
const AUTHORITY: HeaderField = [":authority", "localhost"];
const OK: HeaderField = [":status", "200"];

function content(
  announced: string,
  ...pieces: number[]
): (stage: Stage) => void {
  return (stage) => {
    stage.begin(stage.head(["content-length", announced]));
    pieces.forEach((length, index) =>
      stage.data(stage.fresh, length, index === pieces.length - 1)
    );
  };
}

/** Section 8. */
export const MESSAGE_ROWS: readonly Row[] = [
  ...rows("8.1", "interim responses come before the response", CLIENT, "none", {
    "100, 103, and 200": (stage) => {
      for (const status of ["100", "103", "200"]) {
        stage.begin(stage.block([":status", status]));
      }
    },
  }),
  ...rows(
    "8.1",
    "an interim response does not end the stream",
    CLIENT,
    MALFORMED,
    {
      "100 with END_STREAM": (stage) =>
        stage.begin(stage.block([":status", "100"]), true),
    },
  ),
  ...rows("8.1", "trailers have END_STREAM", BOTH, MALFORMED, {
    "a second HEADERS without it": (stage) => {
      stage.begin(stage.head());
      stage.trailers(stage.fresh, stage.block(), false);
    },
    "an interim response after the response": (stage) => {
      stage.begin(stage.head());
      stage.trailers(stage.fresh, stage.block([":status", "103"]), false);
    },
  }),
  ...rows(
    "8.1",
    "trailers MUST NOT include pseudo-header fields",
    BOTH,
    MALFORMED,
    {
      ":status": (stage) => {
        stage.begin(stage.head());
        stage.trailers(stage.fresh, stage.block(OK));
      },
      ":path": (stage) => {
        stage.begin(stage.head());
        stage.trailers(stage.fresh, stage.block(PATH));
      },
    },
  ),
  ...rows(
    "8.1",
    "a message begins with its header section",
    CLIENT,
    MALFORMED,
    {
      "DATA first": (stage) => stage.data(stage.fresh, 1),
      "empty DATA with END_STREAM first": (stage) =>
        stage.data(stage.fresh, 0, true),
    },
  ),
  ...rows(
    "8.1",
    "a response MUST NOT be discarded for NO_ERROR",
    CLIENT,
    "none",
    {
      "RST_STREAM after the response": (stage) =>
        stage.frame(3, 0, stage.done, "00000000"),
    },
  ),
  ...rows("8.1.1", "content-length equals the DATA", BOTH, MALFORMED, {
    "8 announced, 7 sent": content("8", 7),
    "8 announced, 9 sent": content("8", 9),
    "8 announced, 3 and 4 sent": content("8", 3, 4),
    "8 announced, none sent": content("8", 0),
    "8 announced, and END_STREAM at once": (stage) =>
      stage.begin(stage.head(["content-length", "8"]), true),
    "8 announced, 3 sent, and trailers": (stage) => {
      stage.begin(stage.head(["content-length", "8"]));
      stage.data(stage.fresh, 3);
      stage.trailers(stage.fresh, stage.block(["x", "y"]));
    },
    "8 and 9 announced": (stage) =>
      stage.begin(stage.head(["content-length", "8"], ["content-length", "9"])),
    "no number announced": field("content-length", "eight"),
    "less than none announced": field("content-length", "-8"),
  }),
  ...rows("8.1.1", "content-length equals the DATA", BOTH, "none", {
    "8 announced, 3 and 5 sent": content("8", 3, 5),
  }),
  ...rows(
    "8.1.1",
    "a response without content may name a length",
    CLIENT,
    "none",
    {
      "304": (stage) =>
        stage.begin(
          stage.block([":status", "304"], ["content-length", "8"]),
          true,
        ),
    },
  ),
  ...rows(
    "8.2.1",
    "a field name in lower case, of visible characters",
    BOTH,
    MALFORMED,
    {
      "an upper-case letter": field("X", "y"),
      "a space": field("x y", "y"),
      "a control character": field("x\x01", "y"),
      "DEL": field("x\x7f", "y"),
      "a character above ASCII": field("x\xe4", "y"),
      "a colon inside": field("x:y", "y"),
      "no name at all": field("", "y"),
    },
  ),
  ...rows("8.2.1", "a field value without NUL, CR and LF", BOTH, MALFORMED, {
    "NUL": field("x", "a\0b"),
    "CR": field("x", "a\rb"),
    "LF": field("x", "a\nb"),
    "LF in trailers": (stage) => {
      stage.begin(stage.head());
      stage.trailers(stage.fresh, stage.block(["x", "a\nb"]));
    },
  }),
  ...rows(
    "8.2.1",
    "white space around values is taken off here",
    BOTH,
    "none",
    {
      "a space at the end": field("x", "y "),
    },
  ),
  ...rows("8.2.2", "no connection-specific fields", BOTH, MALFORMED, {
    "connection": field("connection", "close"),
    "proxy-connection": field("proxy-connection", "close"),
    "keep-alive": field("keep-alive", "timeout=5"),
    "transfer-encoding": field("transfer-encoding", "chunked"),
    "upgrade": field("upgrade", "h2c"),
    "te other than trailers": field("te", "gzip"),
  }),
  ...rows("8.3", "no undefined pseudo-header fields", BOTH, MALFORMED, {
    ":foo": (stage) => stage.begin(stage.block([":foo", "x"])),
    ":protocol, which was not negotiated": (stage) =>
      stage.begin(stage.block([":protocol", "x"])),
  }),
  ...rows(
    "8.3",
    "those of requests MUST NOT appear in responses",
    CLIENT,
    MALFORMED,
    {
      ":method": fields(OK, METHOD),
      ":path": fields(OK, PATH),
      ":authority": fields(AUTHORITY, OK),
    },
  ),
  ...rows(
    "8.3",
    "those of responses MUST NOT appear in requests",
    SERVER,
    MALFORMED,
    {
      ":status": fields(METHOD, SCHEME, PATH, OK),
    },
  ),
  ...rows("8.3", "they appear before regular fields", CLIENT, MALFORMED, {
    ":status at the end": fields(["x", "y"], OK),
  }),
  ...rows("8.3", "they appear before regular fields", SERVER, MALFORMED, {
    ":path at the end": fields(METHOD, SCHEME, ["x", "y"], PATH),
  }),
  ...rows("8.3", "none appears twice", CLIENT, MALFORMED, {
    ":status": fields(OK, OK),
  }),
  ...rows("8.3", "none appears twice", SERVER, MALFORMED, {
    ":method": fields(METHOD, METHOD, SCHEME, PATH),
    ":scheme": fields(METHOD, SCHEME, SCHEME, PATH),
    ":path": fields(METHOD, SCHEME, PATH, PATH),
    ":authority": fields(METHOD, SCHEME, PATH, AUTHORITY, AUTHORITY),
  }),
  ...rows(
    "8.3.1",
    "exactly one :method, :scheme and :path",
    SERVER,
    MALFORMED,
    {
      "no :method": fields(SCHEME, PATH),
      "no :scheme": fields(METHOD, PATH),
      "no :path": fields(METHOD, SCHEME),
      "an empty :path": fields(METHOD, SCHEME, [":path", ""]),
      "no field at all": fields(),
    },
  ),
  ...rows("8.5", "CONNECT", SERVER, MALFORMED, {
    "with :scheme and :path": fields(
      [":method", "CONNECT"],
      SCHEME,
      PATH,
      AUTHORITY,
    ),
    "without :authority": fields([":method", "CONNECT"]),
  }),
  ...rows(
    "8.3.2",
    ":status MUST be included in all responses",
    CLIENT,
    MALFORMED,
    {
      "no field at all": fields(),
      "none": fields(["x", "y"]),
      "none, and END_STREAM": (stage) =>
        stage.begin(stage.block(["grpc-status", "0"]), true),
      "an empty one": fields([":status", ""]),
      "two digits": fields([":status", "20"]),
      "a word": fields([":status", "fine"]),
    },
  ),
  ...rows("8.6", "HTTP/2 removes support for 101", CLIENT, MALFORMED, {
    "101": fields([":status", "101"]),
  }),
];
