/**
 * Shows what keepalive does for a connection: six scenarios with real
 * processes and real sockets, and a table of what was promised and measured.
 * The exit status is 0 if every promise was kept. See `deno task demo --help`.
 *
 * @module
 */
import { colours } from "./colours.ts";
import { outliveReader, printLine } from "./output.ts";
import { runTool } from "./run_tool.ts";
import { onStopSignal } from "./stop_signals.ts";
import {
  age,
  type DemoSettings,
  goneDark,
  healthy,
  idle,
  Narrator,
  parseDemoFlags,
  Play,
  restart,
  tableOf,
  tooManyPings,
} from "./demo/mod.ts";

const SCENARIOS = [healthy, goneDark, tooManyPings, idle, age, restart];

const WELCOME = `${colours.bold("Keepalive, seen from outside")}

Six scenarios run at once, each with processes of its own, and are told one
after the other. Where production waits for minutes, they wait for seconds.`;

/** The exit status of a process that was interrupted, as in a shell. */
const INTERRUPTED = 130;

await runTool("demo", parseDemoFlags, runDemo);

async function runDemo({ json }: DemoSettings): Promise<number> {
  outliveReader();
  if (!json) printLine(WELCOME);
  using narrator = new Narrator({ silent: json });
  const plays = SCENARIOS.map((scenario) =>
    new Play(scenario, narrator.begin())
  );
  let isInterrupted = false;
  using _signals = onStopSignal(() => {
    isInterrupted = true;
    narrator[Symbol.dispose]();
    for (const play of plays) void play.stop();
  });
  await Promise.all(plays.map(({ finished }) => finished));
  if (isInterrupted) return INTERRUPTED;
  narrator[Symbol.dispose]();

  const verdicts = plays.flatMap(({ verdicts }) => verdicts);
  if (json) {
    for (const verdict of verdicts) {
      printLine(JSON.stringify(verdict));
    }
  } else printLine(`\n${tableOf(verdicts)}`);
  return verdicts.every(({ kept }) => kept) ? 0 : 1;
}
