import { discard, requireSocket } from "./foreign_socket.ts";
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
    const socket = await Promise.race([connecting, leaving.promise]);
    return requireSocket(socket, "network.connect");
  } catch (error) {
    connecting.then(discard, () => {});
    throw error;
  } finally {
    timer.cancel();
  }
}
