/**
 * What `floor.ts` does with a socket, without an end of messages.
 *
 * @module
 */

/** Octets of a write, where there are so many. */
export const WRITE = 65_536;

/** Writes so many octets. */
export async function writeZeros(
  socket: Deno.Conn,
  octets: number,
): Promise<void> {
  const zeros = new Uint8Array(WRITE);
  for (let left = octets; left > 0; left -= WRITE) {
    await writeAll(socket, zeros.subarray(0, Math.min(left, WRITE)));
  }
}

/** Writes all of them. */
export async function writeAll(
  socket: Deno.Conn,
  octets: Uint8Array,
): Promise<void> {
  for (let from = 0; from < octets.length;) {
    from += await socket.write(octets.subarray(from));
  }
}

/** Reads that many octets, and returns how many there were. */
export async function readAway(
  socket: Deno.Conn,
  octets: number,
): Promise<number> {
  const buffer = new Uint8Array(WRITE * 4);
  let read = 0;
  while (read < octets) {
    const length = await socket.read(buffer);
    if (length === null) throw new Error(`The socket ended after ${read}`);
    read += length;
  }
  return read;
}

/** Reads until the buffer is full. */
export async function fill(
  socket: Deno.Conn,
  buffer: Uint8Array,
): Promise<void> {
  for (let from = 0; from < buffer.length;) {
    const length = await socket.read(buffer.subarray(from));
    if (length === null) throw new Error("The socket ended too soon");
    from += length;
  }
}
