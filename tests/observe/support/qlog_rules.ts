import { assert, assertEquals, assertMatch } from "@std/assert";

type Fields = Record<string, unknown>;
type Check = (value: unknown) => boolean;

const uint32: Check = (value) =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32;
const hexstring: Check = (value) =>
  typeof value === "string" && /^([0-9a-f]{2})*$/.test(value);
const list: Check = Array.isArray;

/**
 * The frames of draft-pardue-httpbis-qlog-h2-events-00 that have fields: those
 * that they must have, and those that they may have.
 */
const FRAMES: Readonly<
  Record<string, [Record<string, Check>, Record<string, Check>]>
> = {
  data: [{}, {}],
  headers: [{ headers: list }, {}],
  settings: [{ settings: list }, {}],
  goaway: [
    { stream_id: uint32, error_code: uint32 },
    { additional_debug_data: hexstring },
  ],
  // Named by the draft, and not defined yet: any fields may be there.
  ping: [{}, {}],
  rst_stream: [{}, {}],
  window_update: [{}, {}],
};

const PARAMETERS: readonly string[] = [
  "header_table_size",
  "enable_push",
  "max_concurrent_streams",
  "initial_window_size",
  "max_frame_size",
  "max_header_list_size",
  "extended_connect",
  "no_rfc7540_priorities",
];

/** An event that has been checked. */
export interface QlogEvent {
  readonly time: number;
  readonly name: string;
  readonly data: Fields;
}

/**
 * Checks a file against draft-ietf-quic-qlog-main-schema-12 (section 5, QlogFileSeq,
 * and RFC 7464) and the draft for HTTP/2.
 */
export function checkQlog(
  file: string,
): { header: Fields; events: QlogEvent[] } {
  const [before, ...texts] = file.split("\x1e");
  assertEquals(before, "", "a text begins with a record separator");
  for (const text of texts) {
    assertEquals(
      text.indexOf("\n"),
      text.length - 1,
      "one line feed, at the end",
    );
  }
  const [header, ...events] = texts.map((text) => JSON.parse(text));
  checkHeader(header);
  let last = 0;
  for (const event of events as QlogEvent[]) {
    assert(event.time >= last, "times do not go back");
    last = event.time;
    assertMatch(event.name, /^(http2|keepalive):[a-z_]+$/);
    checkEvent(event);
  }
  return { header, events };
}

function checkHeader(header: Fields): void {
  assertEquals(header.file_schema, "urn:ietf:params:qlog:file:sequential");
  assertEquals(header.serialization_format, "application/qlog+json-seq");
  const trace = header.trace as Record<string, Fields>;
  assert(["client", "server"].includes(String(trace.vantage_point.type)));
  const schemas = trace.event_schemas as unknown as string[];
  assert(schemas.includes("urn:ietf:params:qlog:events:http2-00"));
  assert(!schemas.includes("urn:ietf:params:qlog:events:http2"));
  const { time_format, reference_time } = trace.common_fields;
  assertEquals(time_format, "relative_to_epoch");
  const { clock_type, epoch, wall_clock_time } = reference_time as Fields;
  assertEquals([clock_type, epoch], ["monotonic", "unknown"]);
  assert(!isNaN(Date.parse(String(wall_clock_time))), "an RFC 3339 date");
}

function checkEvent({ name, data }: QlogEvent): void {
  if (name === "http2:parameters_set") {
    assert(["local", "remote"].includes(String(data.owner)));
    for (const key of PARAMETERS) {
      assert(data[key] === undefined || uint32(data[key]), key);
    }
    return;
  }
  if (!name.startsWith("http2:")) return;
  assert(["http2:frame_created", "http2:frame_parsed"].includes(name), name);
  assert(uint32(data.stream_id), "a frame has a stream");
  const frame = data.frame as Fields;
  const rules = FRAMES[String(frame.frame_type)];
  assert(rules !== undefined, `no such frame: ${frame.frame_type}`);
  for (const [key, check] of Object.entries(rules[0])) {
    assert(check(frame[key]), `${frame.frame_type} has ${key}`);
  }
  for (const [key, check] of Object.entries(rules[1])) {
    assert(frame[key] === undefined || check(frame[key]), key);
  }
}
