/**
 * Chaos, in real processes: a client with one channel makes calls of all four
 * kinds at a steady rate, while its server is killed, drained and replaced, and
 * the network goes dark, stalls, slows down and refuses.
 *
 * ```sh
 * deno run -A tests/chaos/main.ts --seed 1
 * deno run -A tests/chaos/main.ts --seed 1 --duration 60 --count 10 --json
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
import { parseArgs } from "node:util";
import { conduct } from "./conductor.ts";
import { judge } from "./judge.ts";
import { LONG, makePlan } from "./plan.ts";
import { printFailures, printTables, timeline } from "./report.ts";
import { OURS, ours, prepareGrpcJs } from "./stacks.ts";

const { values: flags } = parseArgs({
  args: Deno.args,
  options: {
    seed: { type: "string" },
    duration: { type: "string", default: String(LONG.duration / 1_000) },
    count: { type: "string", default: String(LONG.count) },
    alone: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

const plan = makePlan({
  ...LONG,
  seed: flags.seed === undefined
    ? Math.floor(Math.random() * 2 ** 32)
    : Number(flags.seed),
  duration: Number(flags.duration) * 1_000,
  count: Number(flags.count),
});

const tell = flags.json ? () => {} : console.log;
tell(`Seed ${plan.seed}`);
const grpcJs = flags.alone ? undefined : await prepareGrpcJs();
if (!flags.alone && grpcJs === undefined) tell("No grpc-js: there is no Node");
const run = await conduct(plan, grpcJs ? [ours, grpcJs] : [ours], tell);
const verdicts = run.clients.map((client) => judge(run, client));
const own = verdicts.find(({ name }) => name === OURS)!;

if (flags.json) {
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
if (own.broken.length > 0) {
  const client = run.clients.find(({ name }) => name === OURS)!;
  console.error(`\nBroken: ${timeline(run, client, own)}`);
  Deno.exitCode = 1;
}
