/** A key that is near to none: the error for it names all there are. */
export const STRANGE = { "?": 1 } as object;

/** The keys that options may have, out of the error for one that is none. */
export async function keysOf(run: () => unknown): Promise<string[]> {
  try {
    await run();
  } catch (error) {
    const [, list] = String(error).split("expected one of ");
    return list.split(", ");
  }
  throw new Error("The key was taken");
}
