import { assert, assertEquals, assertRejects } from "@std/assert";
import { lookupAddresses } from "../../src/transport/network/lookup.ts";

Deno.test("the system resolves localhost to loopback addresses, each once, and addresses to themselves", async () => {
  const found = await lookupAddresses("localhost", { port: 1 });
  assert(found.length > 0);
  assert(found.every((each) => each === "::1" || each.startsWith("127.")));
  assertEquals(new Set(found).size, found.length);
  assertEquals(await lookupAddresses("127.0.0.1", { port: 1 }), ["127.0.0.1"]);
});

Deno.test("a name without an address is an Error that names it", async () => {
  const error = await assertRejects(
    () => lookupAddresses("nope.invalid", { port: 1 }),
    Error,
  );
  assert(error.message.startsWith("Cannot resolve nope.invalid: "));
  assert(error.cause instanceof Error);
});

/** What a name is looked up to, in a process with such permissions. */
async function lookedUp(...permissions: string[]): Promise<string[]> {
  const program = new URL("lookup_program.ts", import.meta.url).href;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...permissions, program, "localhost"],
  }).output();
  const text = (octets: Uint8Array) => new TextDecoder().decode(octets);
  assertEquals(text(stderr), "");
  return JSON.parse(text(stdout));
}

Deno.test("without the permission to ask, a name stands for itself", async () => {
  assertEquals(await lookedUp(), ["localhost"]);
  assertEquals(await lookedUp("--allow-net=localhost:50051"), ["localhost"]);
});

Deno.test("a name that may be connected to, whose addresses may not, stands for itself", async () => {
  assertEquals(await lookedUp("--allow-net=localhost"), ["localhost"]);
});

Deno.test("with the permission for all its addresses, a name stands for them", async () => {
  const all = await lookupAddresses("localhost", { port: 1 });
  assertEquals(await lookedUp("--allow-net"), all);
  const hosts = all.map((each) => each.includes(":") ? `[${each}]` : each);
  const list = ["localhost", ...hosts].join();
  assertEquals(await lookedUp(`--allow-net=${list}`), all);
});

Deno.test("an address that is denied leaves the others", async () => {
  const all = await lookupAddresses("localhost", { port: 1 });
  const denied = ["--allow-net", "--deny-net=127.0.0.1"];
  assertEquals(await lookedUp(...denied), all);
});
