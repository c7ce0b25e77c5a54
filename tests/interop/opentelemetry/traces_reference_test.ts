/**
 * The same calls traced by grpc-go's plugin of OpenTelemetry and by this project,
 * with `spans: "grpc"`, at each end: the same spans below each other, the same
 * attributes and events.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Span, SpanEvent } from "./collected.ts";
import { goPlugin, otherClient, otherServer, titled } from "./peer.ts";
import { makeCalls, serveWords } from "./scene.ts";
import { lineage, Tracers } from "./tracers.ts";

/** Attributes of the semantic conventions, which grpc-go's spans lack. */
const SEMCONV = /^(?:rpc|server|network|error)\./;

/** Methods whose failures each stack has words of its own for. */
const OWN_WORDS = /Late|Endless|Missing|One/;

function deadAddress(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `localhost:${listener.addr.port}`;
}

/** Spans in a form in which those of two stacks can be compared. */
function normalForm(spans: readonly Span[]): unknown[] {
  return spans.map((span) => ({
    lineage: lineage(span, spans),
    status: span.status,
    description: OWN_WORDS.test(span.name)
      ? span.description !== undefined
      // gRFC A72 has the code in front.
      : span.description?.replace(/^[A-Z_]+, /, ""),
    attributes: sorted(span.attributes ?? {})
      .filter(([name]) => !SEMCONV.test(name)),
    events: (span.events ?? []).map(normalEvent),
  }))
    .map((span) => [JSON.stringify(span), span] as const)
    .toSorted(([a], [b]) => a < b ? -1 : 1)
    .map(([, span]) => span);
}

/** What two libraries make of gzip differs by some octets. */
function normalEvent({ name, attributes }: SpanEvent): unknown {
  return [
    name,
    sorted(attributes).map(([key, value]) =>
      key === "message-size-compressed" ? [key, Number(value) < 100] : [
        key,
        value,
      ]
    ),
  ];
}

function sorted(record: Readonly<Record<string, string>>) {
  return Object.entries(record).sort(([a], [b]) => a < b ? -1 : 1);
}

/** All spans of both ends, with this project at one and grpc-go at the other. */
async function asClient(dead: string): Promise<Span[]> {
  using tracers = new Tracers();
  const { provider: tracerProvider } = tracers;
  const otel = { tracerProvider, spans: "grpc" } as const;
  const { spans } = await otherServer(goPlugin, (target) => {
    const name = target.replace("127.0.0.1", "localhost");
    return makeCalls(name, dead, { otel }, tracers.around);
  });
  return [...tracers.spans, ...spans];
}

async function asServer(dead: string): Promise<Span[]> {
  using tracers = new Tracers();
  const { provider: tracerProvider } = tracers;
  const server = serveWords({ otel: { tracerProvider, spans: "grpc" } });
  const { port } = server.addr as Deno.NetAddr;
  const { spans } = await otherClient(goPlugin, `localhost:${port}`, dead);
  await server.shutdown();
  return [...tracers.spans, ...spans];
}

Deno.test({
  name: titled(goPlugin, "and this project trace the same calls alike"),
  ignore: !goPlugin.peer.available,
  fn: async () => {
    const dead = deadAddress();
    const ours = normalForm(await asClient(dead));
    const theirs = normalForm(await asServer(dead));
    assertEquals(ours, theirs);
    const text = JSON.stringify(ours);
    for (
      const expected of [
        "caller of Flaky > client Sent.test.Words.Flaky > Attempt.test.Words.Flaky > server Recv.test.Words.Flaky",
        "Delayed name resolution complete",
        "Delayed LB pick complete",
        "Inbound message",
        "Outbound message",
        "message-size-compressed",
        '["previous-rpc-attempts","2"],["transparent-retry","false"]',
      ]
    ) assert(text.includes(expected), expected);
    assert(ours.length > 40, `${ours.length}`);
  },
});
