/** Collects what is written with `console.warn`, until it is disposed of. */
export class ConsoleWarnings implements Disposable {
  readonly texts: string[] = [];
  readonly #warn = console.warn;

  constructor() {
    console.warn = (...parts: unknown[]) => {
      this.texts.push(parts.join(" "));
    };
  }

  [Symbol.dispose](): void {
    console.warn = this.#warn;
  }
}
