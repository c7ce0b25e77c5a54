import { CLOCK } from "../harness/virtual_clock.ts";
import { assertEquals } from "@std/assert";
import { clientParameters, Session } from "../../src/session/mod.ts";
import type { Clock } from "../../src/runtime/mod.ts";
import { encodeSettings } from "../../src/frames/mod.ts";
import { Transport } from "../../src/transport/mod.ts";
import { FIELDS } from "../harness/scripted_peer.ts";
import { consumer } from "./support/consumer.ts";
import { PipeSocket } from "./support/pipe_socket.ts";
import { inVirtualTime } from "./support/virtual_transport.ts";

/** A client whose clock counts how often it is read. */
async function counted(): Promise<
  { transport: Transport; socket: PipeSocket; reads(): number }
> {
  let reads = 0;
  const clock: Clock = {
    ...CLOCK,
    now: () => {
      reads++;
      return CLOCK.now();
    },
    wall: () => CLOCK.now(),
  };
  const socket = new PipeSocket();
  const parameters = clientParameters({ keepalive: { time: Infinity } });
  const session = new Session(parameters, clock.now());
  const transport = new Transport({ socket, session, clock });
  socket.say((writer) => encodeSettings(writer, []));
  await transport.established;
  return {
    transport,
    socket,
    reads: () => reads,
  };
}

Deno.test(
  "the clock is read once for all commands of a turn",
  inVirtualTime(async (time) => {
    const { transport, socket, reads } = await counted();
    await time.settle();
    const before = reads();
    for (let i = 0; i < 50; i++) {
      const stream = transport.openStream(FIELDS, false, consumer());
      stream.sendData(new Uint8Array(10), true);
    }
    assertEquals(reads() - before, 1);
    await time.settle();
    transport.openStream(FIELDS, true, consumer());
    assertEquals(reads() - before, 2);
    socket.end();
    await transport.finished;
  }),
);

Deno.test(
  "a command after time has passed is given the time that it is",
  inVirtualTime(async (time) => {
    const { transport, socket } = await counted();
    await time.settle();
    for (let i = 0; i < 3; i++) {
      await time.advance(1_000);
      transport.openStream(FIELDS, true, consumer());
      assertEquals(
        transport.counters().lastLocalStreamCreatedAt,
        CLOCK.now(),
      );
    }
    socket.end();
    await transport.finished;
  }),
);
