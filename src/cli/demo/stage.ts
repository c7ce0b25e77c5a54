import { colours, isSmartTerminal } from "../colours.ts";
import { duration } from "../../options/mod.ts";
import type { Tool } from "../flag.ts";
import type { Line } from "../lines.ts";
import { TONES } from "../report.ts";
import { inWords } from "../words.ts";
import type { Story } from "./narrator.ts";
import { ToolProcess } from "./tool_process.ts";
import type { Verdict } from "./verdict.ts";

function words(flags: string): string[] {
  return flags.split(" ").filter((word) => word !== "");
}

/** A part of the demo. */
export interface Scenario {
  /** The headline. */
  readonly title: string;
  /** What is going to happen, and why it matters. */
  readonly introduction: readonly string[];
  /** Lets it happen. */
  play(stage: Stage): Promise<void>;
}

/** Where a scenario happens: its processes, its story, and its verdicts. */
export class Stage implements AsyncDisposable {
  /** What has been measured so far. */
  readonly verdicts: Verdict[] = [];
  readonly #story: Story;
  readonly #resources = new AsyncDisposableStack();

  /** Sets the stage for a story. */
  constructor(story: Story) {
    this.#story = story;
  }

  /**
   * Starts a server on a port of this machine, by default on a free one.
   *
   * @param told The types of its lines that belong to the story.
   */
  server(
    flags: string,
    told: readonly Line["type"][],
    port: number = 0,
  ): ToolProcess {
    const address = ["--host", "127.0.0.1", "--port", String(port)];
    return this.#start("server", [...address, ...words(flags)], told);
  }

  /** Starts a client of a port of this machine. */
  client(
    port: number,
    flags: string,
    told: readonly Line["type"][],
  ): ToolProcess {
    return this.#start(
      "client",
      ["--target", `127.0.0.1:${port}`, ...words(flags)],
      told,
    );
  }

  /** Closes something when the scenario is over. */
  use<Resource extends AsyncDisposable>(resource: Resource): Resource {
    return this.#resources.use(resource);
  }

  /** Tells what the scenario does, or what there is to see. */
  say(text: string): void {
    this.#tell("", colours.magenta(text));
  }

  /** Waits, and shows for what. */
  async wait<Result>(
    text: string,
    expected: number,
    result: Promise<Result>,
  ): Promise<Result> {
    const since = performance.now();
    const waitingFor = () =>
      `${text}: ${duration(performance.now() - since)} of about ${
        duration(expected)
      }`;
    if (!isSmartTerminal) {
      this.#tell(
        "",
        colours.dim(`${text} in about ${duration(expected)} ...`),
      );
    }
    this.#story.waitingFor = waitingFor;
    try {
      return await result;
    } finally {
      if (this.#story.waitingFor === waitingFor) {
        this.#story.waitingFor = undefined;
      }
    }
  }

  /** Notes how a promise was kept. */
  judge(...verdicts: Verdict[]): void {
    this.verdicts.push(...verdicts);
  }

  /** Stops the processes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }

  #start(
    tool: Tool,
    flags: readonly string[],
    told: readonly Line["type"][],
  ): ToolProcess {
    let connections = 0;
    const onLine = (line: Line) => {
      connections = Math.max(connections, line.connection ?? 0);
      const words = told.includes(line.type) ? inWords(line) : undefined;
      if (words === undefined) return;
      const which = connections > 1 ? `#${line.connection} ` : "";
      this.#tell(tool, which + TONES[words.tone](words.text));
    };
    return this.#resources.use(new ToolProcess(tool, flags, { onLine }));
  }

  #tell(who: string, text: string): void {
    const time = `${(performance.now() / 1_000).toFixed(2)} s`.padStart(8);
    const name = colours.cyan(who.padEnd(6));
    this.#story.add(`${colours.dim(time)}  ${name}  ${text}`);
  }
}
