/** What has a number of its own. */
export type Numbered =
  | "attempt"
  | "call"
  | "channel"
  | "connection"
  | "server"
  | "subchannel";

const last: Record<Numbered, number> = {
  attempt: 0,
  call: 0,
  channel: 0,
  connection: 0,
  server: 0,
  subchannel: 0,
};

/**
 * A number for something that events tell of: no two of a kind in a process have
 * the same, and each kind counts for itself, from 1.
 */
export function nextId(kind: Numbered): number {
  return ++last[kind];
}
