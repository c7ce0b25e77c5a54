import type { AcceptError } from "./errors.ts";

/** What an operator has to know, whether somebody listens or not. */
export type UnheardKind =
  | "maxConnections"
  | "maxHandshakes"
  | "accept"
  | "client certificate";

/**
 * Says on the console what an `onError` that is not there would have heard:
 * each kind once, since peers decide how often it happens.
 */
export class UnheardErrors {
  readonly #told = new Set<UnheardKind>();

  /** Warns of an error, unless all its kinds are known. */
  tell({ message }: AcceptError, kinds: readonly UnheardKind[]): void {
    if (kinds.every((kind) => this.#told.has(kind))) return;
    for (const kind of kinds) this.#told.add(kind);
    console.warn(
      `@keepalive/grpc: ${message}; this is said once, set onError to hear of each`,
    );
  }
}
