/**
 * What a network gives may be anybody's: it is checked, and let go without harm.
 *
 * @module
 */
import type { AcceptedSocket, ListeningSocket } from "./network/mod.ts";

const SOCKET = {
  functions: ["read", "write", "close"],
  objects: ["localAddr", "remoteAddr"],
};

const LISTENING = { functions: ["accept", "close"], objects: ["addr"] };

/**
 * Checks what is to be a socket; what is none is closed as far as it can be.
 *
 * @param from What gave it.
 * @throws {TypeError} If it is none.
 */
export function requireSocket(
  socket: AcceptedSocket,
  from: "network.connect" | "accept",
): AcceptedSocket {
  try {
    return having(socket, SOCKET, `${from} gave no socket`);
  } catch (error) {
    discard(socket);
    throw error;
  }
}

/**
 * Checks what is to be a listening socket.
 *
 * @throws {TypeError} If it is none.
 */
export function requireListening(socket: ListeningSocket): ListeningSocket {
  return having(socket, LISTENING, "network.listen gave no listening socket");
}

function having<Given>(
  given: Given,
  { functions, objects }: typeof SOCKET,
  problem: string,
): Given {
  const its: Record<string, unknown> = Object(given);
  const missing = [
    ...functions.filter((each) => typeof its[each] !== "function"),
    ...objects.filter((each) => typeof its[each] !== "object"),
  ];
  if (missing.length === 0) return given;
  const wanted = [...functions, ...objects].join(", ");
  throw new TypeError(
    `${problem}: expected one with ${wanted}, received one without ${
      missing.join(", ")
    }`,
  );
}

/** Closes what may be a socket, and may have closed by itself. */
export function discard(socket: Partial<AcceptedSocket> | undefined): void {
  try {
    socket?.handshake?.().catch(() => {});
    if (socket?.[Symbol.dispose] !== undefined) socket[Symbol.dispose]!();
    else socket?.close?.();
  } catch {
    // Nothing is left of it, which is all that was wanted.
  }
}
