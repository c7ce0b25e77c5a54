/**
 * Commands, and the cache folder of the repository.
 *
 * @module
 */

/** How a command ended. */
export interface Outcome {
  readonly ok: boolean;
  /** What the command printed, or why it could not run. */
  readonly text: string;
}

/** Runs a command to its end. */
export async function run(
  [program, ...args]: readonly string[],
  options: Pick<Deno.CommandOptions, "cwd" | "env" | "signal"> = {},
): Promise<Outcome> {
  try {
    const command = new Deno.Command(program, { args, ...options });
    const { success, stdout, stderr } = await command.output();
    const decoder = new TextDecoder();
    const text = decoder.decode(stdout) + decoder.decode(stderr);
    return { ok: success, text };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { ok: false, text: `${program} is not installed` };
  }
}

/** Asks for Node.js: where it is missing, Deno puts itself in its place. */
export async function findNode(): Promise<Outcome> {
  const { ok, text } = await run(["node", "-p", "typeof Deno"]);
  if (!ok || text.trim() === "undefined") return { ok, text };
  return { ok: false, text: "node is not installed" };
}

/** The path of a file beside a module. */
export function pathBeside(module: string, path: string): string {
  return decodeURIComponent(new URL(path, module).pathname);
}

/** Does work in a folder of the cache, one process at a time. */
export async function withLock<T>(
  name: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = pathBeside(import.meta.url, `../../.cache/interop/${name}`);
  await Deno.mkdir(folder, { recursive: true });
  using lock = await Deno.open(`${folder}/.lock`, {
    create: true,
    write: true,
  });
  await lock.lock(true);
  return await work(folder);
}

/** Does work unless it was done with the same inputs before, and succeeded. */
export async function onceFor(
  folder: string,
  inputs: readonly string[],
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const stamp = `${folder}/stamp`;
  const wanted = inputs.join("\n");
  if (await readIfThere(stamp) === wanted) return { ok: true, text: "" };
  const outcome = await work();
  if (outcome.ok) await Deno.writeTextFile(stamp, wanted);
  return outcome;
}

/** Runs commands one by one, as long as they succeed. */
export async function runAll(
  commands: readonly (readonly string[])[],
  options: Pick<Deno.CommandOptions, "cwd" | "env"> = {},
): Promise<Outcome> {
  let outcome: Outcome = { ok: true, text: "" };
  for (const command of commands) {
    outcome = await run(command, options);
    if (!outcome.ok) return outcome;
  }
  return outcome;
}

/** The texts of all files in a folder, by their names. */
export async function readFolder(folder: string): Promise<Map<string, string>> {
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile) names.push(name);
  }
  const texts = names.sort().map(async (name): Promise<[string, string]> => [
    name,
    await Deno.readTextFile(`${folder}/${name}`),
  ]);
  return new Map(await Promise.all(texts));
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
