import { type Clock, onAbort, Timer } from "../runtime/mod.ts";
import type {
  AcceptedSocket,
  ConnectOptions,
  Network,
  Target,
} from "./network/mod.ts";

/**
 * Milliseconds that a network has to end an attempt that is given up. Its end is
 * waited for, so that nothing is left of the attempt, but not for ever.
 */
export const LET_GO = 1_000;

const FUNCTIONS = ["read", "write", "close"] as const;
const ADDRESSES = ["localAddr", "remoteAddr"] as const;

/**
 * Has a network connect, which may be anybody's code: one that does not heed the
 * signal is left alone, and a socket that it brings later is closed; so is one
 * that cannot be used.
 *
 * @throws {TypeError} If what comes is no socket.
 * @throws What the network throws.
 */
export async function reach(
  network: Network,
  target: Target,
  options: ConnectOptions,
  clock: Clock,
): Promise<AcceptedSocket> {
  const leaving = Promise.withResolvers<never>();
  leaving.promise.catch(() => {});
  const timer = new Timer(clock, options.holds ?? true);
  using _abort = onAbort(
    options.signal,
    () =>
      timer.plan(LET_GO, () =>
        leaving.reject(
          new Error("the network goes on, although its signal is aborted"),
        )),
  );
  const connecting = Promise.resolve(network.connect(target, options));
  try {
    return checked(await Promise.race([connecting, leaving.promise]));
  } catch (error) {
    connecting.then(closeQuietly, () => {});
    throw error;
  } finally {
    timer.cancel();
  }
}

/** Closes what may be a socket, and may have closed by itself. */
export function closeQuietly(socket: Partial<AcceptedSocket>): void {
  try {
    if (socket[Symbol.dispose] !== undefined) socket[Symbol.dispose]!();
    else socket.close?.();
  } catch {
    // Nothing is left of it, which is all that was wanted.
  }
}

function checked(socket: AcceptedSocket): AcceptedSocket {
  const its: Partial<AcceptedSocket> = Object(socket);
  const missing = [
    ...FUNCTIONS.filter((each) => typeof its[each] !== "function"),
    ...ADDRESSES.filter((each) => typeof its[each] !== "object"),
  ];
  if (missing.length === 0) return socket;
  throw new TypeError(
    `network.connect gave no socket: expected one with ${
      [...FUNCTIONS, ...ADDRESSES].join(", ")
    }, received one without ${missing.join(", ")}`,
  );
}
