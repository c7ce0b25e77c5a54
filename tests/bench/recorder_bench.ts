/**
 * What the flight recorder costs for each event: it is always on.
 *
 * @module
 */
import { Ring } from "../../src/recorder/ring.ts";
import { ConnectionRecord, joinObservers } from "../../src/recorder/mod.ts";
import { renderTimeline } from "../../src/observe/mod.ts";
import type { TransportEvent } from "../../src/transport/mod.ts";

const identity = {
  id: 1,
  role: "client",
  peer: "192.0.2.1:50051",
  wallOffset: 0,
} as const;
const purpose = "keepalive";
const SENT: TransportEvent = { at: 1, type: "ping-sent", purpose, id: 1 };
const ACKED: TransportEvent = { ...SENT, type: "ping-acked", rtt: 5 };

const ring = new Ring(256);
Deno.bench("a record into the ring", () => ring.add(4, 1, 2, 3));

const record = new ConnectionRecord(identity, 256, 0);
Deno.bench("a PING and its answer, recorded and measured", () => {
  record.record(SENT);
  record.record(ACKED);
});

Deno.bench("what is recorded, decoded: 256 events", () => {
  record.recording(1, undefined);
});

const recording = record.recording(1, undefined);
Deno.bench("a picture of 256 events", () => {
  renderTimeline([recording]);
});

const joined = joinObservers({ message() {} }, { message() {} });
const message = {
  type: "message-sent",
  at: 1,
  callId: 1,
  sequence: 1,
  size: 1,
  sizeOnWire: 1,
} as const;
Deno.bench("an event that two observers want", () => joined.message!(message));
