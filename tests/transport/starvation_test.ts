import { assert } from "@std/assert";
import { deadline } from "@std/async";
import { dial, type Transport } from "../../src/transport/mod.ts";
import {
  encodeData,
  encodePing,
  encodeWindowUpdate,
  FrameWriter,
} from "../../src/frames/mod.ts";
import { concat } from "../harness/octets.ts";
import { hello, PREFACE } from "../harness/raw_peer.ts";
import type { Flood } from "./support/flooder.ts";
import { TestServer } from "./support/test_server.ts";
import { atLeast, PATIENCE } from "../harness/time.ts";

/** Milliseconds that a flood lasts. */
const DURATION = 1_500;

/**
 * Milliseconds that a machine which does other work may take for a PING. One
 * that is starved takes as long as the flood.
 */
const BUSY_MACHINE = DURATION / 2;

/** What each flood consists of. */
const FLOODS = {
  PING: (writer: FrameWriter) => encodePing(writer, false, new Uint8Array(8)),
  WINDOW_UPDATE: (writer: FrameWriter) => encodeWindowUpdate(writer, 0, 1),
  DATA: (writer: FrameWriter) =>
    encodeData(writer, 1, new Uint8Array(1), false),
};

const CALM = { enforcement: { maxPingStrikes: 0 }, onEvent: () => {} };

/** What a flooder says. */
type Answer = { readonly port: number } & { readonly sent: number };

/** A peer that floods, in a thread of its own. */
class Flooder implements Disposable {
  readonly #worker = new Worker(
    new URL("./support/flooder.ts", import.meta.url),
    { type: "module" },
  );

  /** Floods a server, or the first client that comes; answers what it says. */
  start(frames: keyof typeof FLOODS, port?: number): Promise<Answer> {
    const flood: Flood = {
      ...(port === undefined ? {} : { port }),
      duration: DURATION,
      opening: concat(
        ...(port === undefined ? [] : [PREFACE]),
        encoded(hello),
      ),
      octets: encoded((writer) => {
        for (let i = 0; i < 6_000; i++) FLOODS[frames](writer);
      }),
    };
    const answer = this.next();
    this.#worker.postMessage(flood);
    return answer;
  }

  /** What it says next. */
  next(): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => {
      this.#worker.onmessage = ({ data }) => resolve(data);
      this.#worker.onerror = ({ message }) => reject(new Error(message));
    });
    return deadline(answer, DURATION + 2 * PATIENCE);
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}

function encoded(encode: (writer: FrameWriter) => void): Uint8Array {
  const writer = new FrameWriter();
  encode(writer);
  return writer.take().slice();
}

/** The longest of the PINGs that go one after the other while work runs. */
async function worstPing(
  transport: Transport,
  work: Promise<unknown>,
): Promise<number> {
  let isOver = false;
  const over = work.finally(() => isOver = true);
  let worst = 0;
  while (!isOver) worst = Math.max(worst, await transport.ping());
  await over;
  return worst;
}

for (const frames of ["PING", "WINDOW_UPDATE", "DATA"] as const) {
  Deno.test(`an honest client is served beside one that floods ${frames}`, async () => {
    await using server = new TestServer(CALM);
    await using honest = await dial(server.target);
    const usual = await worstPing(honest, atLeast(200));
    using flooder = new Flooder();
    const worst = await worstPing(honest, flooder.start(frames, server.port));
    const limit = Math.max(BUSY_MACHINE, 20 * usual);
    assert(worst < limit, `${worst} ms, and ${usual} ms before the flood`);
  });
}

Deno.test("other connections of a client are served beside a server that floods", async () => {
  await using server = new TestServer(CALM);
  await using honest = await dial(server.target);
  const usual = await worstPing(honest, atLeast(200));
  using flooder = new Flooder();
  const { port } = await flooder.start("WINDOW_UPDATE");
  const flood = flooder.next();
  await using _flooded = await dial(`127.0.0.1:${port}`);
  const worst = await worstPing(honest, flood);
  const limit = Math.max(BUSY_MACHINE, 20 * usual);
  assert(worst < limit, `${worst} ms, and ${usual} ms before the flood`);
});
