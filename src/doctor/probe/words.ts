import { errorCodeName } from "../../frames/mod.ts";

/** Characters of a peer's text that are shown. */
const MOST_SHOWN = 200;

/**
 * A text of the peer, within quotes: what is no printable ASCII is escaped,
 * and what is long is cut.
 */
export function quoted(text: string): string {
  const shown = text.length > MOST_SHOWN
    ? `${text.slice(0, MOST_SHOWN)}…`
    : text;
  return JSON.stringify(shown).replace(
    /[^ -~…]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A GOAWAY for people, such as `GOAWAY NO_ERROR "max_age"`. */
export function goawayWords(code: number, debug: string): string {
  const name = `GOAWAY ${errorCodeName(code)}`;
  return debug === "" ? name : `${name} ${quoted(debug)}`;
}
