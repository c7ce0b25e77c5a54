import { assert, assertEquals } from "@std/assert";
import {
  decodeStatusMessage,
  decodeTimeout,
  encodeStatusMessage,
  encodeTimeout,
  Metadata,
  type MetadataValue,
} from "../../../src/grpc/mod.ts";
import {
  readTrailers,
  responseProblem,
} from "../../../src/client/calls/response_head.ts";
import { randomFields } from "../inputs/fields.ts";
import { randomText } from "../inputs/octets.ts";
import type { Target } from "../target.ts";

/** What arrives is metadata that can be sent, and arrives again as it was. */
export const receivedMetadata: Target<{ fields: [string, string][] }> = {
  name: "metadata-received",
  about: "fields to Metadata, trailers and heads; and on to the next hop",
  generate: (random) => ({ fields: randomFields(random, 10) }),
  run({ fields }) {
    const metadata = Metadata.fromFields(fields);
    for (const [name, value] of metadata) {
      assertEquals(value instanceof Uint8Array, name.endsWith("-bin"));
      assert(!name.startsWith(":"), "A pseudo-header field as metadata");
    }
    const again = Metadata.fromFields(plain(metadata));
    assertEquals([...again], [...metadata]);
    for (const hasHead of [true, false]) {
      const { error, trailers } = readTrailers(fields, hasHead);
      assert(error === undefined || error.code !== 0, "An error that is OK");
      assertEquals([...trailers], [...metadata]);
    }
    responseProblem(fields);
  },
};

/** What a caller makes is refused by type, or arrives. */
export const givenMetadata: Target<{ entries: [string, MetadataValue][] }> = {
  name: "metadata-given",
  about: "keys and values of a caller to fields, and back",
  generate: (random) => ({
    entries: Array.from({ length: random.below(6) }, () => {
      const key = random.pick([
        "x-a",
        "X-B",
        "x-c-bin",
        "x.d_e-1",
        "te",
        "grpc-x",
      ]);
      const value = key.endsWith("-bin") !== random.oneIn(8)
        ? random.octets(random.below(12))
        : randomText(random, 12);
      return [random.oneIn(8) ? randomText(random, 8) : key, value];
    }),
  }),
  run({ entries }) {
    const metadata = new Metadata();
    for (const [key, value] of entries) {
      const before = metadata.size;
      try {
        metadata.append(key, value);
      } catch (error) {
        assert(error instanceof TypeError, `${error}`);
        assertEquals(metadata.size, before);
      }
    }
    assertEquals([...new Metadata(metadata)], [...metadata]);
    const fields = plain(metadata);
    for (const [name, value] of fields) {
      assert(/^[0-9a-z_.-]+$/.test(name), "A name that HTTP/2 forbids");
      assert(/^[ -~]*$/.test(value), "A value that is not printable ASCII");
      assertEquals(value, value.trim(), "White space that HTTP/2 forbids");
    }
    const arrived = Metadata.fromFields(fields);
    assertEquals([...arrived], [...metadata]);
  },
};

/** A status message arrives whole; what is no code is left as it came. */
export const statusMessage: Target<{ message: string; received: string }> = {
  name: "status-message",
  about: "percent encoding of status messages",
  generate: (random) => ({
    message: randomText(random, 30),
    received: randomText(random, 30).replace(/[^\0-\xff]/g, "%"),
  }),
  run({ message, received }) {
    const coded = encodeStatusMessage(message);
    assert(/^[ -~]*$/.test(coded), "Not printable ASCII");
    assertEquals(decodeStatusMessage(coded), message.toWellFormed());
    const text = decodeStatusMessage(received);
    assert(text.length <= received.length, "Longer than what came");
    assert(text.isWellFormed(), "Half a character");
  },
};

/** A timeout is never shortened, and at most by a unit longer. */
export const timeouts: Target<{ milliseconds: number; text: string }> = {
  name: "timeouts",
  about: "grpc-timeout: numbers to text and back, and any text",
  generate: (random) => ({
    milliseconds: random.oneIn(10)
      ? random.pick([0, -1, -0, NaN, Infinity, 1e300, 5e-324])
      : 2 ** random.below(60) * (random.below(1_000) / 500),
    text: random.oneIn(2)
      ? `${random.below(2 ** 31)}${
        random.pick(["H", "M", "S", "m", "u", "n", "x", ""])
      }`
      : randomText(random, 10),
  }),
  run({ milliseconds, text }) {
    const decoded = decodeTimeout(text);
    assert(decoded === undefined || decoded >= 0 && decoded < Infinity);
    if (Number.isNaN(milliseconds)) return;
    const coded = encodeTimeout(milliseconds);
    assert(/^\d{1,8}[HMSmun]$/.test(coded), coded);
    const arrived = decodeTimeout(coded)!;
    const most = 99_999_999 * 3_600_000;
    assert(arrived >= Math.min(milliseconds, most), "Shorter than it was");
    const isOn = Math.max(milliseconds, 0) * 1.001 + 1;
    assert(arrived <= isOn || milliseconds > 99_999_999, "Much longer");
  },
};

function plain(metadata: Metadata): [string, string][] {
  return metadata.toFields().map(([name, value]) => [name, value]);
}
