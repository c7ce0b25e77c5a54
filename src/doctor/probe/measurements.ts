import type { Setting } from "../../frames/mod.ts";
import type { HeaderField } from "../../hpack/mod.ts";
import type { AdvertisedPolicy } from "../../keepalive/mod.ts";
import type { EnforcementResult } from "./enforcement/mod.ts";
import type { PeerStack } from "./fingerprint.ts";
import type { Hop } from "./hop.ts";
import type { Latency } from "./latency.ts";
import type { Lifetimes } from "./lifetime.ts";
import type { Services } from "./services.ts";

/** What a probe has measured; what is `undefined` was not, or not yet. */
export interface ProbeMeasurements {
  /** The address of the server. */
  readonly peer: string;
  /** The protocol that ALPN agreed on; `undefined` without TLS. */
  readonly alpn: "h2" | undefined;
  /** Milliseconds that it took to connect, TLS and SETTINGS included. */
  readonly connectedIn: number;
  /** The first SETTINGS of the server, with identifiers of any kind. */
  readonly settings: readonly Setting[];
  /** Octets that the server added to the window of the connection. */
  readonly windowIncrement: number;
  /** Which stack sends such SETTINGS. */
  readonly stack: PeerStack | undefined;
  /** What the server tells of its policy in SETTINGS. */
  readonly policy: AdvertisedPolicy | undefined;
  /** What the server tells of its policy in response metadata. */
  readonly policyMetadata: AdvertisedPolicy | undefined;
  /** The services for tools. */
  readonly services: Services | undefined;
  /** How fast PINGs and calls are answered. */
  readonly latency: Latency | undefined;
  /** Whether a proxy is in between. */
  readonly hop: Hop | undefined;
  /** The header fields of a response. */
  readonly headers: readonly HeaderField[];
  /** Which method was held open; `undefined` if none can be. */
  readonly streamMethod: string | undefined;
  /** What it takes for too many PINGs. */
  readonly enforcement: EnforcementResult | undefined;
  /** How long connections last on which nothing is said. */
  readonly lifetimes: Lifetimes | undefined;
}
