import { Buffer } from "node:buffer";
import { rpcType } from "./google_rpc.ts";

/** A detail: a message of `google.rpc`, or the octets of an unknown type in hex. */
export interface Detail {
  readonly "@type": string;
  readonly [field: string]: unknown;
}

/** How a call fails. */
export interface Failure {
  readonly code: number;
  readonly message: string;
  readonly details: readonly Detail[];
}

const GOOGLE = "type.googleapis.com/google.rpc.";

/** The failures that each stack sends, by the name that a call asks for. */
export const failures: Readonly<Record<string, Failure>> = {
  several: {
    code: 9,
    message: "Straße zu 100 % gesperrt ☔",
    details: [
      {
        "@type": `${GOOGLE}ErrorInfo`,
        reason: "CLOSED",
        domain: "roads.example",
        metadata: { until: "März" },
      },
      {
        "@type": `${GOOGLE}BadRequest`,
        fieldViolations: [
          { field: "from", description: "gesperrt" },
          { field: "to", description: "zu weit" },
        ],
      },
      { "@type": `${GOOGLE}ErrorInfo`, reason: "WET" },
    ],
  },
  unknown: {
    code: 10,
    message: "unknown",
    details: [
      { "@type": "types.example/no.such.Type", octets: "082a" },
      { "@type": `${GOOGLE}ErrorInfo`, reason: "AFTER" },
    ],
  },
  none: { code: 5, message: "", details: [] },
};

/** `google.protobuf.Any` of a detail. */
export function packed(
  { "@type": typeUrl, ...message }: Detail,
): { typeUrl: string; value: Uint8Array } {
  const value = typeUrl.startsWith(GOOGLE)
    ? rpcType(typeUrl.slice(GOOGLE.length)).toBinary(message)
    : Buffer.from(String(message.octets), "hex");
  return { typeUrl, value };
}

/** The detail in `google.protobuf.Any`. */
export function unpacked(
  { typeUrl, value }: { typeUrl: string; value: Uint8Array },
): Detail {
  const fields = typeUrl.startsWith(GOOGLE)
    ? rpcType(typeUrl.slice(GOOGLE.length)).fromBinary(value)
    : { octets: Buffer.from(value).toString("hex") };
  return { "@type": typeUrl, ...fields };
}
