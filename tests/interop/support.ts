import { clientChecks } from "./client_checks.ts";
import { peers, type Preparation } from "./peers/mod.ts";
import { serverChecks } from "./server_checks.ts";
import { type Check, type Stack, Subject } from "./stack.ts";
import { formatTable, type Row } from "./table.ts";

interface Direction {
  readonly name: string;
  /** Which role the other stack has. */
  readonly peer: "server" | "client";
  readonly checks: readonly Check[];
}

const DIRECTIONS: readonly Direction[] = [
  { name: "our client, its server", peer: "server", checks: clientChecks },
  { name: "its client, our server", peer: "client", checks: serverChecks },
];

/**
 * Registers the tests against some stacks, one a stack and direction, and
 * prints a table of all checks when they are done. A stack that cannot be
 * started here is skipped, and named with the reason.
 */
export async function interop(...stacks: Stack[]): Promise<void> {
  const table: Row[] = [];
  for (const stack of stacks) {
    const preparation = await prepare(stack);
    for (const direction of DIRECTIONS) {
      register(stack, preparation, offered(stack, direction, table), table);
    }
  }
  addEventListener("unload", () => console.log(formatTable(table)));
}

async function prepare({ name }: Stack): Promise<Preparation> {
  const peer = peers.find((peer) => peer.name === name);
  if (peer === undefined) throw new TypeError(`Cannot find peer ${name}`);
  const preparation = await peer.prepare();
  if (!preparation.available) {
    console.warn(`skipped: ${name}: ${preparation.why}`);
  }
  return preparation;
}

/** Leaves out the checks of what a stack does not have, and notes them. */
function offered(stack: Stack, direction: Direction, table: Row[]): Direction {
  const isThere = stack.lacks !== direction.peer;
  const has = ({ needs }: Check) =>
    isThere && (needs === undefined || stack[needs] !== undefined);
  for (const check of direction.checks) {
    if (!has(check)) {
      table.push(rowOf(stack, direction, check, "not offered by peer"));
    }
  }
  return { ...direction, checks: direction.checks.filter(has) };
}

function rowOf(
  { name }: Stack,
  direction: Direction,
  check: Check,
  outcome: string,
): Row {
  return {
    direction: direction.name,
    check: check.name,
    stack: name,
    outcome,
  };
}

function register(
  stack: Stack,
  preparation: Preparation,
  direction: Direction,
  table: Row[],
): void {
  const { available } = preparation;
  const rows = direction.checks.map((check) =>
    rowOf(stack, direction, check, available ? "not run" : "skipped")
  );
  table.push(...rows);
  if (rows.length === 0) return;
  const name = `${stack.name}: ${direction.name}`;
  if (available) {
    Deno.test(name, async (test) => {
      // All at once, as they mostly wait; the sanitizers watch over the whole.
      await Promise.all(
        direction.checks.map((check, index) =>
          step(test, check, new Subject(stack, preparation), rows[index])
        ),
      );
    });
  } else {
    const [why] = preparation.why.split("\n");
    Deno.test({
      name: `${name} (skipped: ${why})`,
      ignore: true,
      fn: () => {},
    });
  }
}

async function step(
  test: Deno.TestContext,
  check: Check,
  subject: Subject,
  row: Row,
): Promise<void> {
  row.outcome = "FAILED";
  await test.step({
    name: check.name,
    sanitizeOps: false,
    sanitizeResources: false,
    sanitizeExit: false,
    fn: async () => {
      try {
        row.outcome = `ok, ${await check.run(subject)}`;
      } catch (error) {
        throw new Error(`${error}\nThe peer told\n${subject.story()}`, {
          cause: error,
        });
      }
    },
  });
}
