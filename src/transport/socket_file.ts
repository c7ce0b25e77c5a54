/** The file of a Unix socket that is listened on. */
export class SocketFile {
  readonly #path: string;
  readonly #made: Deno.FileInfo | undefined;

  /** Notes which file it is. */
  constructor(path: string) {
    this.#path = path;
    this.#made = fileInfo(path);
  }

  /** Removes it, unless somebody else has put another one in its place. */
  remove(): void {
    const found = fileInfo(this.#path);
    const isOurs = found !== undefined && found.ino === this.#made?.ino &&
      found.dev === this.#made.dev;
    if (!isOurs) return;
    try {
      Deno.removeSync(this.#path);
    } catch {
      // Somebody else was faster.
    }
  }
}

function fileInfo(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}
