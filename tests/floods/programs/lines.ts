/** Says something to the process that has started this one. */
export function tell(answer: unknown): void {
  const octets = new TextEncoder().encode(`${JSON.stringify(answer)}\n`);
  Deno.stdout.writeSync(octets);
}

/** What that process says, line by line. */
export async function* linesOfInput(): AsyncGenerator<string> {
  let rest = "";
  const text = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
  for await (const piece of text) {
    const lines = `${rest}${piece}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
