import type { ContinuationFrame } from "./continuation.ts";
import type { DataFrame } from "./data.ts";
import type { ExtensionFrame } from "./extension.ts";
import type { GoawayFrame } from "./goaway.ts";
import type { HeadersFrame } from "./headers.ts";
import type { PingFrame } from "./ping.ts";
import type { PriorityFrame } from "./priority.ts";
import type { PushPromiseFrame } from "./push_promise.ts";
import type { RstStreamFrame } from "./rst_stream.ts";
import type { SettingsFrame } from "./settings.ts";
import type { WindowUpdateFrame } from "./window_update.ts";

/**
 * Any received frame; `type` tells which
 * ({@link https://www.rfc-editor.org/rfc/rfc9113#section-6 | RFC 9113 section 6}).
 */
export type Frame =
  | DataFrame
  | HeadersFrame
  | PriorityFrame
  | RstStreamFrame
  | SettingsFrame
  | PushPromiseFrame
  | PingFrame
  | GoawayFrame
  | WindowUpdateFrame
  | ContinuationFrame
  | ExtensionFrame;
