import { ErrorCode, errorCodeName } from "../../frames/mod.ts";
import type { SessionState } from "../../session/mod.ts";

/** How a connection ended with a call that ran on it. */
export interface ConnectionEnding {
  /** What the peer said or did, for people. */
  readonly how: string;
  /** Whether it said GOAWAY with NO_ERROR, as servers do that retire one. */
  readonly isOrderly: boolean;
  /** Whether calls had been answered on it before. */
  readonly isAnswering: boolean;
  /**
   * Whether the call is the first that the GOAWAY refuses. A peer that reads in
   * order and cannot bear a header block has read none behind it.
   */
  readonly isFirst: boolean;
  /** Whether the GOAWAY names a last stream, which is true then. */
  readonly namesStream: boolean;
}

/** The GOAWAY of a connection, and what it makes of calls. */
export class Refusals {
  readonly #code: number;
  readonly #lastStreamId: number;
  #first: number | undefined;

  /** Those of a GOAWAY, which may be the second one of the connection. */
  constructor(
    { code, lastStreamId }: {
      readonly code: number;
      readonly lastStreamId: number;
    },
    before: Refusals | undefined,
  ) {
    this.#code = code;
    this.#lastStreamId = lastStreamId;
    this.#first = before === undefined ? undefined : before.#first;
  }

  /** The ending of a call, if it is refused. */
  endingOf(
    streamId: number,
    isAnswering: boolean,
  ): ConnectionEnding | undefined {
    const code = this.#code;
    const lastStreamId = this.#lastStreamId;
    if (streamId <= lastStreamId) return undefined;
    this.#first ??= streamId;
    return {
      how: `GOAWAY ${errorCodeName(code)}, last stream ${lastStreamId}`,
      isOrderly: code === ErrorCode.NO_ERROR,
      isAnswering,
      isFirst: this.#first === streamId,
      namesStream: lastStreamId > 0,
    };
  }
}

/** The ending of a call with its connection, unless this end has done that. */
export function endOf(
  state: SessionState,
  isAnswering: boolean,
): ConnectionEnding | undefined {
  if (state.kind !== "closed" || state.reason.by === "local") return undefined;
  const how = state.reason.message;
  const isOrderly = false;
  return { how, isOrderly, isAnswering, isFirst: false, namesStream: false };
}
