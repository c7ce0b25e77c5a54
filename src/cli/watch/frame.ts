import type {
  WatchedConnection,
  WatchedNews,
  WatchSnapshot,
} from "../../observe/mod.ts";
import type { Line, Piece, Tone } from "./line.ts";
import {
  callWords,
  keepaliveWords,
  known,
  sparkline,
  timeOfDay,
} from "./words.ts";

/** What a screen shows. */
export interface Scene {
  /** What is watched. */
  readonly target: string;
  /** The present look. */
  readonly snapshot: WatchSnapshot;
  /** What happened, in order. */
  readonly news: readonly WatchedNews[];
  /** Where the page is served, if it is. */
  readonly page: string | undefined;
  /** The size of the screen. */
  readonly columns: number;
  /** How many lines there are. */
  readonly rows: number;
}

/** Columns from which on there is room for a table. */
const WIDE = 76;

/** What is on the screen: as many lines as there are, or fewer. */
export function frameOf(scene: Scene): Line[] {
  const { snapshot, rows, columns } = scene;
  const lines: Line[] = [
    ...headOf(scene),
    [],
    ...columns < WIDE ? cardsOf(snapshot, columns) : tableOf(snapshot, columns),
    ...endsOf(snapshot),
  ];
  const left = rows - lines.length - 3;
  if (left > 0 && scene.news.length > 0) {
    lines.push([], [["events", "dim"]], ...newsOf(scene.news.slice(-left)));
  }
  return lines.slice(0, Math.max(1, rows));
}

function headOf({ target, snapshot, page }: Scene): Line[] {
  const { state = "", reason = "", keepalive, nextAttemptAt } = snapshot;
  const next = nextAttemptAt === undefined
    ? ""
    : `, next attempt in ${known(Math.max(0, nextAttemptAt - snapshot.at))}`;
  const lines: Line[] = [
    [
      [`${timeOfDay(snapshot.at)}  `, "dim"],
      [target, "strong"],
      ["  "],
      [state, toneOfState(state)],
      [`  ${reason}${next}`, "dim"],
    ],
  ];
  if (keepalive !== undefined) {
    const tone = keepalive.tooManyPings > 0 ? "warning" : "dim";
    lines.push([[keepaliveWords(keepalive), tone]]);
  }
  lines.push([[`calls: ${callWords(snapshot)}`, "dim"]]);
  if (page !== undefined) lines.push([[`page: ${page}`, "dim"]]);
  return lines;
}

function toneOfState(state: string): Tone {
  if (state === "READY") return "good";
  return state === "TRANSIENT_FAILURE" ? "bad" : "warning";
}

const WIDTHS = [6, 24, 11, 10, 10, 6, 9] as const;
const HEADS = ["#", "peer", "state", "RTT", "p50", "lost", "strikes"] as const;

function tableOf(snapshot: WatchSnapshot, columns: number): Line[] {
  const { connections } = snapshot;
  if (connections.length === 0) return [[["no connection", "warning"]]];
  const row = (cells: readonly string[]) =>
    cells.map((cell, i) => cell.slice(0, WIDTHS[i] - 1).padEnd(WIDTHS[i]));
  return [
    [[row(HEADS).join(""), "dim"]],
    ...connections.flatMap((each): Line[] => [
      row([
        `${each.id}`,
        each.peer,
        each.state,
        known(each.rtts.at(-1)),
        known(each.pings.rtt?.p50),
        `${each.pings.lost}`,
        `${strikesOf(each, snapshot)}`,
      ]).map((cell, i): Piece => [cell, i === 2 ? toneOf(each) : "plain"]),
      ...detailsOf(each, columns),
    ]),
  ];
}

/** On a narrow screen, a connection is a few short lines. */
function cardsOf(snapshot: WatchSnapshot, columns: number): Line[] {
  const { connections } = snapshot;
  if (connections.length === 0) return [[["no connection", "warning"]]];
  return connections.flatMap((each): Line[] => [
    [
      [`#${each.id} ${each.peer} `, "strong"],
      [each.state, toneOf(each)],
    ],
    [[
      `  RTT ${known(each.rtts.at(-1))}, p50 ${known(each.pings.rtt?.p50)}`,
    ]],
    ...detailsOf(each, columns),
  ]);
}

function detailsOf(each: WatchedConnection, columns: number): Line[] {
  const words: Line = [["      "], [each.words, toneOf(each)]];
  if (each.rtts.length === 0) return [words];
  const bars = sparkline(each.rtts, Math.max(4, columns - 30));
  return [
    words,
    [["      "], [bars], [
      each.rtts.length === 1 ? " 1 PING" : ` ${each.rtts.length} PINGs`,
      "dim",
    ]],
  ];
}

/** Where something is wrong; the words beside it say what. */
function toneOf({ state, unanswered = 0 }: WatchedConnection): Tone {
  if (state === "suspect" || unanswered >= 3_000) return "bad";
  if (state !== "open" || unanswered >= 500) return "warning";
  return "good";
}

/** A client is told of its strikes only when there were too many. */
function strikesOf(
  { role, strikes }: WatchedConnection,
  { keepalive }: WatchSnapshot,
): number {
  return role === "server" ? strikes : keepalive?.tooManyPings ?? 0;
}

function endsOf({ ended }: WatchSnapshot): Line[] {
  return ended.slice(0, 3).map(({ id, at, isGood, words }) => [
    [`${timeOfDay(at)} #${id} `, "dim"],
    [words, isGood ? "dim" : "bad"],
  ]);
}

function newsOf(news: readonly WatchedNews[]): Line[] {
  return news.map(({ at, connection, words }) => [
    [`${timeOfDay(at)} `, "dim"],
    [connection === undefined ? "" : `#${connection} `, "dim"],
    [words],
  ]);
}
