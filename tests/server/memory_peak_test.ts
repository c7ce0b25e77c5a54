import { assert, assertLess } from "@std/assert";
import { Channel } from "../../mod.ts";
import { encodeData } from "../../src/frames/mod.ts";
import { compress } from "../../src/grpc/messages/compression.ts";
import { frameMessage } from "../../src/grpc/messages/framing.ts";
import { concat } from "../harness/octets.ts";
import { RawPeer } from "../harness/raw_peer.ts";
import { request, sayFields } from "../grpc/support/foreign.ts";
import { rawMethod } from "../grpc/support/played_call.ts";

const MEBIBYTE = 1_048_576;
const BOMBS = 300;

/** Questions until as many messages must be held as there is room for. */
const MOST_QUESTIONS = 50_000;

/** What the process may take more than before, in octets: the quota is 64 MiB. */
const MOST = 192 * MEBIBYTE;

const PEAK = rawMethod("Peak", false, false);

Deno.test({
  name:
    "Hundreds of small messages that unfold to four mebibytes each, for handlers that keep them, take no more than the quota and some room to breathe",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const program = new URL("memory_peak_program.ts", import.meta.url).pathname;
    await using stack = new AsyncDisposableStack();
    const child = stack.use(
      new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-check", "-A", program],
        stdout: "piped",
        stderr: "null",
      }).spawn(),
    );
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    const port = Number(new TextDecoder().decode(value));
    await reader.cancel();
    const channel = stack.use(new Channel(`127.0.0.1:${port}`));
    const ask = async () => {
      const answer = await channel.unary(PEAK, new Uint8Array(1));
      return new TextDecoder().decode(answer).split(" ").map(Number);
    };
    const [before] = await ask();
    const bomb = await compress(new Uint8Array(4 * MEBIBYTE));
    const message = concat(...frameMessage(bomb, true));
    const peer = stack.use(await RawPeer.greet(port));
    for (let i = 0; i < BOMBS; i++) {
      const id = 2 * i + 1;
      const fields = request("/test.Raw/Hold", { "grpc-encoding": "gzip" });
      await peer.say((writer) => {
        sayFields(writer, id, fields);
        encodeData(writer, id, message, true);
      });
    }
    let [peak, held] = await ask();
    for (let asked = 0; held < 15; asked++) {
      assert(asked < MOST_QUESTIONS, `${held} are held`);
      [peak, held] = await ask();
    }
    assert(held <= 17, `${held}`);
    assertLess(peak - before, MOST);
    child.kill("SIGKILL");
    await child.status;
  },
});
