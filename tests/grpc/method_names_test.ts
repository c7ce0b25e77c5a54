import { assertEquals, assertThrows } from "@std/assert";
import { createClient, implement } from "../../mod.ts";
import { inProcess } from "../../src/testing/mod.ts";

const raw = (octets: Uint8Array) => octets;
const method = (name: string) => ({
  path: `/names.Names/${name}`,
  requestStream: false as const,
  responseStream: false as const,
  requestSerialize: raw,
  requestDeserialize: raw,
  responseSerialize: raw,
  responseDeserialize: raw,
});

/** In the manner of proto-loader: names as they stand in the `.proto`. */
const Names = { SayHello: method("SayHello"), Echo: method("Echo") };

Deno.test("a method is called and served by its name, and by that with a small letter", async () => {
  const service = implement(Names, {
    sayHello: () => Uint8Array.of(1),
    Echo: (octets) => octets,
  });
  await using channel = inProcess([service]);
  const client = createClient(Names, channel);
  assertEquals(await client.sayHello(Uint8Array.of(0)), Uint8Array.of(1));
  assertEquals(await client.SayHello(Uint8Array.of(0)), Uint8Array.of(1));
  assertEquals(await client.echo(Uint8Array.of(2)), Uint8Array.of(2));
  assertEquals(await client.Echo(Uint8Array.of(3)), Uint8Array.of(3));
});

Deno.test("two methods whose names differ in their first letter only keep apart", async () => {
  const Both = { Get: method("Get"), get: method("get") };
  const service = implement(Both, {
    Get: () => Uint8Array.of(1),
    get: () => Uint8Array.of(2),
  });
  await using channel = inProcess([service]);
  const client = createClient(Both, channel);
  assertEquals(await client.Get(new Uint8Array(0)), Uint8Array.of(1));
  assertEquals(await client.get(new Uint8Array(0)), Uint8Array.of(2));
});

Deno.test("two handlers of one method, under both of its names, are refused", () => {
  assertThrows(
    () => implement(Names, { SayHello: raw, sayHello: raw }),
    TypeError,
    'Cannot implement "SayHello": expected one handler, received two, "SayHello" and "sayHello"',
  );
  const typo = { sayHelo: raw } as object;
  assertThrows(
    () => implement(Names, typo),
    TypeError,
    'did you mean "SayHello"?',
  );
});
