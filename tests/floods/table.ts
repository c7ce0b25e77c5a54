import { CONTROL } from "./rows/control.ts";
import { HEADERS } from "./rows/headers.ts";
import { MESSAGES } from "./rows/messages.ts";
import { RESETS } from "./rows/resets.ts";
import { SOCKETS } from "./rows/sockets.ts";
import { STREAMS } from "./rows/streams.ts";
import type { FloodRow } from "./row.ts";

export { HONEST_CALLS } from "./rows/honest.ts";

/** All floods. */
export const FLOODS: readonly FloodRow[] = [
  ...CONTROL,
  ...STREAMS,
  ...RESETS,
  ...HEADERS,
  ...MESSAGES,
  ...SOCKETS,
];
