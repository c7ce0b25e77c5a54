import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { MOST_LISTENERS, WatchPage } from "../../src/cli/watch/page/mod.ts";
import { StartError } from "../../src/cli/usage_error.ts";
import { breathe, until } from "../harness/time.ts";
import { shown } from "./watch_shown.ts";

/** What is answered to a request that a browser could not make. */
async function ask(port: number, ...lines: string[]): Promise<string> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const request = [...lines, "Connection: close", "", ""].join("\r\n");
  await conn.write(new TextEncoder().encode(request));
  return await new Response(conn.readable).text();
}

function portOf(page: WatchPage): number {
  return Number(new URL(page.url).port);
}

Deno.test("A page is one file that may load nothing from elsewhere, and be shown nowhere else", async () => {
  await using page = new WatchPage(0, "server.example:1");
  assertMatch(page.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
  const answers = [await fetch(page.url), await fetch(page.url)];
  const nonces = new Set<string>();
  for (const answer of answers) {
    assertEquals(answer.status, 200);
    const policy = answer.headers.get("content-security-policy") ?? "";
    const nonce = /script-src 'nonce-([\w-]+)'/.exec(policy)?.[1] ?? "";
    nonces.add(nonce);
    for (const rule of ["default-src 'none'", "frame-ancestors 'none'"]) {
      assertStringIncludes(policy, rule);
    }
    assert(!policy.includes("unsafe"), policy);
    const html = await answer.text();
    assertEquals(html.split(`nonce="${nonce}"`).length, 3);
    assert(!html.includes("%NONCE%"));
    assertEquals(html.match(/(?:src|href)="(?!data:)[^"]*"/g), null);
  }
  assertEquals(nonces.size, 2);
});

Deno.test("Only the names of this machine are answered, and no other site", async () => {
  await using page = new WatchPage(0, "server.example:1");
  const port = portOf(page);
  const statusOf = async (...lines: string[]) =>
    (await ask(port, ...lines)).split(" ")[1];
  for (const path of ["/", "/events", "/timeline.svg"]) {
    const get = `GET ${path} HTTP/1.1`;
    for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1"]) {
      assertEquals(await statusOf(get, `Host: ${host}`), "421", host);
    }
    for (const site of ["cross-site", "same-site"]) {
      const headers = [`Host: localhost:${port}`, `Sec-Fetch-Site: ${site}`];
      assertEquals(await statusOf(get, ...headers), "403", site);
    }
  }
  const host = `Host: LOCALHOST:${port}`;
  assertEquals(await statusOf("GET / HTTP/1.1", host), "200");
  assertEquals(await statusOf("POST / HTTP/1.1", host), "405");
  assertEquals(await statusOf("GET /x HTTP/1.1", host), "404");
  for (const width of ["239", "4097", "1e9", "x", "300.5"]) {
    const get = `GET /timeline.svg?width=${width} HTTP/1.1`;
    assertEquals(await statusOf(get, host), "400", width);
  }
  assertEquals(page.listeners, 0);
});

Deno.test("Who listens is told what there is, and each look from then on", async () => {
  await using page = new WatchPage(0, "server.example:1");
  page.show(shown("first"));
  const answer = await fetch(`${page.url}events`);
  assertEquals(answer.headers.get("content-type"), "text/event-stream");
  let text = "";
  const reading = (async () => {
    const parts = answer.body!.pipeThrough(new TextDecoderStream());
    for await (const part of parts) text += part;
  })().catch(() => {});
  await until(() => text.includes("first"));
  page.show(shown("second"));
  await until(() => text.includes("second"));
  const events = [...text.matchAll(/^event: (\w+)\ndata: (.*)$/gm)];
  assertEquals(events.map(([, name]) => name), ["hello", "look", "look"]);
  for (const [, , data] of events) JSON.parse(data);
  await page[Symbol.asyncDispose]();
  await reading;
});

Deno.test("No more pages listen than there is room for, and one that goes makes room", async () => {
  await using page = new WatchPage(0, "server.example:1");
  const listen = () => fetch(`${page.url}events`);
  const listening = await Promise.all(
    Array.from({ length: MOST_LISTENERS }, listen),
  );
  const refused = await listen();
  assertEquals(refused.status, 503);
  await refused.body?.cancel();
  await listening[0].body?.cancel();
  await until(() => {
    page.show(shown("looks"));
    return page.listeners < MOST_LISTENERS;
  });
  const next = await listen();
  assertEquals(next.status, 200);
  for (const { body } of [...listening.slice(1), next]) await body?.cancel();
});

Deno.test("A page that does not read is dropped", async () => {
  await using page = new WatchPage(0, "server.example:1");
  const port = portOf(page);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const request = `GET /events HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`;
  await conn.write(new TextEncoder().encode(request));
  await until(() => page.listeners === 1);
  const much = shown("x".repeat(200_000));
  for (let i = 0; i < 1_000 && page.listeners > 0; i++) {
    page.show(much);
    await breathe();
  }
  assertEquals(page.listeners, 0);
});

Deno.test("A port that is taken is one clear line", async () => {
  await using page = new WatchPage(0, "server.example:1");
  const port = portOf(page);
  const error = assertThrows(() => new WatchPage(port, "a:1"), StartError);
  assertMatch(error.message, new RegExp(`port ${port}: .*--web takes another`));
});
