/**
 * Chaos, in real processes: a client with one channel makes calls of all four
 * kinds at a steady rate, while its server is killed, drained and replaced, and
 * the network goes dark, stalls, slows down and refuses.
 *
 * ```sh
 * deno task chaos --seed 1
 * deno task chaos --seed 1 --duration 60 --count 10 --json
 * ```
 *
 * What happens, and when, follows from the seed. grpc-js on Node runs beside
 * it, through the same relay to the same server, with the same keepalive and
 * service config; `--alone` leaves it out. After dark, grpc-js has another
 * connection `timeout` after a PING that it sends every `time`, this module
 * half of `timeout` after one that it sends when nothing was read for `time`.
 *
 * Ends with 1 if a promise of this module is broken:
 *
 * - no call ends more than half a second after its deadline;
 * - no unary or client streaming call fails: they are retried;
 * - every failure has a deadline, a `CloseReason` or a `DialError` behind it;
 * - half a second after a PING has been unanswered for half of the keepalive
 *   timeout, there is service again, on another connection; and half a second
 *   after a stall.
 *
 * @module
 */
import { JSON_FLAG, numberFlag, runTask, UsageError } from "../harness/task.ts";
import { conduct } from "./conductor.ts";
import { judge } from "./judge.ts";
import { LONG, makePlan } from "./plan.ts";
import { printFailures, printTables, timeline } from "./report.ts";
import { OURS, ours, prepareGrpcJs } from "./stacks.ts";

interface Settings {
  readonly seed?: number;
  readonly duration: number;
  readonly count: number;
  readonly alone: boolean;
  readonly json: boolean;
}

async function chaos(settings: Settings): Promise<number> {
  const { json, alone, duration, count } = settings;
  if (count > duration) {
    throw new UsageError(
      `Cannot use --count: expected at most one a second of --duration, received ${count} for ${duration} seconds`,
    );
  }
  const { seed = Math.floor(Math.random() * 2 ** 32) } = settings;
  const plan = makePlan({ ...LONG, seed, duration: duration * 1_000, count });
  const tell = json ? () => {} : console.log;
  tell(`Seed ${plan.seed}`);
  const grpcJs = alone ? undefined : await prepareGrpcJs();
  if (!alone && grpcJs === undefined) tell("No grpc-js: there is no Node");
  const run = await conduct(plan, grpcJs ? [ours, grpcJs] : [ours], tell);
  const verdicts = run.clients.map((client) => judge(run, client));
  const own = verdicts.find(({ name }) => name === OURS)!;
  if (json) {
    const { start, disturbances, clients } = run;
    const events = Object.fromEntries(
      clients.map(({ name, events }) => [name, events]),
    );
    const result = { plan, start, disturbances, verdicts, events };
    console.log(JSON.stringify(result, undefined, 2));
  } else {
    printTables(run, verdicts);
    run.clients.forEach(printFailures);
  }
  if (own.broken.length === 0) return 0;
  const client = run.clients.find(({ name }) => name === OURS)!;
  console.error(`\nBroken: ${timeline(run, client, own)}`);
  return 1;
}

await runTask<Settings>({
  name: "chaos",
  purpose:
    "Makes calls at a steady rate while their server is killed, drained and" +
    " replaced, and the network goes dark, stalls, slows down and refuses;" +
    " grpc-js runs beside it for comparison. The exit status is 1 if a" +
    " promise of this module is broken.",
  examples: [
    "deno task chaos --seed 1",
    "deno task chaos --seed 1 --duration 60 --count 10 --json",
  ],
  flags: [
    {
      flags: "--seed <number>",
      help: "What all that happens follows from (default: at random)",
      read: numberFlag("seed", { minimum: 0, whole: true }),
    },
    {
      flags: "--duration <seconds>",
      help: "How long",
      value: LONG.duration / 1_000,
      read: numberFlag("duration", { minimum: 10 }),
    },
    {
      flags: "--count <number>",
      help: "How many disturbances",
      value: LONG.count,
      read: numberFlag("count", { minimum: 1, whole: true }),
    },
    { flags: "--alone", help: "Leave grpc-js out" },
    JSON_FLAG,
  ],
}, chaos);
