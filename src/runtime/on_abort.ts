import { type InLine, Line } from "../collections/mod.ts";
import { reportFault } from "./fault.ts";

/** Who is to be told that a signal is aborted. */
class Place implements InLine<Place>, Disposable {
  line: object | undefined;
  ahead: Place | undefined;
  behind: Place | undefined;
  readonly action: () => void;
  readonly #watch: Watch;

  constructor(action: () => void, watch: Watch) {
    this.action = action;
    this.#watch = watch;
  }

  [Symbol.dispose](): void {
    this.#watch.remove(this);
  }
}

/**
 * All that watch one signal: it has one listener for them. To add a listener,
 * and to remove it, costs a look at all others there are.
 */
class Watch {
  readonly #signal: AbortSignal;
  readonly #places = new Line<Place>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(action: () => void): Disposable {
    const place = new Place(action, this);
    if (this.#places.isEmpty) {
      this.#signal.addEventListener("abort", this.#tell);
    }
    this.#places.join(place);
    return place;
  }

  remove(place: Place): void {
    if (place.line === undefined) return;
    this.#places.leave(place);
    if (this.#places.isEmpty) {
      this.#signal.removeEventListener("abort", this.#tell);
    }
  }

  /** Each is told, whatever the others throw. */
  readonly #tell = (): void => {
    this.#signal.removeEventListener("abort", this.#tell);
    for (;;) {
      const place = this.#places.shift();
      if (place === undefined) return;
      try {
        place.action();
      } catch (error) {
        reportFault(error);
      }
    }
  };
}

/**
 * Where a signal keeps its watch. A `WeakMap` of thousands of signals costs
 * more, as the garbage collector looks at all of it again and again.
 */
const WATCH = Symbol("@keepalive/grpc: watch");

interface WatchedSignal extends AbortSignal {
  [WATCH]?: Watch;
}

/**
 * Does something once, when a signal is aborted that is not yet. Any number of
 * calls may share a signal: each adds the same cost. A signal that is aborted
 * already does nothing: look at it before or after.
 *
 * @returns Is to be disposed of to give it up.
 */
export function onAbort(signal: AbortSignal, action: () => void): Disposable {
  const watched: WatchedSignal = signal;
  // One that takes no properties has no room for it: each call listens for itself.
  if (!Object.isExtensible(signal)) return new Watch(signal).add(action);
  watched[WATCH] ??= new Watch(signal);
  return watched[WATCH].add(action);
}
