import { assertEquals, assertThrows } from "@std/assert";
import { type CallContext, Metadata } from "../../../mod.ts";
import {
  answering,
  BEAT,
  FIELD,
  framed,
  Heard,
  LOOKALIKE,
  MESSAGE,
  over,
  Quiet,
  Scene,
  Spoken,
} from "./support/scene.ts";

const HOUR = 3_600_000;

Deno.test("Who does not ask for heartbeats gets none, and nothing is said of them", async () => {
  await using scene = new Scene();
  scene.serve();
  const played = await scene.ask(Quiet.talk);
  await scene.clock.advance(HOUR);
  assertEquals(played.sections, []);
  assertEquals(played.data, []);
});

Deno.test("A channel asks for none unless it is told to", async () => {
  await using scene = new Scene();
  const { streams } = scene.play();
  const heard = new Heard(
    scene.channel().bidiStreaming(Quiet.talk, new Spoken()),
  );
  await scene.clock.advance(HOUR);
  assertEquals(streams[0].field(FIELD), undefined);
  assertEquals(streams[0].data, []);
  assertEquals(heard.isOver, false);
});

Deno.test("A server answers a client that asks at once, while its handler is silent", async () => {
  await using scene = new Scene();
  scene.serve();
  const played = await scene.ask(Quiet.talk, [FIELD, "45000"]);
  await scene.clock.advance(20);
  assertEquals(played.field(FIELD), "45000");
  assertEquals(played.sections.length, 1);
});

Deno.test("A channel asks on calls that stream, and on a unary one only if that says so", async () => {
  await using scene = new Scene();
  const { streams } = scene.play([]);
  const channel = scene.channel({ heartbeat: { interval: 30_000 } });
  const calls = [
    channel.unary(Quiet.unary, MESSAGE),
    channel.unary(Quiet.unary, MESSAGE, { heartbeat: {} }),
  ];
  for (const call of calls) call.catch(() => {});
  new Heard(channel.serverStreaming(Quiet.watch, MESSAGE));
  new Heard(
    channel.serverStreaming(Quiet.watch, MESSAGE, { heartbeat: false }),
  );
  const heartbeat = { interval: 5_000 };
  new Heard(channel.serverStreaming(Quiet.watch, MESSAGE, { heartbeat }));
  channel.clientStreaming(Quiet.upload, new Spoken()).catch(() => {});
  await scene.clock.advance(100);
  assertEquals(
    streams.map((stream) => stream.field(FIELD)),
    [undefined, "45000", "30000", undefined, "5000", "30000"],
  );
});

Deno.test("A server chooses the shorter of what it is asked for and its own interval, down to its least", async () => {
  const cases: [string, number | undefined, number | undefined, string][] = [
    ["45000", undefined, undefined, "45000"],
    ["1", undefined, undefined, "10000"],
    ["9999", undefined, undefined, "10000"],
    ["3000", undefined, 1_000, "3000"],
    ["1", undefined, 1_000, "1000"],
    ["45000", 20_000, undefined, "20000"],
    ["45000", 20_000, 30_000, "30000"],
    ["2147483647", undefined, undefined, "2147483647"],
  ];
  for (const [asked, interval, minInterval, answer] of cases) {
    await using scene = new Scene();
    scene.serve({}, { heartbeat: { interval, minInterval } });
    const played = await scene.ask(Quiet.talk, [FIELD, asked]);
    await scene.clock.advance(20);
    assertEquals(played.field(FIELD), answer, asked);
  }
});

Deno.test("A server that refuses says nothing, and sends nothing", async () => {
  await using scene = new Scene();
  scene.serve({}, { heartbeat: false });
  const played = await scene.ask(Quiet.talk, [FIELD, "45000"]);
  await scene.clock.advance(HOUR);
  assertEquals([played.sections, played.data], [[], []]);
  const heard = new Heard(
    scene.channel({ heartbeat: {} }).bidiStreaming(Quiet.talk, new Spoken()),
  );
  await scene.clock.advance(HOUR);
  assertEquals(heard.isOver, false);
});

const MALFORMED = [
  "",
  "0",
  "-1",
  "+45000",
  "045000",
  "4.5e4",
  "45000.5",
  "0xafc8",
  "many",
  "45s",
  "45000, 45000",
  "2147483648",
  "9007199254740992",
  "9".repeat(1_000),
  "Infinity",
  "NaN",
];

Deno.test("A server takes what is no interval for no question, and serves the call", async () => {
  for (const asked of MALFORMED) {
    await using scene = new Scene();
    scene.serve({ talk: (requests) => requests });
    const played = await scene.ask(Quiet.talk, [FIELD, asked]);
    played.stream.sendData(framed(LOOKALIKE), false);
    await scene.clock.advance(HOUR);
    assertEquals(played.field(FIELD), undefined, asked);
    assertEquals(played.octets, framed(LOOKALIKE), asked);
  }
});

Deno.test("It takes several questions for none", async () => {
  await using scene = new Scene();
  scene.serve();
  const fields = [[FIELD, "45000"], [FIELD, "45000"]] as const;
  const played = await scene.ask(Quiet.talk, ...fields);
  await scene.clock.advance(HOUR);
  assertEquals([played.sections, played.data], [[], []]);
});

Deno.test("A client takes what is no interval for no answer, and the call goes on", async () => {
  for (const answers of [...MALFORMED.map((each) => [each]), ["45000", "1"]]) {
    await using scene = new Scene();
    const { streams } = scene.play(answering(...answers));
    const channel = scene.channel({ heartbeat: {} });
    const heard = new Heard(channel.bidiStreaming(Quiet.talk, new Spoken()));
    await scene.clock.advance(50);
    streams[0].stream.sendData(BEAT, false);
    await scene.clock.advance(HOUR);
    assertEquals(streams[0].data, [], answers[0]);
    assertEquals(heard.messages, [LOOKALIKE], answers[0]);
    assertEquals(heard.isOver, false, answers[0]);
  }
});

Deno.test("An answer to no question has a client do nothing", async () => {
  await using scene = new Scene();
  const { streams } = scene.play(answering(45_000));
  const heard = new Heard(
    scene.channel().bidiStreaming(Quiet.talk, new Spoken()),
  );
  await scene.clock.advance(50);
  streams[0].stream.sendData(BEAT, false);
  await scene.clock.advance(HOUR);
  assertEquals(streams[0].data, []);
  assertEquals([heard.messages, heard.isOver], [[LOOKALIKE], false]);
});

Deno.test("No answer has a client send more often than each ten seconds, or than it has asked for", async () => {
  for (const [asked, least] of [[45_000, 10_000], [3_000, 3_000]]) {
    await using scene = new Scene();
    const { streams } = scene.play(answering(1));
    const heartbeat = { interval: asked, timeout: Infinity };
    const channel = scene.channel({ heartbeat });
    new Heard(channel.bidiStreaming(Quiet.talk, new Spoken()));
    await scene.clock.advance(30_500);
    assertEquals(streams[0].beats.length, Math.floor(30_400 / least));
  }
});

Deno.test("An answer that names weeks has a client wait so long, and harms nothing", async () => {
  await using scene = new Scene();
  const { streams } = scene.play(answering(2 ** 31 - 1));
  const channel = scene.channel({ heartbeat: {} });
  const heard = new Heard(channel.bidiStreaming(Quiet.talk, new Spoken()));
  await scene.clock.advance(HOUR);
  assertEquals([streams[0].data, heard.isOver], [[], false]);
});

Deno.test("The field is no metadata: neither end sees it, or can set it", async () => {
  await using scene = new Scene();
  const seen: CallContext[] = [];
  scene.serve({
    // deno-lint-ignore require-yield
    async *watch(_request, call) {
      seen.push(call);
      call.headers.set("x-early", "yes");
      await over(call);
    },
  });
  const heads: Metadata[] = [];
  new Heard(
    scene.channel({ heartbeat: {} }).serverStreaming(Quiet.watch, MESSAGE, {
      onHeaders: (head) => heads.push(head),
    }),
  );
  await scene.clock.advance(100);
  assertEquals(heads[0].get("x-early"), "yes");
  for (const metadata of [heads[0], seen[0].metadata]) {
    assertEquals(metadata.has(FIELD), false);
    assertEquals(
      [...new Metadata(metadata)].map(([key]) => key).includes(FIELD),
      false,
    );
  }
  assertThrows(
    () => new Metadata({ [FIELD]: "45000" }),
    TypeError,
    "it belongs to the protocol",
  );
});

Deno.test("A handler that changes its headers too late learns why they have gone", async () => {
  await using scene = new Scene();
  const errors: unknown[] = [];
  scene.serve({
    // deno-lint-ignore require-yield
    async *watch(_request, call) {
      call.headers.set("x-early", "yes");
      await new Promise<void>((done) => scene.clock.timer(1_000, done));
      call.headers.set("x-late", "no");
    },
  }, { onHandlerError: (error) => void errors.push(error) });
  for (const heartbeat of [false as const, {}]) {
    const heard = new Heard(
      scene.channel().serverStreaming(Quiet.watch, MESSAGE, { heartbeat }),
    );
    await scene.pass(heard.done, 2_000);
  }
  assertEquals(errors.map(String), [
    'TypeError: Cannot change "x-late" in the headers of /test.Quiet/Watch: the initial metadata has been sent, when the handler first waited, as the client asks for heartbeats; set it before, or use call.trailers',
  ]);
});
