import { assert, assertEquals, assertRejects } from "@std/assert";
import { lookupAddresses } from "../../src/transport/lookup.ts";

Deno.test("the system resolves localhost to loopback addresses, each once, and addresses to themselves", async () => {
  const found = await lookupAddresses("localhost");
  assert(found.length > 0);
  assert(found.every((each) => each === "::1" || each.startsWith("127.")));
  assertEquals(new Set(found).size, found.length);
  assertEquals(await lookupAddresses("127.0.0.1"), ["127.0.0.1"]);
});

Deno.test("a name without an address is an Error that names it", async () => {
  const error = await assertRejects(
    () => lookupAddresses("nope.invalid"),
    Error,
  );
  assert(error.message.startsWith("Cannot resolve nope.invalid: "));
  assert(error.cause instanceof Error);
});

Deno.test("without the permission to ask, a name stands for itself", async () => {
  const program = new URL("lookup_program.ts", import.meta.url).href;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", program, "localhost"],
  }).output();
  const text = (octets: Uint8Array) => new TextDecoder().decode(octets);
  assertEquals(text(stdout), '["localhost"]\n', text(stderr));
});
