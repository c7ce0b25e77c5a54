import {
  encodePing,
  encodeSettings,
  encodeSettingsAck,
  FrameReader,
  FrameType,
  FrameWriter,
} from "../../frames/public.ts";

const PREFACE = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/**
 * A client in a page of code, which does not leave when it is asked to: it
 * answers what must be answered, until the server closes the connection.
 *
 * @returns The last stream identifiers of the GOAWAYs that it was sent.
 */
export async function patientClient(port: number): Promise<number[]> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const reader = new FrameReader();
  const writer = new FrameWriter();
  const goaways: number[] = [];
  encodeSettings(writer, []);
  await writeAll(conn, PREFACE);
  await writeAll(conn, writer.take());
  const buffer = new Uint8Array(16_384);
  for (;;) {
    const count = await conn.read(buffer);
    if (count === null) return goaways;
    reader.feed(buffer.subarray(0, count));
    for (let frame = reader.next(); frame; frame = reader.next()) {
      if (frame.type === FrameType.GOAWAY) goaways.push(frame.lastStreamId);
      if (frame.type === FrameType.SETTINGS && !frame.ack) {
        encodeSettingsAck(writer);
      }
      if (frame.type === FrameType.PING && !frame.ack) {
        encodePing(writer, true, frame.opaqueData);
      }
    }
    await writeAll(conn, writer.take());
  }
}

async function writeAll(conn: Deno.Conn, octets: Uint8Array): Promise<void> {
  while (octets.length > 0) octets = octets.subarray(await conn.write(octets));
}
