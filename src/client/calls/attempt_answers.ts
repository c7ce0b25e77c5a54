import type { HeaderField } from "../../hpack/mod.ts";
import { Metadata } from "../../grpc/mod.ts";
import type { Outcome } from "./response_head.ts";

/** What somebody waits for of an attempt: its headers, and how it ends. */
export class AttemptAnswers {
  readonly #headers = Promise.withResolvers<Metadata>();
  readonly #outcome = Promise.withResolvers<Outcome>();

  /** Neither is known. */
  constructor() {
    this.#headers.promise.catch(() => {});
  }

  /** Resolves to the initial metadata of the response; trailers-only has none. */
  get headers(): Promise<Metadata> {
    return this.#headers.promise;
  }

  /** Resolves to how the attempt ended; never rejects. */
  get outcome(): Promise<Outcome> {
    return this.#outcome.promise;
  }

  /** Tells of what is known by now; the first word counts. */
  settle(
    head: readonly HeaderField[] | undefined,
    ended: Outcome | undefined,
  ): void {
    if (head !== undefined) this.#headers.resolve(Metadata.fromFields(head));
    if (ended === undefined) return;
    const { error } = ended;
    if (error === undefined) this.#headers.resolve(new Metadata());
    else this.#headers.reject(error);
    this.#outcome.resolve(ended);
  }
}
