const encoder = new TextEncoder();

let outlivesReader = false;

/** Goes on in silence when nobody reads any more, instead of ending. */
export function outliveReader(): void {
  outlivesReader = true;
}

/** Writes a line to the standard output; a reader sees it at once. */
export function printLine(line: string): void {
  write(Deno.stdout, `${line}\n`);
}

/** Writes text without a line break to the standard output. */
export function print(text: string): void {
  write(Deno.stdout, text);
}

/** Writes a line to the standard error. */
export function printError(line: string): void {
  write(Deno.stderr, `${line}\n`);
}

function write(stream: typeof Deno.stdout, text: string): void {
  let octets = encoder.encode(text);
  try {
    while (octets.length > 0) {
      octets = octets.subarray(stream.writeSync(octets));
    }
  } catch (error) {
    // Nobody reads any more, as in `deno task client | head`.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    if (!outlivesReader) Deno.exit(0);
  }
}
