import { assert, assertEquals } from "@std/assert";
import { Channel, HealthDefinition, serve, subscribe } from "../../mod.ts";
import { dial, listen } from "../../src/transport/public.ts";
import { keysOf, STRANGE } from "./option_keys.ts";
import { ROOT } from "./source.ts";

const channel = () => new Channel("localhost:50051");
const { check } = HealthDefinition;
const nested = (name: string) => ({ [name]: STRANGE });

const OPTIONS: Readonly<Record<string, () => unknown>> = {
  "a channel": () => new Channel("localhost:50051", STRANGE),
  "a channel's keepalive": () =>
    new Channel("localhost:50051", nested("keepalive")),
  "a channel's backoff": () =>
    new Channel("localhost:50051", nested("backoff")),
  "a channel's TLS": () => new Channel("localhost:50051", nested("tls")),
  "a subscription": () =>
    subscribe(channel(), HealthDefinition.watch, { service: "" }, STRANGE),
  "a call": () => channel().unary(check, { service: "" }, STRANGE),
  "dial": () => dial("localhost:50051", STRANGE),
  "serve": () => serve(STRANGE, []),
  "a server's keepalive": () => serve(nested("keepalive"), []),
  "a server's enforcement": () => serve(nested("enforcement"), []),
  "a server's TLS": () => listen(nested("tls")),
  "the memory quota": () => serve(nested("memoryQuota"), []),
};

/** For layers above, or explained with the option that they are a part of. */
const ELSEWHERE = ["onStream"];

/** The words in the code spans of a page. */
async function namedIn(page: string): Promise<ReadonlySet<string>> {
  const text = await Deno.readTextFile(new URL(page, ROOT));
  const spans = [...text.matchAll(/`([^`\n]+)`/g)];
  return new Set(spans.flatMap(([, span]) => span.match(/\w+/g) ?? []));
}

for (const [what, run] of Object.entries(OPTIONS)) {
  Deno.test(`the README names each option of ${what}, and so does the page of options`, async () => {
    const keys = await keysOf(run);
    assert(keys.length > 1, keys.join());
    for (const page of ["README.md", ".github/OPTIONS.md"]) {
      const named = await namedIn(page);
      assertEquals(
        keys.filter((key) => !named.has(key) && !ELSEWHERE.includes(key)),
        [],
        page,
      );
    }
  });
}
