/**
 * A client in a process of its own: it makes honest calls to a good server, and
 * calls of whatever comes to one that attacks it, if there is one. Both targets
 * are arguments. It answers each line with what the honest calls have seen.
 *
 * @module
 */
import { Channel } from "../../../mod.ts";
import { HonestCalls } from "./honest.ts";
import { linesOfInput, tell } from "./lines.ts";
import { Arena } from "./methods.ts";

const [good, bad] = Deno.args;
const channel = new Channel(good);
await channel.ready();
const honest = new HonestCalls(channel);
const attacked = bad === undefined ? undefined : new Channel(bad);
let running = attacked !== undefined;

/** Whatever the server answers, the next call follows. */
async function call(channel: Channel): Promise<void> {
  while (running) {
    try {
      const responses = channel.serverStreaming(
        Arena.watch,
        new Uint8Array(1),
        { deadline: 10_000 },
      );
      for await (const _ of responses);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

if (attacked !== undefined) void call(attacked);
tell({ ready: true });
for await (const _ of linesOfInput()) {
  (globalThis as { gc?: () => void }).gc?.();
  tell(honest.take());
}
running = false;
honest.stop();
await attacked?.close();
await channel.close();
