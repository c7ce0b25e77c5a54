/**
 * The body of a heartbeat: a protobuf field that no message has, of number
 * 536 870 911, which is the highest there is, wire type 0 and value 1
 * ({@link https://protobuf.dev/programming-guides/encoding/ | encoding}).
 */
const BODY = Uint8Array.of(0xf8, 0xff, 0xff, 0xff, 0x0f, 0x01);

/** Octets of the body of a heartbeat. */
export const BODY_LENGTH = BODY.length;

/** A heartbeat as it travels: a message that is not compressed. */
export const HEARTBEAT = Uint8Array.of(0, 0, 0, 0, BODY_LENGTH, ...BODY);

/** Whether a message that is not compressed is a heartbeat. */
export function isHeartbeat(message: Uint8Array): boolean {
  if (message.length !== BODY_LENGTH) return false;
  for (let i = 0; i < BODY_LENGTH; i++) {
    if (message[i] !== BODY[i]) return false;
  }
  return true;
}

/**
 * Skips heartbeats that lie whole in the data of a stream; answers where they
 * end.
 *
 * @param start Where a message begins.
 * @param heartbeat Is told of each.
 */
export function skipHeartbeats(
  data: Uint8Array,
  start: number,
  heartbeat: { receivedHeartbeat(): void },
): number {
  let at = start;
  while (isHeartbeatAt(data, at)) {
    heartbeat.receivedHeartbeat();
    at += HEARTBEAT.length;
  }
  return at;
}

function isHeartbeatAt(data: Uint8Array, at: number): boolean {
  if (data.length - at < HEARTBEAT.length) return false;
  for (let i = 0; i < HEARTBEAT.length; i++) {
    if (data[at + i] !== HEARTBEAT[i]) return false;
  }
  return true;
}
