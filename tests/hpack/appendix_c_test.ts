import { assertEquals } from "@std/assert";
import {
  type EncodableHeaderField,
  type HeaderField,
  HpackDecoder,
  HpackEncoder,
  type Indexing,
} from "../../src/hpack/mod.ts";
import { hex, octets, plain } from "./support.ts";

interface Step {
  readonly block: string;
  /** Where the encoder's choice differs. */
  readonly encoded?: string;
  readonly headers: readonly HeaderField[];
  readonly entries: readonly HeaderField[];
  readonly size: number;
}

function representation(
  section: string,
  indexing: Indexing,
  block: string,
  field: EncodableHeaderField,
  size: number,
) {
  Deno.test(`RFC 7541 ${section} is encoded and decoded to the octet`, () => {
    const encoder = new HpackEncoder({
      huffman: false,
      indexing: () => indexing,
    });
    const decoder = new HpackDecoder();
    assertEquals(hex(encoder.encode([field])), hex(octets(block)));
    assertEquals(decoder.decode(octets(block)), plain([field]));
    const entries = size > 0 ? plain([field]) : [];
    assertEquals(encoder.snapshot(), { size, maxSize: 4096, entries });
    assertEquals(decoder.snapshot(), { size, maxSize: 4096, entries });
  });
}

representation(
  "C.2.1 (literal with indexing)",
  "incremental",
  "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
  ["custom-key", "custom-header"],
  55,
);
representation(
  "C.2.2 (literal without indexing)",
  "none",
  "040c 2f73 616d 706c 652f 7061 7468",
  [":path", "/sample/path"],
  0,
);
representation(
  "C.2.3 (literal never indexed)",
  "incremental",
  "1008 7061 7373 776f 7264 0673 6563 7265 74",
  ["password", "secret", { sensitive: true }],
  0,
);
representation(
  "C.2.4 (indexed)",
  "incremental",
  "82",
  [":method", "GET"],
  0,
);

function sequence(
  section: string,
  options: { readonly maxTableSize: number; readonly huffman: boolean },
  steps: readonly Step[],
) {
  Deno.test(`RFC 7541 ${section} is decoded to the octet`, () => {
    const decoder = new HpackDecoder({ maxTableSize: options.maxTableSize });
    for (const { block, headers, entries, size } of steps) {
      assertEquals(decoder.decode(octets(block)), headers);
      const { maxTableSize: maxSize } = options;
      assertEquals(decoder.snapshot(), { size, maxSize, entries });
    }
  });

  Deno.test(`RFC 7541 ${section} is encoded to the octet`, () => {
    const encoder = new HpackEncoder({
      ...options,
      indexing: () => "incremental",
    });
    // The appendix takes the table size as agreed: no update is shown.
    if (options.maxTableSize < 4096) encoder.encode([]);
    for (const { block, encoded, headers, entries, size } of steps) {
      assertEquals(hex(encoder.encode(headers)), hex(octets(encoded ?? block)));
      const { maxTableSize: maxSize } = options;
      assertEquals(encoder.snapshot(), { size, maxSize, entries });
    }
  });
}

const authority: HeaderField = [":authority", "www.example.com"];
const noCache: HeaderField = ["cache-control", "no-cache"];
const custom: HeaderField = ["custom-key", "custom-value"];

function requests(...blocks: [string, string, string]): Step[] {
  const get: HeaderField = [":method", "GET"];
  const http: HeaderField = [":scheme", "http"];
  const root: HeaderField = [":path", "/"];
  return [
    {
      block: blocks[0],
      headers: [get, http, root, authority],
      entries: [authority],
      size: 57,
    },
    {
      block: blocks[1],
      headers: [get, http, root, authority, noCache],
      entries: [noCache, authority],
      size: 110,
    },
    {
      block: blocks[2],
      headers: [
        get,
        [":scheme", "https"],
        [":path", "/index.html"],
        authority,
        custom,
      ],
      entries: [custom, noCache, authority],
      size: 164,
    },
  ];
}

sequence(
  "C.3 (requests)",
  { maxTableSize: 4096, huffman: false },
  requests(
    "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
    "8286 84be 5808 6e6f 2d63 6163 6865",
    "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
  ),
);
sequence(
  "C.4 (requests in Huffman code)",
  { maxTableSize: 4096, huffman: true },
  requests(
    "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
    "8286 84be 5886 a8eb 1064 9cbf",
    "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
  ),
);

function responses(...blocks: [string, string, string]): Step[] {
  const priv: HeaderField = ["cache-control", "private"];
  const date21: HeaderField = ["date", "Mon, 21 Oct 2013 20:13:21 GMT"];
  const date22: HeaderField = ["date", "Mon, 21 Oct 2013 20:13:22 GMT"];
  const location: HeaderField = ["location", "https://www.example.com"];
  const gzip: HeaderField = ["content-encoding", "gzip"];
  const cookie: HeaderField = [
    "set-cookie",
    "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
  ];
  return [
    {
      block: blocks[0],
      headers: [[":status", "302"], priv, date21, location],
      entries: [location, date21, priv, [":status", "302"]],
      size: 222,
    },
    {
      block: blocks[1],
      headers: [[":status", "307"], priv, date21, location],
      entries: [[":status", "307"], location, date21, priv],
      size: 222,
    },
    {
      block: blocks[2],
      headers: [[":status", "200"], priv, date22, location, gzip, cookie],
      entries: [cookie, gzip, date22],
      size: 215,
    },
  ];
}

sequence(
  "C.5 (responses with evictions)",
  { maxTableSize: 256, huffman: false },
  responses(
    `4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230
    3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65
    7861 6d70 6c65 2e63 6f6d`,
    "4803 3330 37c1 c0bf",
    `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220
    474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157
    454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076
    6572 7369 6f6e 3d31`,
  ),
);
const huffmanResponses = responses(
  `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0
    82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3`,
  "4883 640e ffc1 c0bf",
  `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b
    d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27
    0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07`,
);
// The appendix writes "307" in Huffman code although that is no shorter.
huffmanResponses[1] = {
  ...huffmanResponses[1],
  encoded: "4803 3330 37c1 c0bf",
};
sequence(
  "C.6 (responses in Huffman code with evictions)",
  { maxTableSize: 256, huffman: true },
  huffmanResponses,
);
