import type { WatchedNews, WatchSnapshot } from "../../observe/mod.ts";
import { isSmartTerminal } from "../colours.ts";
import { print, printLine } from "../output.ts";
import { printableJson } from "../../page/mod.ts";
import { frameOf } from "./frame.ts";
import { type Line, paint } from "./line.ts";
import type { WatchSettings } from "./settings.ts";
import { keepaliveWords, known, timeOfDay } from "./words.ts";

/** Shows what is seen, look by look. */
export interface View extends Disposable {
  /** Shows a look. */
  show(snapshot: WatchSnapshot): void;
}

/** The view for where the output goes. */
export function viewOf(settings: WatchSettings, page?: string): View {
  if (settings.json) return new JsonView();
  return isSmartTerminal
    ? new ScreenView(settings.target, page)
    : new PlainView(settings.target, page);
}

/** One object a line. */
class JsonView implements View {
  show(snapshot: WatchSnapshot): void {
    printLine(printableJson(JSON.stringify(
      { type: "snapshot", ...snapshot },
      (_, value) => value === Infinity ? "infinity" : value,
    )));
  }

  [Symbol.dispose](): void {}
}

/** A line for each event, and one for each connection a look. */
class PlainView implements View {
  #keepalive = "";

  constructor(target: string, page?: string) {
    printLine(`Watching ${target}. Stop with Ctrl-C.`);
    if (page !== undefined) printLine(`Page: ${page}`);
  }

  show(
    { at, state, reason, connections, keepalive, news }: WatchSnapshot,
  ): void {
    for (const { at, connection, words } of news) {
      const where = connection === undefined ? "" : `#${connection} `;
      printLine(`${timeOfDay(at)}  ${where}${words}`);
    }
    const inForce = keepalive === undefined ? "" : keepaliveWords(keepalive);
    if (inForce !== this.#keepalive) printLine(`${timeOfDay(at)}  ${inForce}`);
    this.#keepalive = inForce;
    if (connections.length === 0) {
      return printLine(`${timeOfDay(at)}  ${state}: ${reason}`);
    }
    for (const { id, peer, state, rtts, words } of connections) {
      const rtt = known(rtts.at(-1));
      printLine(
        `${timeOfDay(at)}  #${id} ${peer} ${state}, RTT ${rtt}, ${words}`,
      );
    }
  }

  [Symbol.dispose](): void {
    printLine("Stopped.");
  }
}

/** Events that are kept for the screen. */
const MOST_NEWS = 200;

/** What a terminal does: another screen, no cursor, and back. */
const ENTER = "\x1b[?1049h\x1b[?25l";
const LEAVE = "\x1b[?25h\x1b[?1049l";

/** A table that is drawn in place, on a screen of its own. */
class ScreenView implements View {
  readonly #target: string;
  readonly #page: string | undefined;
  readonly #news: WatchedNews[] = [];
  readonly #redraw = () => this.#draw();
  #snapshot: WatchSnapshot | undefined;

  constructor(target: string, page: string | undefined) {
    this.#target = target;
    this.#page = page;
    print(ENTER);
    if (Deno.build.os !== "windows") {
      Deno.addSignalListener("SIGWINCH", this.#redraw);
    }
  }

  show(snapshot: WatchSnapshot): void {
    this.#snapshot = snapshot;
    this.#news.push(...snapshot.news);
    this.#news.splice(0, this.#news.length - MOST_NEWS);
    this.#draw();
  }

  /** What was seen last stays on the screen that there was before. */
  [Symbol.dispose](): void {
    if (Deno.build.os !== "windows") {
      Deno.removeSignalListener("SIGWINCH", this.#redraw);
    }
    print(LEAVE);
    const { columns } = sizeOfScreen();
    for (const line of this.#lines({ columns, rows: 20 })) {
      printLine(paint(line, columns));
    }
  }

  #draw(): void {
    const size = sizeOfScreen();
    const lines = this.#lines({ ...size, rows: size.rows - 1 })
      .map((line) => `${paint(line, size.columns)}\x1b[K`);
    print(`\x1b[H${lines.join("\r\n")}\x1b[J`);
  }

  #lines(size: { columns: number; rows: number }): Line[] {
    if (this.#snapshot === undefined) return [];
    return frameOf({
      target: this.#target,
      page: this.#page,
      snapshot: this.#snapshot,
      news: this.#news,
      ...size,
    });
  }
}

/** That of the terminal; what cannot be had is that of old. */
function sizeOfScreen(): { columns: number; rows: number } {
  try {
    const { columns, rows } = Deno.consoleSize();
    return { columns: columns || 80, rows: rows || 24 };
  } catch {
    return { columns: 80, rows: 24 };
  }
}
