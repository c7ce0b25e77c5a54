import { type Clock, within } from "../runtime/mod.ts";
import type { CloseMode } from "../session/mod.ts";
import type { Socket } from "./network/mod.ts";

/**
 * Milliseconds for the last octets to be written, and for the peer to close,
 * before the socket is destroyed.
 */
export const CLOSE_TIMEOUT = 1_000;

/**
 * Closes a socket, within {@linkcode CLOSE_TIMEOUT}.
 *
 * @param written Resolves when all is written that there is.
 * @param ended Resolves when the peer has closed its side.
 */
export async function closeSocket(
  socket: Socket,
  clock: Clock,
  mode: CloseMode,
  written: Promise<void>,
  ended: Promise<void>,
): Promise<void> {
  if (mode !== "none") {
    const last = finish(socket, mode, written, ended);
    await within(clock, CLOSE_TIMEOUT, last);
  }
  try {
    socket.close();
  } catch {
    // It has closed by itself.
  }
}

async function finish(
  socket: Socket,
  mode: CloseMode,
  written: Promise<void>,
  ended: Promise<void>,
): Promise<void> {
  try {
    await written;
    if (mode === "flush") return;
    await socket.closeWrite?.();
    await ended;
  } catch {
    // The peer has closed first, which is as good as an answer.
  }
}
