import { assertEquals } from "@std/assert";
import {
  type CallOptions,
  createClient,
  type ServerInterceptor,
  Status,
} from "../../mod.ts";
import { assertStatus } from "../grpc/support/assert_status.ts";
import { aborted } from "../grpc/support/words.ts";
import {
  ADDRESS,
  Echo,
  World,
  type WorldOptions,
} from "../simulation/support/world.ts";

const WORD = Uint8Array.of(1);

/** What a call is told that waits for 200 ms, or as long as is said. */
async function told(
  options: WorldOptions,
  call: (world: World, options: CallOptions) => Promise<unknown>,
  prepare: (world: World) => void = () => {},
  deadline = 200,
): Promise<string> {
  const world = new World(1, options);
  prepare(world);
  const error = assertStatus(
    () => call(world, { deadline }),
    Status.DEADLINE_EXCEEDED,
  );
  await world.clock.advance(deadline + 800);
  await world.end();
  return (await error).statusMessage;
}

const unary = (world: World, options: CallOptions) =>
  createClient(Echo, world.channel).unary(WORD, options);

Deno.test("a deadline says that the name was not resolved", async () => {
  const resolver = { start: () => {}, refresh: () => {}, stop: () => {} };
  assertEquals(
    await told({ channel: { resolver } }, unary),
    "Deadline exceeded after 200 ms while waiting for name resolution",
  );
});

Deno.test("a long deadline is told in minutes", async () => {
  const resolver = { start: () => {}, refresh: () => {}, stop: () => {} };
  assertEquals(
    await told({ channel: { resolver } }, unary, undefined, 320_000),
    "Deadline exceeded after 5 min 20 s while waiting for name resolution",
  );
});

Deno.test("a deadline says that there was no connection", async () => {
  const dark = (world: World) => world.network.dark();
  assertEquals(
    await told({}, unary, dark),
    `Deadline exceeded after 200 ms while waiting for a connection: connecting to ${ADDRESS}`,
  );
});

Deno.test("a deadline says that the response had not come", async () => {
  const stuck: ServerInterceptor = async ({ signal }) => {
    throw await aborted(signal);
  };
  assertEquals(
    await told({ server: { interceptors: [stuck] } }, unary),
    `Deadline exceeded after 200 ms while waiting for the response of ${ADDRESS}`,
  );
});

Deno.test("a deadline says that the response had begun", async () => {
  const read = (world: World, options: CallOptions) =>
    Array.fromAsync(createClient(Echo, world.channel).watch(WORD, options));
  assertEquals(
    await told({}, read),
    `Deadline exceeded after 200 ms while waiting for the rest of the response of ${ADDRESS}`,
  );
});

Deno.test("a deadline that had passed before says no more", async () => {
  const late = (world: World) =>
    createClient(Echo, world.channel).unary(WORD, { deadline: -1 });
  assertEquals(await told({}, late), "Deadline exceeded");
});
