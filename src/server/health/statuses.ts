import { onAbort } from "../../runtime/mod.ts";
import { ServingStatus } from "./messages.ts";

/** What services can do, and who waits for a change of it. */
export class Statuses {
  readonly #known = new Map<string, ServingStatus>();
  readonly #watchers = new Set<() => void>();
  #isShutDown = false;

  /** What a service can do; `undefined` if it is not known. */
  get(service: string): ServingStatus | undefined {
    return this.#known.get(service);
  }

  /** The names of the services that are known. */
  get services(): readonly string[] {
    return [...this.#known.keys()];
  }

  /** A service can do something else, unless all are shut down. */
  set(service: string, status: ServingStatus): void {
    const kept = this.#isShutDown ? ServingStatus.NOT_SERVING : status;
    this.#known.set(service, kept);
    this.wake();
  }

  /** All are NOT_SERVING, for good. */
  shutdown(): void {
    this.#isShutDown = true;
    for (const service of this.#known.keys()) {
      this.#known.set(service, ServingStatus.NOT_SERVING);
    }
    this.wake();
  }

  /** Has those who wait look again. */
  wake(): void {
    for (const wake of this.#watchers) wake();
  }

  /** Resolves with the next change, or when a signal is aborted. */
  change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#watchers.delete(wake);
        watch[Symbol.dispose]();
        resolve();
      };
      this.#watchers.add(wake);
      const watch = onAbort(signal, wake);
      if (signal.aborted) wake();
    });
  }
}
