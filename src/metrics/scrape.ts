import { turnForOthers } from "../runtime/mod.ts";
import {
  OPEN_METRICS,
  PROMETHEUS_TEXT,
  type TextFormat,
} from "./prometheus_text.ts";

/**
 * Octets that are rendered at once, about half a millisecond's work: the process
 * serves others before it renders more. A metric with 2,000 sets of labels may
 * have 25 MB of text.
 */
const CHUNK = 65_536;

/**
 * The format of an answer: OpenMetrics for those who say that they read it at
 * least as gladly as text, as Prometheus does; text for all others
 * ({@link https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1 | RFC 9110 section 12.5.1}).
 */
export function formatFor(accept: string | null): TextFormat {
  let openMetrics = 0;
  let text = 0;
  for (const range of (accept ?? "").split(",")) {
    const [type, ...parameters] = range.split(";").map((each) =>
      each.trim().toLowerCase()
    );
    const q = parameters.find((each) => each.startsWith("q="));
    const quality = q === undefined ? 1 : Number(q.slice(2)) || 0;
    const hasVersion = parameters.includes("version=1.0.0") ||
      !parameters.some((each) => each.startsWith("version="));
    if (type === "application/openmetrics-text" && hasVersion) {
      openMetrics = Math.max(openMetrics, quality);
    } else if (type === "text/plain") {
      text = Math.max(text, quality);
    }
  }
  return openMetrics > 0 && openMetrics >= text
    ? OPEN_METRICS
    : PROMETHEUS_TEXT;
}

/** A text as the answer to a scrape; a long one is rendered while it is sent. */
export function answer(
  pieces: Iterator<string>,
  { type }: TextFormat,
): Response {
  const headers = { "content-type": type, "vary": "accept" };
  const first = chunkOf(pieces);
  if (first.length < CHUNK) return new Response(first, { headers });
  return new Response(ReadableStream.from(inTurns(first, pieces)), { headers });
}

async function* inTurns(
  first: string,
  pieces: Iterator<string>,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (let chunk = first; chunk !== ""; chunk = chunkOf(pieces)) {
    yield encoder.encode(chunk);
    await turnForOthers();
  }
}

/** The next chunk; shorter than `CHUNK` only at the end. */
function chunkOf(pieces: Iterator<string>): string {
  let chunk = "";
  while (chunk.length < CHUNK) {
    const { done, value } = pieces.next();
    if (done) break;
    chunk += value;
  }
  return chunk;
}
