import {
  type Diagnosis,
  lint,
  type LintOptions,
  type StackName,
} from "../../doctor/mod.ts";
import { printLine } from "../output.ts";
import { UsageError } from "../usage_error.ts";
import { toJsonText } from "../json.ts";
import { printDiagnosis } from "./print_diagnosis.ts";
import { writeReport } from "./write_report.ts";

/** What the flags of the verb `lint` ask for. */
export interface LintSettings {
  readonly client?: string;
  readonly clientArgs?: string;
  readonly server?: string;
  readonly serverArgs?: string;
  readonly path?: string;
  readonly silence?: number;
  readonly deadline?: number;
  readonly rtt?: number;
  readonly freezes?: boolean;
  readonly report?: string;
  readonly json?: boolean;
}

/** Examines, and prints what was found; the exit status. */
export function runLint(settings: LintSettings): number {
  const diagnosis = examine(settings);
  if (settings.json) printLine(toJsonText(diagnosis));
  else printDiagnosis(diagnosis);
  if (settings.report !== undefined) writeReport(settings.report, diagnosis);
  return diagnosis.severity === "error" ? 1 : 0;
}

function examine(settings: LintSettings): Diagnosis {
  const { client, clientArgs, server, serverArgs, path } = settings;
  const { silence, deadline, rtt, freezes } = settings;
  const options: LintOptions = {
    client: end("client", client, clientArgs),
    server: end("server", server, serverArgs),
    ...(path === undefined ? {} : { path: pathOf(path) }),
    calls: {
      ...(silence === undefined ? {} : { silence }),
      ...(deadline === undefined ? {} : { deadline }),
      ...(rtt === undefined ? {} : { rtt }),
      ...(freezes === undefined ? {} : { freezes }),
    },
  };
  try {
    return lint(options);
  } catch (error) {
    const isRefusal = error instanceof TypeError || error instanceof RangeError;
    throw isRefusal ? new UsageError(inFlags(error.message)) : error;
  }
}

/** The options of one end, and whose they are. */
function end(
  flag: "client" | "server",
  stack: string | undefined,
  args: string | undefined,
): Record<string, unknown> & { stack?: StackName } {
  const given = args === undefined ? {} : parse(`${flag}-args`, args);
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new UsageError(
      `Cannot use --${flag}-args: expected an object in JSON, such as {"Time":"20s"}`,
    );
  }
  return stack === undefined
    ? { ...given }
    : { ...given, stack: stack as StackName };
}

/** A path: names of presets, or JSON. */
function pathOf(text: string): LintOptions["path"] {
  return /^\s*[[{]/.test(text)
    ? parse("path", text) as LintOptions["path"]
    : text;
}

function parse(flag: string, text: string): unknown {
  const json = text.startsWith("@") ? read(flag, text.slice(1)) : text;
  try {
    return JSON.parse(json);
  } catch (error) {
    const [why] = (error as Error).message.split("\n");
    throw new UsageError(`Cannot use --${flag}: expected JSON: ${why}`);
  }
}

function read(flag: string, path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    const [why] = (error as Error).message.split("\n");
    throw new UsageError(`Cannot use --${flag}: ${why}`);
  }
}

/** What the library names after its options, named after the flags. */
function inFlags(message: string): string {
  return message
    .replace(/\bstack of the (client|server)\b/, "--$1")
    .replace(/\bthe path:/, "--path:")
    .replace(/\bcalls\.(\w+)/, "--$1");
}
