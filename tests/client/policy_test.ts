import { assert, assertEquals } from "@std/assert";
import { Channel, Health, HealthDefinition, serve } from "../../mod.ts";
import { until } from "../grpc/support/words.ts";
import { ConsoleWarnings } from "./support/console_warnings.ts";

Deno.test("over sockets: a client that would ping four times as often as its server allows gets no strike, with and without a call", async () => {
  using warnings = new ConsoleWarnings();
  const counted: Record<string, number> = {};
  const count = ({ type }: { type: string }) =>
    counted[type] = (counted[type] ?? 0) + 1;
  await using server = serve({
    hostname: "127.0.0.1",
    port: 0,
    enforcement: { minTime: 200, permitWithoutStream: true, tolerance: 0 },
    onEvent: count,
  }, [new Health().service]);
  const { port } = server.addr as Deno.NetAddr;
  await using channel = new Channel(`127.0.0.1:${port}`, {
    keepalive: { time: 50, minimumTime: 50, permitWithoutStream: true },
  });
  await channel.ready();
  await until(() => counted["ping-received"] >= 4);
  const cancel = new AbortController();
  const watch = channel.serverStreaming(HealthDefinition.watch, {
    service: "",
  }, { signal: cancel.signal });
  await watch.next();
  const before = counted["ping-received"];
  await until(() => counted["ping-received"] >= before + 6);
  assertEquals(counted["ping-strike"], undefined);
  assertEquals(counted["established"], 1);
  const [{ time, source }] = channel.keepalive.addresses;
  assertEquals([time, source], [200, "advertised"]);
  assert(warnings.texts[0].includes("keepalive every 200 ms, not every 50"));
  cancel.abort();
  await watch.next().catch(() => {});
});
