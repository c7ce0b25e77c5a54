/**
 * A stream of messages on a bare socket, with no more than what a library has
 * to do: the sender copies each message behind its prefix into a buffer of 64
 * KiB and writes that when it is full; the receiver copies what a read brings
 * once, and makes a view of that copy for each message.
 *
 * @module
 */
import type { StreamJob } from "./jobs.ts";
import { WRITE, writeAll } from "./sockets.ts";

/** Octets before each message: a flag and the length, as gRPC has them. */
export const PREFIX = 5;

/** Sends them; each is to fit into a write with its prefix. */
export async function writeMessages(
  socket: Deno.Conn,
  { messages, size }: Pick<StreamJob, "messages" | "size">,
): Promise<void> {
  const message = new Uint8Array(size);
  const buffer = new Uint8Array(WRITE);
  const view = new DataView(buffer.buffer);
  let end = 0;
  for (let i = 0; i < messages; i++) {
    if (end + PREFIX + size > WRITE) {
      await writeAll(socket, buffer.subarray(0, end));
      end = 0;
    }
    buffer[end] = 0;
    view.setUint32(end + 1, size);
    buffer.set(message, end + PREFIX);
    end += PREFIX + size;
  }
  await writeAll(socket, buffer.subarray(0, end));
}

/** Reads messages until there were so many octets of them; answers with these. */
export async function readMessages(
  socket: Deno.Conn,
  octets: number,
): Promise<number> {
  const buffer = new Uint8Array(WRITE);
  let read = 0;
  let held = 0;
  while (read < octets) {
    const length = await socket.read(buffer.subarray(held));
    if (length === null) throw new Error(`The socket ended after ${read}`);
    const messages = cut(buffer.slice(0, held + length));
    for (const message of messages.whole) read += message.length;
    held = messages.rest.length;
    buffer.set(messages.rest);
  }
  return read;
}

/** Views of the messages that are whole, and what is left. */
function cut(octets: Uint8Array): { whole: Uint8Array[]; rest: Uint8Array } {
  const view = new DataView(octets.buffer);
  const whole: Uint8Array[] = [];
  let at = 0;
  while (octets.length - at >= PREFIX) {
    const end = at + PREFIX + view.getUint32(at + 1);
    if (end > octets.length) break;
    whole.push(octets.subarray(at + PREFIX, end));
    at = end;
  }
  return { whole, rest: octets.subarray(at) };
}
