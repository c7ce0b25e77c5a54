import { assert, assertEquals } from "@std/assert";
import { deadline } from "@std/async";
import { Channel, createClient, GrpcError, Status } from "../../mod.ts";
import { nextTurn } from "../../src/runtime/mod.ts";
import { echo, Stage, Words } from "../grpc/support/words.ts";
import { type Death, DyingServer } from "./support/dying_server.ts";
import { record, type Recording, responseIn } from "./support/recording.ts";

/** Exchanges that run side by side, by what they mostly do. */
const WORKERS: Record<Death, number> = { FIN: 8, RST: 8, silence: 32 };

/** Milliseconds after which an exchange counts as hanging. */
const PATIENCE = 60_000;

/** Milliseconds after which silence is death: a busy machine is silent, too. */
const SILENCE = 1_000;

const OPTIONS = {
  backoff: { initialBackoff: 5, jitter: 0 },
  handshakeTimeout: SILENCE,
  keepalive: { time: 100, timeout: SILENCE, minimumTime: 0 },
  serviceConfig: {
    methodConfig: [{
      name: [{}],
      waitForReady: true,
      retryPolicy: {
        maxAttempts: 5,
        initialBackoff: "0.005s",
        maxBackoff: "0.02s",
        backoffMultiplier: 2,
        retryableStatusCodes: ["UNAVAILABLE"],
      },
    }],
  },
};

/** What came of a call: its words, and the status. */
interface Outcome {
  readonly words: string[];
  readonly code: number;
}

async function outcomeOf(responses: AsyncIterable<string>): Promise<Outcome> {
  const words: string[] = [];
  try {
    for await (const word of responses) words.push(word);
  } catch (error) {
    assert(error instanceof GrpcError, `No GrpcError: ${error}`);
    return { words, code: error.code };
  }
  return { words, code: Status.OK };
}

async function* only(response: Promise<string>): AsyncGenerator<string> {
  yield await response;
}

/** Words in turns of their own: each has its frame. */
async function* oneByOne(text: string): AsyncGenerator<string> {
  for (const word of text.split(" ")) {
    yield word;
    await nextTurn();
  }
}

/**
 * gRFC A6: a call is committed to the attempt whose response headers have come.
 * Cut before them it succeeds elsewhere, cut after them it fails.
 */
function expected(
  recording: Recording,
  streamId: number,
  cut: number,
  words: string[],
): Outcome {
  const { headersEnd, messageEnds, end } = responseIn(recording, streamId);
  if (cut < headersEnd || cut >= end) return { words, code: Status.OK };
  const told = messageEnds.filter((messageEnd) => messageEnd <= cut).length;
  return {
    words: streamId === 1 ? [] : words.slice(0, told),
    code: Status.UNAVAILABLE,
  };
}

/** A call and a stream to a server that dies, then a call that must succeed. */
async function exchange(
  recording: Recording,
  port: number,
  cut: number,
  death: Death,
): Promise<void> {
  await using server = new DyingServer({ recording, cut, death, port });
  await using channel = new Channel(server.target, OPTIONS);
  const words = createClient(Words, channel);
  const where = `cut after ${cut} octets by ${death}`;
  const one = await outcomeOf(only(words.one("a")));
  assertEquals(one, expected(recording, 1, cut, ["a"]), where);
  const down = await outcomeOf(words.down("b c d"));
  const wanted = expected(recording, 3, cut, ["b", "c", "d"]);
  assertEquals(down, wanted, where);
  assertEquals(await words.one("e"), "e", where);
}

for (const death of ["FIN", "RST", "silence"] as const) {
  Deno.test(`The kill at every octet (${death}): calls succeed on a new connection, unless they are committed, and nothing hangs`, async () => {
    // An exchange may take long on a busy machine, and many PINGs with it.
    await using stage = new Stage({ ...echo, down: oneByOne }, {
      server: { enforcement: { minTime: 1, maxPingStrikes: 0 } },
    });
    const recording = await record(stage.port);
    const { octets, frames } = recording;
    let next = 0;
    const worker = async () => {
      while (next <= octets.length) {
        const cut = next++;
        await deadline(
          exchange(recording, stage.port, cut, death),
          PATIENCE,
        ).catch((cause) => {
          throw new Error(`Failed at octet ${cut}`, { cause });
        });
      }
    };
    await Promise.all(Array.from({ length: WORKERS[death] }, worker));
    console.log(
      `${next} kills (${death}), in an exchange of ${frames.length} frames`,
    );
    assert(frames.length >= 10, `${frames.length} frames`);
    assertEquals(next, octets.length + 1);
  });
}
