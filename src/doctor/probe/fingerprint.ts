import { type Setting, SettingId } from "../../frames/mod.ts";
import { POLICY_SETTING } from "../../keepalive/mod.ts";
import {
  ENABLE_CONNECT_PROTOCOL,
  NO_PRIORITIES,
  TRUE_BINARY_METADATA,
} from "./setting_words.ts";
import type { Origin } from "./origin.ts";

/** Who a server is, by its first SETTINGS. */
export interface PeerStack {
  /** Its name. */
  readonly name: string;
  /** Whether it passes on calls to other servers. */
  readonly isProxy: boolean;
}

const {
  HEADER_TABLE_SIZE,
  MAX_CONCURRENT_STREAMS,
  INITIAL_WINDOW_SIZE,
  MAX_FRAME_SIZE,
  MAX_HEADER_LIST_SIZE,
} = SettingId;

/**
 * Tells a stack by the parameters that it sends, and some of their values; as
 * they were sent by the versions that the interop tests run.
 */
interface Print extends PeerStack {
  /** From when it measures the time to a PING. */
  readonly origin?: Origin;
  /** The identifiers, in order; without, the others decide. */
  readonly ids?: readonly number[];
  /** Identifiers that must be there. */
  readonly has?: readonly number[];
  /** Values that must be sent. */
  readonly values?: readonly Setting[];
}

const PRINTS: readonly Print[] = [
  {
    name: "gRPC Core (C++, Python, Ruby, PHP, C#)",
    isProxy: false,
    origin: "last-ping",
    has: [TRUE_BINARY_METADATA],
  },
  {
    name: "grpc-go",
    isProxy: false,
    origin: "last-ping",
    ids: [MAX_FRAME_SIZE],
    values: [[MAX_FRAME_SIZE, 16_384]],
  },
  {
    name: "grpc-java on Netty",
    isProxy: false,
    origin: "connection",
    ids: [MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_HEADER_LIST_SIZE],
  },
  {
    name: "hyper (tonic)",
    isProxy: false,
    ids: [INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE, MAX_HEADER_LIST_SIZE],
  },
  {
    name: "net/http of Go (connect-go)",
    isProxy: false,
    ids: [
      MAX_FRAME_SIZE,
      MAX_CONCURRENT_STREAMS,
      MAX_HEADER_LIST_SIZE,
      HEADER_TABLE_SIZE,
      INITIAL_WINDOW_SIZE,
    ],
  },
  {
    name: "@keepalive/grpc",
    isProxy: false,
    origin: "last-ping",
    has: [POLICY_SETTING],
  },
  {
    name: "@keepalive/grpc",
    isProxy: false,
    origin: "last-ping",
    ids: [MAX_HEADER_LIST_SIZE, MAX_CONCURRENT_STREAMS],
  },
  { name: "node:http2 (grpc-js, connect-node)", isProxy: false, ids: [] },
  {
    name: "nginx",
    isProxy: true,
    ids: [MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE],
    values: [[MAX_FRAME_SIZE, 16_777_215]],
  },
  {
    name: "HAProxy",
    isProxy: true,
    ids: [ENABLE_CONNECT_PROTOCOL, MAX_CONCURRENT_STREAMS],
  },
  {
    name: "nghttpx",
    isProxy: true,
    ids: [
      MAX_CONCURRENT_STREAMS,
      INITIAL_WINDOW_SIZE,
      NO_PRIORITIES,
      ENABLE_CONNECT_PROTOCOL,
    ],
  },
  {
    name: "Envoy",
    isProxy: true,
    ids: [
      HEADER_TABLE_SIZE,
      ENABLE_CONNECT_PROTOCOL,
      MAX_CONCURRENT_STREAMS,
      INITIAL_WINDOW_SIZE,
    ],
  },
];

/** Which stack sends such SETTINGS, if it is one that is known. */
export function stackOf(settings: readonly Setting[]): PeerStack | undefined {
  const found = printOf(settings);
  return found && { name: found.name, isProxy: found.isProxy };
}

/** From when a stack that sends such SETTINGS measures the time to a PING. */
export function originOf(settings: readonly Setting[]): Origin {
  return printOf(settings)?.origin ?? "unknown";
}

/**
 * Whether a stack that sends such SETTINGS clears its strikes with each
 * WINDOW_UPDATE that it writes, too: of those that are known gRPC Core does.
 */
export function clearsOnWindowUpdate(settings: readonly Setting[]): boolean {
  return settings.some(([id]) => id === TRUE_BINARY_METADATA);
}

function printOf(settings: readonly Setting[]): Print | undefined {
  return PRINTS.find((print) => matches(print, settings));
}

function matches(
  { ids, has = [], values = [] }: Print,
  settings: readonly Setting[],
): boolean {
  const sent = settings.map(([id]) => id);
  const isSame = ids === undefined ||
    ids.length === sent.length && ids.every((id, i) => id === sent[i]);
  return isSame && has.every((id) => sent.includes(id)) &&
    values.every(([id, value]) =>
      settings.some(([its, sent]) => its === id && sent === value)
    );
}
