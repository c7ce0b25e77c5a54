import { assert, assertEquals } from "@std/assert";
import { type Browser, chromium, type Page } from "playwright-core";
import { Channel, Health, serve } from "@keepalive/grpc";
import { watch } from "@keepalive/grpc/observe";
import { WatchPage } from "../../src/cli/watch/page/mod.ts";
import { shown } from "../cli/watch_shown.ts";
import { Relay } from "../harness/relay.ts";

/** Where Debian has it; `CHROMIUM` says where else it is. */
const CHROMIUM = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";

/** Milliseconds for a busy machine. */
const PATIENCE = 20_000;

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** A test in a real browser, with what its pages complain of. */
function inBrowser(
  name: string,
  run: (
    open: (url: string, options?: object) => Promise<Page>,
  ) => Promise<void>,
): void {
  Deno.test({
    name: `in Chromium, ${name}`,
    ignore: !isThere(CHROMIUM),
    // What drives it keeps timers and pipes of its own until it has ended.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const browser: Browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: ["--no-sandbox"],
      });
      const complaints: string[] = [];
      try {
        await run(async (url, options = {}) => {
          const page = await browser.newPage({
            viewport: { width: 1_000, height: 800 },
            ...options,
          });
          page.setDefaultTimeout(PATIENCE);
          page.on("pageerror", (error) => complaints.push(error.message));
          page.on("console", (message) => {
            const text = message.text();
            if (text.includes("Content Security Policy")) complaints.push(text);
          });
          page.on("request", (request) => {
            const { origin } = new URL(request.url());
            const isOwn = origin === new URL(url).origin || origin === "null";
            if (!isOwn) complaints.push(`asks ${request.url()}`);
          });
          await page.goto(url);
          return page;
        });
      } finally {
        await browser.close();
      }
      assertEquals(complaints, []);
    },
  });
}

/** Waits until a text is somewhere in an element. */
async function sees(page: Page, selector: string, text: string) {
  await page.locator(selector, { hasText: text }).first().waitFor();
}

inBrowser(
  "a connection is seen to die, with the picture growing",
  async (open) => {
    await using server = serve({
      hostname: "127.0.0.1",
      port: 0,
      enforcement: { minTime: 0, permitWithoutStream: true },
    }, [new Health().service]);
    await using relay = new Relay((server.addr as Deno.NetAddr).port);
    await using channel = new Channel(relay.target, {
      keepalive: {
        time: 200,
        minimumTime: 100,
        timeout: 4_000,
        permitWithoutStream: true,
      },
    });
    await channel.ready();
    await using shows = new WatchPage(0, relay.target);
    const stop = new AbortController();
    const { signal } = stop;
    const watching = (async () => {
      for await (const snapshot of watch(channel, { interval: 100, signal })) {
        shows.show({ snapshot, recordings: channel.recordings() });
      }
    })();
    const page = await open(shows.url);
    await sees(page, "#state", "READY");
    await sees(page, "#link", "live");
    await sees(page, ".card", relay.target);
    await sees(page, "#events", "PING 3 answered in");
    const width = () => page.locator("#picture svg path.p").count();
    assert(await width() > 0);
    relay.dark();
    await sees(page, ".words", "PING unanswered 1 s of 4 s");
    await sees(page, "#picture", "nothing was read for");
    await sees(page, ".words.bad", "suspect, new calls go elsewhere");
    await sees(page, "#ended", "Closed by this end (keepalive-timeout)");
    stop.abort();
    await watching;
  },
);

inBrowser("what a peer says is text", async (open) => {
  await using shows = new WatchPage(0, "<img src=x onerror=alert(1)>");
  const hostile = '</script><script>document.title="owned"</script>' +
    '<img src="https://evil.example/x" onerror="document.title=1">\u2028&lt;';
  shows.show(shown(hostile));
  const page = await open(shows.url);
  await sees(page, ".words", "owned");
  await sees(page, "#events", hostile);
  await sees(page, "h1", "<img src=x");
  assertEquals(await page.locator("main img, header img").count(), 0);
  assertEquals(await page.title(), "READY <img src=x onerror=alert(1)>");
});

inBrowser(
  "it waits for a tool that has gone, and goes on when it is back",
  async (open) => {
    let shows = new WatchPage(0, "a:1");
    const { url } = shows;
    shows.show(shown("before"));
    const page = await open(url);
    await sees(page, ".words", "before");
    await shows[Symbol.asyncDispose]();
    await sees(page, "#link", "trying again");
    shows = new WatchPage(Number(new URL(url).port), "a:1");
    shows.show(shown("after"));
    await sees(page, "#link", "live");
    await sees(page, ".words", "after");
    assertEquals(await page.locator("#events li").count(), 1);
    await shows[Symbol.asyncDispose]();
  },
);

inBrowser("it fits a phone, and both colour schemes", async (open) => {
  await using shows = new WatchPage(
    0,
    "a-server-with-a-long-name.example:50051",
  );
  shows.show(shown("x".repeat(300)));
  const backgrounds: string[] = [];
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [360, 1_200]) {
      const viewport = { width, height: 700 };
      const page = await open(shows.url, { viewport, colorScheme });
      await page.locator("#picture svg").waitFor();
      const [scrolls, background] = await page.evaluate(() => {
        const { document, getComputedStyle } = globalThis as never as {
          document: {
            documentElement: { scrollWidth: number; clientWidth: number };
            body: object;
          };
          getComputedStyle(of: object): { backgroundColor: string };
        };
        const { scrollWidth, clientWidth } = document.documentElement;
        const { backgroundColor } = getComputedStyle(document.body);
        return [scrollWidth > clientWidth, backgroundColor] as const;
      });
      assertEquals(scrolls, false, `${width}`);
      backgrounds.push(background);
    }
  }
  assertEquals(new Set(backgrounds).size, 2);
});
