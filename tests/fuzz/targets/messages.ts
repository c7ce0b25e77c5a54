import { assert, assertEquals } from "@std/assert";
import { compress } from "../../../src/grpc/messages/compression.ts";
import {
  decompress,
  GrpcError,
  Inbox,
  type RawMessage,
  Status,
} from "../../../src/grpc/mod.ts";
import { frameMessage } from "../../../src/grpc/messages/framing.ts";
import { MessageReader } from "../../../src/grpc/messages/reader.ts";
import { concat } from "../../harness/octets.ts";
import type { Random } from "../../harness/seed.ts";
import { assertOctets, cutAt, mutate, randomCuts } from "../inputs/octets.ts";
import type { Target } from "../target.ts";

/** Octets before each message. */
const PREFIX_LENGTH = 5;

const LENGTHS = [0, 0, 1, 5, 100, 511, 512, 513, 4_096, 4_097];

/** Data of a stream, how it comes, and the longest message. */
interface Data {
  readonly octets: Uint8Array;
  readonly cuts: number[];
  readonly maxLength: number;
}

function randomData(random: Random): Data {
  const messages = Array.from({ length: random.below(8) }, () => {
    const length = random.oneIn(50) ? 70_000 : random.pick(LENGTHS);
    const payload = new Uint8Array(length).fill(random.below(9));
    return concat(...frameMessage(payload, random.oneIn(4)));
  });
  const octets = mutate(random, concat(...messages));
  const maxLength = random.pick([0, 100, 4_096, 4_194_304]);
  return { octets, cuts: randomCuts(random, octets.length), maxLength };
}

/** Messages by the letter: what a reader must find, up to a fault. */
function expected({ octets, maxLength }: Data): {
  messages: RawMessage[];
  fault: boolean;
} {
  const messages: RawMessage[] = [];
  for (let at = 0; at + PREFIX_LENGTH <= octets.length;) {
    const view = new DataView(octets.buffer, octets.byteOffset + at);
    const length = view.getUint32(1);
    if (octets[at] > 1 || length > maxLength) return { messages, fault: true };
    const start = at + PREFIX_LENGTH;
    if (start + length > octets.length) break;
    const payload = octets.slice(start, start + length);
    messages.push({ compressed: octets[at] === 1, payload });
    at = start + length;
  }
  return { messages, fault: false };
}

/** Reads data; with `eager`, each message is taken as soon as it is there. */
function read(data: Data, eager: boolean): {
  messages: RawMessage[];
  fault: boolean;
} {
  const reader = new MessageReader(data.maxLength);
  const messages: RawMessage[] = [];
  const takeAll = () => {
    while (reader.messages > 0) messages.push(reader.take()!);
    assertEquals(reader.take(), undefined);
  };
  let pushed = 0;
  for (const piece of cutAt(data.octets, data.cuts)) {
    try {
      reader.push(piece);
    } catch (error) {
      assert(error instanceof GrpcError, `${error}`);
      takeAll();
      return { messages, fault: true };
    }
    pushed += piece.length;
    assert(reader.halfLength <= pushed, "More of a message than has come");
    if (eager) takeAll();
  }
  takeAll();
  return { messages, fault: false };
}

/** Data is messages or a typed error, however it is cut and taken. */
export const messageReader: Target<Data> = {
  name: "messages",
  about: "MessageReader on data, against the letter of the protocol",
  generate: randomData,
  run(data) {
    const right = expected(data);
    for (const eager of [true, false]) {
      const found = read(data, eager);
      assertEquals(found.fault, right.fault);
      const { length } = found.messages;
      // Whether messages before a fault are told is left open.
      assert(
        length === right.messages.length || right.fault,
        `${length} found`,
      );
      for (const [i, { compressed, payload }] of found.messages.entries()) {
        assertEquals(compressed, right.messages[i].compressed);
        assertOctets(payload, right.messages[i].payload);
      }
    }
  },
};

/** What is done with an inbox, besides data that comes. */
type Step = "next" | "only" | "end" | "discard";

/** All octets are given back, no more, and every wait comes to an end. */
export const inbox: Target<{ data: Data; steps: Step[] }> = {
  name: "inbox",
  about: "Inbox: data, waits and ends in any order, and what is given back",
  generate: (random) => ({
    data: randomData(random),
    steps: Array.from(
      { length: random.below(12) },
      () =>
        random.pick<Step>(["next", "next", "next", "only", "end", "discard"]),
    ),
  }),
  async run({ data, steps }) {
    let pushed = 0;
    let consumed = 0;
    const inbox = new Inbox(data.maxLength, {
      consumed(octets) {
        assert(octets >= 0, "Less than nothing");
        consumed += octets;
      },
    });
    let open = 0;
    let last: Promise<unknown> = Promise.resolve();
    const wait = (promise: Promise<unknown>) => {
      open++;
      last = promise.then(undefined, (error) => {
        assert(error instanceof GrpcError, `${error}`);
      }).finally(() => open--);
    };
    const pieces = cutAt(data.octets, data.cuts);
    for (let i = 0; i < Math.max(pieces.length, steps.length); i++) {
      if (i < steps.length) await play(inbox, steps[i], open, wait);
      if (i >= pieces.length) continue;
      pushed += pieces[i].length;
      try {
        inbox.push(pieces[i]);
      } catch (error) {
        assert(error instanceof GrpcError, `${error}`);
        inbox.discard(error);
      }
      assert(consumed <= pushed, "More was given back than came");
    }
    inbox.discard(new GrpcError(1, "over"));
    await last;
    assertEquals([open, consumed], [0, pushed]);
  },
};

async function play(
  inbox: Inbox,
  step: Step,
  open: number,
  wait: (promise: Promise<unknown>) => void,
): Promise<void> {
  if (step === "end") inbox.end();
  else if (step === "discard") inbox.discard(new GrpcError(1, "gone"));
  // One waits at a time: that is a rule for its owner.
  else if (open === 0) wait(inbox[step]());
  await Promise.resolve();
}

/** A compressed message, as a peer may make it. */
interface Packed {
  /** What lies in its members, one behind the other. */
  readonly members: Uint8Array[];
  /** Octets that are put in its place. */
  readonly forged: Uint8Array | undefined;
  readonly maxLength: number;
}

/** What was compressed unfolds; what was not is an error, within a limit. */
export const compression: Target<Packed> = {
  name: "compression",
  about: "gzip of several members, and octets that may be no gzip",
  generate: (random) => ({
    members: Array.from({ length: 1 + random.below(3) }, () => {
      const length = random.pick([0, 1, 100, 5_000]);
      return random.oneIn(2)
        ? new Uint8Array(20 * length)
        : random.octets(length);
    }),
    forged: random.oneIn(3)
      ? mutate(random, concat(EMPTY_GZIP, random.octets(random.below(20))))
      : undefined,
    maxLength: random.pick([0, 99, 100, 5_000, 1_000_000]),
  }),
  async run({ members, forged, maxLength }) {
    const payload = forged ??
      concat(...await Promise.all(members.map(compress)));
    let reserved = 0;
    const reserve = (octets: number): undefined => {
      assert(octets >= 0 && octets <= maxLength, `${octets} octets of room`);
      reserved += octets;
    };
    const whole = concat(...members);
    try {
      const message = { compressed: true, payload };
      const unfolded = await decompress(message, "gzip", maxLength, {
        reserve,
      });
      assert(unfolded.length <= maxLength, "Longer than the limit");
      assert(unfolded.length <= reserved, "More than there was room for");
      if (forged === undefined) assertOctets(unfolded, whole);
    } catch (error) {
      assert(error instanceof GrpcError, `${error}`);
      if (forged !== undefined) return;
      assert(whole.length > maxLength, `${error}`);
      assertEquals(error.code, Status.RESOURCE_EXHAUSTED);
    }
  },
};

/** A gzip member of nothing (RFC 1952). */
const EMPTY_GZIP = Uint8Array.of(
  ...[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0],
);
