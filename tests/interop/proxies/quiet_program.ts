/**
 * One end of a silent stream, in a process that can be frozen: `serve`, which
 * prints its port, or `call` with a port, which prints when the stream is open.
 *
 * @module
 */

import { Channel, serve } from "../../../mod.ts";
import { HEARTBEAT } from "./quiet_heartbeat.ts";
import { oneWord, Quiet, quietService } from "./quiet.ts";

const [role, port] = Deno.args;

if (role === "serve") {
  const { minInterval } = HEARTBEAT;
  const server = serve({
    hostname: "127.0.0.1",
    port: 0,
    heartbeat: { minInterval },
    onListen: (addr) => console.log((addr as Deno.NetAddr).port),
  }, [quietService(() => {})]);
  await server.finished;
} else {
  const { interval, timeout } = HEARTBEAT;
  const channel = new Channel(`127.0.0.1:${port}`, {
    heartbeat: { interval, timeout },
  });
  const never = new Promise<void>(() => {});
  const hold = setInterval(() => {}, 1_000);
  try {
    const responses = channel.bidiStreaming(Quiet.talk, oneWord(never));
    for await (const { length } of responses) console.log(length);
  } finally {
    clearInterval(hold);
  }
}
