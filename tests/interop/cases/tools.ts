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

/** The path of a file beside this one. */
export function pathOf(path: string): string {
  return decodeURIComponent(new URL(path, import.meta.url).pathname);
}

/** Does work in a folder of the cache, one process at a time. */
export async function withLock<T>(
  name: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = pathOf(`../../../.cache/interop/cases/${name}`);
  await Deno.mkdir(folder, { recursive: true });
  using lock = await Deno.open(`${folder}/.lock`, {
    create: true,
    write: true,
  });
  await lock.lock(true);
  return await work(folder);
}
