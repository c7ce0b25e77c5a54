import type { ConnectionRecording } from "../../grpc/mod.ts";
import type { TransportEvent } from "../../transport/mod.ts";
import { jsonOf } from "../../page/mod.ts";
import { requireConnectionRecording } from "../require_recordings.ts";

/**
 * The draft whose events these are: "Implementations of draft versions of the
 * event schema MUST append the string "-" and the corresponding draft number".
 */
const HTTP2_SCHEMA = "urn:ietf:params:qlog:events:http2-00";

/** What the draft has no event for has a namespace of its own. */
const KEEPALIVE_SCHEMA = "urn:keepalive-grpc:qlog:events:keepalive-1";

/** RFC 7464: each text begins with it, and ends with a line feed. */
const RECORD_SEPARATOR = "\x1e";

/** The name of an event, and its data. */
type Qlog = readonly [name: string, data: Readonly<Record<string, unknown>>];

/**
 * What was recorded of a connection as qlog, in JSON text sequences (RFC 7464):
 * frames and settings are the `http2` events of draft-pardue-httpbis-qlog-h2-events-00,
 * what keepalive did has names in `keepalive`. Such files end in `.sqlog`.
 *
 * @throws {TypeError} If it is something else.
 * @see https://datatracker.ietf.org/doc/draft-ietf-quic-qlog-main-schema/
 * @see https://datatracker.ietf.org/doc/draft-pardue-httpbis-qlog-h2-events/
 */
export function toQlog(recording: ConnectionRecording): string {
  requireConnectionRecording(recording);
  const { since, events } = recording;
  const records = events.flatMap((event) =>
    qlogOf(event).map(([name, data]) => ({
      time: event.at - since,
      name,
      data,
    }))
  );
  return [headerOf(recording), ...records]
    .map((record) => `${RECORD_SEPARATOR}${jsonOf(record)}\n`)
    .join("");
}

function headerOf({ id, role, peer, since, wallOffset }: ConnectionRecording) {
  const begin = new Date(since + wallOffset);
  return {
    file_schema: "urn:ietf:params:qlog:file:sequential",
    serialization_format: "application/qlog+json-seq",
    title: `Connection ${id} of a ${role}, peer ${peer}`,
    trace: {
      vantage_point: { type: role },
      common_fields: {
        group_id: String(id),
        time_format: "relative_to_epoch",
        reference_time: {
          clock_type: "monotonic",
          epoch: "unknown",
          wall_clock_time: begin.toISOString(),
        },
      },
      event_schemas: [HTTP2_SCHEMA, KEEPALIVE_SCHEMA],
    },
  };
}

function qlogOf(event: TransportEvent): Qlog[] {
  switch (event.type) {
    case "ping-sent": {
      const { purpose, id } = event;
      return [created({ frame_type: "ping", ack: false, purpose, id })];
    }
    case "ping-acked": {
      const { purpose, id, rtt } = event;
      return [parsed({ frame_type: "ping", ack: true, purpose, id, rtt })];
    }
    case "ping-received":
      return [
        parsed({ frame_type: "ping", ack: false }),
        created({ frame_type: "ping", ack: true }),
      ];
    case "settings-received":
      return [["http2:parameters_set", parametersOf(event.settings)]];
    case "settings-acked":
      return [parsed({ frame_type: "settings", settings: [], ack: true })];
    case "goaway-sent":
      return [created(goaway(event))];
    case "goaway-received":
      return [parsed(goaway(event))];
    case "stream-error": {
      const { streamId, code, reason } = event;
      const frame = { frame_type: "rst_stream", error_code: code, reason };
      return [created(frame, streamId)];
    }
    default:
      return [keepalive(event)];
  }
}

function created(frame: Readonly<Record<string, unknown>>, id = 0): Qlog {
  return ["http2:frame_created", { stream_id: id, frame }];
}

function parsed(frame: Readonly<Record<string, unknown>>): Qlog {
  return ["http2:frame_parsed", { stream_id: 0, frame }];
}

function goaway(
  { lastStreamId, code, debug }: {
    readonly lastStreamId: number;
    readonly code: number;
    readonly debug: string;
  },
): Record<string, unknown> {
  const hex = Array.from(
    new TextEncoder().encode(debug),
    (octet) => octet.toString(16).padStart(2, "0"),
  ).join("");
  return {
    frame_type: "goaway",
    stream_id: lastStreamId,
    error_code: code,
    ...(hex === "" ? {} : { additional_debug_data: hex }),
  };
}

/** A value that is not set has no number: it is left out. */
function parametersOf(
  settings: Extract<
    TransportEvent,
    { readonly type: "settings-received" }
  >["settings"],
): Record<string, unknown> {
  const values = {
    header_table_size: settings.headerTableSize,
    max_concurrent_streams: settings.maxConcurrentStreams,
    initial_window_size: settings.initialWindowSize,
    max_frame_size: settings.maxFrameSize,
    max_header_list_size: settings.maxHeaderListSize,
  };
  const set = Object.entries(values).filter(([, value]) =>
    Number.isFinite(value)
  );
  return { owner: "remote", ...Object.fromEntries(set) };
}

/** Under its own name, with `_` for `-`, as names in qlog have it. */
function keepalive({ at: _, type, ...data }: TransportEvent): Qlog {
  const short = type.replace(/^keepalive-/, "").replaceAll("-", "_");
  return [`keepalive:${short}`, data];
}
