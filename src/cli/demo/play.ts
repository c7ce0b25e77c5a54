import { colours } from "../colours.ts";
import type { Story } from "./narrator.ts";
import { type Scenario, Stage } from "./stage.ts";
import { notMeasured, type Verdict } from "./verdict.ts";

/** A verdict, and the scenario that it is from. */
export type ScenarioVerdict = Verdict & { readonly scenario: string };

/** One scenario as it happens. */
export class Play {
  /** Resolves when it is over; never rejects. */
  readonly finished: Promise<void>;
  readonly #scenario: Scenario;
  readonly #story: Story;
  readonly #stage: Stage;

  /** Begins a scenario. */
  constructor(scenario: Scenario, story: Story) {
    this.#scenario = scenario;
    this.#story = story;
    this.#stage = new Stage(story);
    this.finished = this.#run();
  }

  /** What has been measured. */
  get verdicts(): ScenarioVerdict[] {
    const { title } = this.#scenario;
    return this.#stage.verdicts.map((verdict) => ({
      scenario: title,
      ...verdict,
    }));
  }

  /** Stops its processes, whatever they are at. */
  async stop(): Promise<void> {
    await this.#stage[Symbol.asyncDispose]();
  }

  async #run(): Promise<void> {
    const { title, introduction } = this.#scenario;
    this.#story.add("");
    this.#story.add(colours.bold(title));
    for (const line of introduction) this.#story.add(line);
    this.#story.add("");
    try {
      await this.#scenario.play(this.#stage);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#story.add(colours.red(message));
      this.#stage.judge(notMeasured(title, message));
    }
    this.#story.end();
    await this.stop();
  }
}
