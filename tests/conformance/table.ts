import type { Row } from "./row.ts";
import { COMPRESSION_ROWS } from "./rows/compression.ts";
import { FRAME_ROWS } from "./rows/frames.ts";
import { MESSAGE_ROWS } from "./rows/messages.ts";
import { type Role, Stage } from "./stage.ts";

/** Every row. */
export const ROWS: readonly Row[] = [
  ...FRAME_ROWS,
  ...MESSAGE_ROWS,
  ...COMPRESSION_ROWS,
];

/** What one end of ours answers to what its peer does. */
export function tryRow(row: Row, role: Role): string {
  const stage = new Stage(role, row.greets ?? true);
  row.act(stage);
  return stage.outcome();
}
