import {
  type Recording,
  renderTimeline,
  type WatchedNews,
  type WatchSnapshot,
} from "../../../observe/mod.ts";
import { StartError } from "../../usage_error.ts";
import { callWords, keepaliveWords, roundTripWords } from "../words.ts";
import { eventOf, Listeners } from "./listeners.ts";

const HOSTNAME = "127.0.0.1";

const PAGE = new URL("./page.html", import.meta.url);

/** Events that a page is told when it comes. */
const MOST_NEWS = 200;

/** What a page may load, and who may show it: nothing but what comes from here. */
function policyOf(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

const HEADERS = {
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** What is shown, as `show` was given it. */
export interface Shown {
  /** The present look. */
  readonly snapshot: WatchSnapshot;
  /** What the picture is drawn of. */
  readonly recordings: readonly Recording[];
}

/**
 * Serves a page on the loopback interface that shows what is seen while it is: one
 * file, which listens to server-sent events.
 */
export class WatchPage implements AsyncDisposable {
  readonly #target: string;
  readonly #html = Deno.readTextFileSync(PAGE);
  readonly #listeners = new Listeners();
  readonly #stop = new AbortController();
  readonly #news: WatchedNews[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #pictures = new Map<number, string>();
  #shown: Shown | undefined;

  /**
   * Listens.
   *
   * @throws {StartError} If the port cannot be had.
   */
  constructor(port: number, target: string) {
    this.#target = target;
    try {
      this.#server = Deno.serve({
        hostname: HOSTNAME,
        port,
        signal: this.#stop.signal,
        onListen: () => {},
      }, (request) => this.#answer(request));
    } catch (error) {
      throw new StartError(
        `Cannot serve the page on port ${port}: ${
          (error as Error).message
        }; --web takes another one`,
      );
    }
  }

  /** Where it is. */
  get url(): string {
    return `http://${HOSTNAME}:${this.#server.addr.port}/`;
  }

  /** How many pages listen. */
  get listeners(): number {
    return this.#listeners.count;
  }

  /** Shows a look. */
  show(shown: Shown): void {
    this.#shown = shown;
    this.#pictures.clear();
    this.#news.push(...shown.snapshot.news);
    this.#news.splice(0, this.#news.length - MOST_NEWS);
    this.#listeners.tell(this.#look(shown.snapshot));
  }

  /** Closes the page for all who look at it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#server.finished;
  }

  #answer(request: Request): Response {
    const refusal = this.#refusalOf(request);
    if (refusal !== undefined) return refusal;
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/") return this.#page();
    if (pathname === "/events") return this.#events();
    if (pathname === "/timeline.svg") return this.#picture(searchParams);
    return answer(404, "There is no such page");
  }

  /**
   * A name that leads here may belong to anybody (DNS rebinding): only the names of
   * this machine are answered. Other sites may neither ask nor listen.
   */
  #refusalOf({ method, headers }: Request): Response | undefined {
    const { port } = this.#server.addr;
    const names = [HOSTNAME, "localhost"].map((name) => `${name}:${port}`);
    const host = headers.get("host")?.toLowerCase() ?? "";
    if (!names.includes(host)) return answer(421, `Ask ${this.url}`);
    if (method !== "GET") return answer(405, "GET only");
    const site = headers.get("sec-fetch-site") ?? "none";
    if (site === "none" || site === "same-origin") return undefined;
    return answer(403, "This is for no other site");
  }

  #page(): Response {
    const nonce = crypto.randomUUID();
    return new Response(this.#html.replaceAll("%NONCE%", nonce), {
      headers: {
        ...HEADERS,
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policyOf(nonce),
      },
    });
  }

  #events(): Response {
    const news = [...this.#news];
    const first = this.#shown === undefined
      ? ""
      : this.#look({ ...this.#shown.snapshot, news });
    const stream = this.#listeners.add(
      `retry: 1000\n${eventOf("hello", this.#target)}${first}`,
    );
    if (stream === undefined) return answer(503, "Too many pages listen");
    const headers = { ...HEADERS, "content-type": "text/event-stream" };
    return new Response(stream, { headers });
  }

  #look(snapshot: WatchSnapshot): string {
    const { keepalive, connections } = snapshot;
    const page = {
      keepalive: keepalive === undefined ? "" : keepaliveWords(keepalive),
      calls: callWords(snapshot),
      roundTrips: connections.map(roundTripWords),
    };
    return eventOf("look", { target: this.#target, page, snapshot });
  }

  /** Pages of one width share a picture. */
  #picture(search: URLSearchParams): Response {
    const width = Number(search.get("width") ?? 960);
    if (!Number.isInteger(width) || width < 240 || width > 4_096) {
      return answer(400, "Expected a width from 240 to 4096");
    }
    let picture = this.#pictures.get(width);
    picture ??= renderTimeline(this.#shown?.recordings ?? [], { width });
    // More widths at once than pages: somebody plays with them.
    if (this.#pictures.size < 16) this.#pictures.set(width, picture);
    return new Response(picture, {
      headers: {
        ...HEADERS,
        "content-type": "image/svg+xml",
        "content-security-policy":
          "default-src 'none'; style-src 'unsafe-inline'",
      },
    });
  }
}

function answer(status: number, text: string): Response {
  const headers = { ...HEADERS, "content-type": "text/plain; charset=utf-8" };
  return new Response(`${text}\n`, { status, headers });
}
