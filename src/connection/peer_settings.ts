import {
  ConnectionError,
  DEFAULT_MAX_FRAME_SIZE,
  ErrorCode,
  type Setting,
  SettingId,
} from "../frames/mod.ts";

/** Octets of a flow-control window at first (RFC 9113 section 6.9.2). */
export const DEFAULT_WINDOW_SIZE = 65_535;

/**
 * Octets of a response that are sent even to who accepts fewer: MAX_HEADER_LIST_SIZE
 * is "advisory" (section 6.5.2), and a status of gRPC would get lost otherwise.
 */
export const LEAST_RESPONSE_SIZE = 256;

/**
 * What the peer has asked for
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6.5.2 | RFC 9113 section 6.5.2}).
 */
export interface PeerSettings {
  /** Octets of its field compression table. */
  headerTableSize: number;
  /** Streams that it lets this end have open. */
  maxConcurrentStreams: number;
  /** Octets of flow-control window for a new stream. */
  initialWindowSize: number;
  /** Octets of payload that it accepts in a frame. */
  maxFrameSize: number;
  /** Octets of field section that it accepts. */
  maxHeaderListSize: number;
}

/** The values in force before the first SETTINGS frame. */
export function initialPeerSettings(): PeerSettings {
  return {
    headerTableSize: 4_096,
    maxConcurrentStreams: Infinity,
    initialWindowSize: DEFAULT_WINDOW_SIZE,
    maxFrameSize: DEFAULT_MAX_FRAME_SIZE,
    maxHeaderListSize: Infinity,
  };
}

/**
 * Takes over the parameters of a SETTINGS frame in their order. "An endpoint
 * that receives a SETTINGS frame with any unknown or unsupported identifier
 * MUST ignore that setting" (section 6.5.2).
 */
export function applySettings(
  peer: PeerSettings,
  settings: readonly Setting[],
): void {
  for (const [id, value] of settings) {
    switch (id) {
      case SettingId.HEADER_TABLE_SIZE:
        peer.headerTableSize = value;
        break;
      case SettingId.MAX_CONCURRENT_STREAMS:
        peer.maxConcurrentStreams = value;
        break;
      case SettingId.INITIAL_WINDOW_SIZE:
        peer.initialWindowSize = value;
        break;
      case SettingId.MAX_FRAME_SIZE:
        peer.maxFrameSize = value;
        break;
      case SettingId.MAX_HEADER_LIST_SIZE:
        peer.maxHeaderListSize = value;
        break;
    }
  }
}

/**
 * Checks what a server has sent.
 *
 * @throws {ConnectionError} PROTOCOL_ERROR: "A client MUST treat receipt of a
 * SETTINGS frame with SETTINGS_ENABLE_PUSH set to 1 as a connection error"
 * (section 6.5.2).
 */
export function refusePush(settings: readonly Setting[]): void {
  for (const [id, value] of settings) {
    if (id !== SettingId.ENABLE_PUSH || value === 0) continue;
    throw new ConnectionError(
      ErrorCode.PROTOCOL_ERROR,
      `Received setting ENABLE_PUSH ${value} from the server, expected 0 or none`,
    );
  }
}
