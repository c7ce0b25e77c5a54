import { LARGE_HEADERS } from "./poison_call.ts";
import type { Connector } from "../connector/mod.ts";

/**
 * Keeps calls whose headers may end a connection away from those of others. A
 * proxy that cannot bear a header block takes down all that runs beside it, so
 * large headers go over a connection of their own while others run, until
 * headers of their size have been answered.
 */
export class Isolation {
  readonly #main: Connector;
  #apart: Connector | undefined;
  #proven = LARGE_HEADERS - 1;

  /** Starts with one connector for all. */
  constructor(main: Connector) {
    this.#main = main;
  }

  /** All connectors that there are. */
  get connectors(): Connector[] {
    return this.#apart === undefined ? [this.#main] : [this.#main, this.#apart];
  }

  /**
   * The connector for the next attempt at a call. One that is closed fails it.
   *
   * @param octets Those of its headers.
   * @param present That of the attempt before, which counts the call as its.
   */
  connectorFor(octets: number, present?: unknown): Connector {
    if (octets <= this.#proven) return this.#main;
    const { connectivity, runningCalls } = this.#main;
    if (connectivity.state === "SHUTDOWN") return this.#main;
    const own = present === this.#main ? 1 : 0;
    if (runningCalls <= own) return this.#main;
    return this.#apart ??= this.#main.apart();
  }

  /** Headers of so many octets were answered. */
  answered(octets: number): void {
    if (octets > this.#proven) this.#proven = octets;
  }

  /** A connection ended with a call that had so many. */
  ended(octets: number): void {
    if (octets < LARGE_HEADERS || octets > this.#proven) return;
    this.#proven = octets - 1;
  }
}
