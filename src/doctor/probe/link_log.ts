import { ErrorCode } from "../../frames/mod.ts";
import type { TransportEvent } from "../../transport/mod.ts";
import { goawayWords, quoted } from "./words.ts";

/** GOAWAYs that are kept; RFC 9113 section 6.8 has use for two. */
const MOST_GOAWAYS = 8;

/** A GOAWAY that was received, and when. */
export interface SeenGoaway {
  /** Milliseconds of the clock. */
  readonly at: number;
  /** The error code. */
  readonly code: number;
  /** The debug data. */
  readonly debug: string;
  /** The last stream that the server may have acted on. */
  readonly lastStreamId: number;
}

/** How a connection was told that it ends, or ended without a word. */
export type LinkEnd =
  /** The server closed it for too many PINGs, after it had answered `acks`. */
  | { readonly kind: "struck"; readonly at: number; readonly acks: number }
  /** It ended, or drains, for another reason. */
  | { readonly kind: "ended"; readonly at: number; readonly why: string };

/** What was seen on one connection. */
export class LinkLog {
  /** The GOAWAYs, in order. */
  readonly goaways: SeenGoaway[] = [];
  /** When PINGs of the server came after its first GOAWAY, the first of them. */
  pingAfterGoawayAt: number | undefined;
  /** When the connection was over; `undefined` as long as it is not. */
  closedAt: number | undefined;
  #acks = 0;
  readonly #end = Promise.withResolvers<LinkEnd>();
  readonly #closed = Promise.withResolvers<void>();

  /** Resolves with the first sign of an end: a GOAWAY, or the end itself. */
  get end(): Promise<LinkEnd> {
    return this.#end.promise;
  }

  /** Resolves when the connection is over. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Notes an event of the connection. */
  readonly note = (event: TransportEvent): void => {
    switch (event.type) {
      case "goaway-received":
        return this.#onGoaway(event);
      case "ping-acked":
        this.#acks++;
        return;
      case "ping-received":
        if (this.goaways.length === 0) return;
        this.pingAfterGoawayAt ??= event.at;
        return;
      case "closed":
        this.closedAt = event.at;
        this.#end.resolve({
          kind: "ended",
          at: event.at,
          why: quoted(event.reason.message),
        });
        this.#closed.resolve();
    }
  };

  #onGoaway({ at, code, debug, lastStreamId }: SeenGoaway): void {
    if (this.goaways.length < MOST_GOAWAYS) {
      this.goaways.push({ at, code, debug, lastStreamId });
    }
    this.#end.resolve(
      code === ErrorCode.ENHANCE_YOUR_CALM
        ? { kind: "struck", at, acks: this.#acks }
        : {
          kind: "ended",
          at,
          why: goawayWords(code, debug),
        },
    );
  }
}
