import type { Observer } from "../grpc/mod.ts";
import { requireObject } from "../options/mod.ts";
import { tell } from "../runtime/mod.ts";

/**
 * One observer that tells several, in order, for where one is taken. It has only
 * the methods that one of them has: what none of them wants is not made. What one
 * throws is an uncaught error of the process, and the others are told all the same.
 *
 * @example Record and print
 * ```ts
 * import { Channel } from "@keepalive/grpc";
 * import { joinObservers, Recorder } from "@keepalive/grpc/observe";
 *
 * const recorder = new Recorder();
 * const printer = {
 *   connection: (event: { type: string }) => console.log(event.type),
 * };
 * await using channel = new Channel("localhost:50051", {
 *   observer: joinObservers(recorder, printer),
 * });
 * ```
 *
 * @throws {TypeError} If one of them is no object.
 */
export function joinObservers(...observers: readonly Observer[]): Observer {
  for (const [index, each] of observers.entries()) {
    requireObject(`observers[${index}]`, each);
  }
  const joined: Observer = {};
  const connection = listeners<NonNullable<Observer["connection"]>>(
    observers,
    "connection",
  );
  if (connection.length > 0) {
    joined.connection = (event, transport) => {
      for (const each of connection) tell(each, event, transport);
    };
  }
  for (const kind of ["call", "message", "channel", "server"] as const) {
    const all = listeners<(event: never) => void>(observers, kind);
    if (all.length === 0) continue;
    joined[kind] = (event: never) => {
      for (const each of all) tell(each, event);
    };
  }
  return joined;
}

function listeners<Listener extends (...args: never[]) => void>(
  observers: readonly Observer[],
  kind: keyof Observer,
): Listener[] {
  return observers
    .filter((observer) => observer[kind] !== undefined)
    .map((observer) => observer[kind]!.bind(observer) as unknown as Listener);
}
