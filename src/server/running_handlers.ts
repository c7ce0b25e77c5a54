import { type InLine, Line, Spares } from "../collections/mod.ts";
import type { CallContext } from "../grpc/mod.ts";
import type { RunningHandler } from "./calls/mod.ts";

/** Places that are kept for the next handlers. */
const MOST_SPARE = 128;

/** One that runs; its place is used again. */
class Place implements RunningHandler, InLine<Place> {
  line: object | undefined;
  ahead: Place | undefined;
  behind: Place | undefined;
  /** There while it runs. */
  call: CallContext | undefined;
  since = 0;
  readonly #owner: RunningHandlers;

  constructor(owner: RunningHandlers) {
    this.#owner = owner;
  }

  leave(): void {
    this.#owner.leave(this);
  }
}

/**
 * The handlers that run; one can wait until none does.
 *
 * A `Map` of them would replace its table again and again, and one old table
 * that the collector of short-lived objects has passed over keeps all later
 * ones, with the calls that were in them.
 */
export class RunningHandlers {
  readonly #running = new Line<Place>();
  readonly #spares = new Spares<Place>(MOST_SPARE);
  #idle: PromiseWithResolvers<void> | undefined;

  /**
   * A handler begins.
   *
   * @param transport Its connection: what was last read there is its request.
   */
  enter(
    call: CallContext,
    transport: { readonly lastReadAt: number },
  ): RunningHandler {
    const place = this.#spares.take() ?? new Place(this);
    place.call = call;
    place.since = transport.lastReadAt;
    this.#running.join(place);
    return place;
  }

  /** A handler is done. */
  leave(place: Place): void {
    if (place.call === undefined) return;
    this.#running.leave(place);
    place.call = undefined;
    this.#spares.keep(place);
    if (!this.#running.isEmpty) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  /** Resolves when no handler runs. */
  allDone(): Promise<void> {
    if (this.#running.isEmpty) return Promise.resolve();
    this.#idle ??= Promise.withResolvers();
    return this.#idle.promise;
  }

  /**
   * The calls whose handlers run, and for how many milliseconds they have.
   *
   * @param now The time, on the clock of the connections.
   */
  running(now: number): [call: CallContext, milliseconds: number][] {
    const running: [CallContext, number][] = [];
    for (let place = this.#running.first; place; place = place.behind) {
      running.push([place.call!, now - place.since]);
    }
    return running;
  }
}
