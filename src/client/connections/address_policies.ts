import { Few, type FewOf } from "../../collections/mod.ts";
import type { AdvertisedPolicy } from "../../keepalive/mod.ts";
import type { SessionPolicy } from "../../session/mod.ts";

/** Addresses whose keepalive is remembered; the oldest is forgotten. */
const MOST_ADDRESSES = 100;

/** Where an interval comes from. */
export type KeepaliveSource =
  /** From the options of the channel, or its default. */
  | "option"
  /** The server has told its enforcement policy, which is stricter. */
  | "advertised"
  /** A server has ended a connection with `too_many_pings`. */
  | "learned";

/** The keepalive of the connection to an address that was made last. */
export interface AddressKeepalive {
  /** The address, as `dial` takes it. */
  readonly address: string;
  /** Milliseconds without a read after which a PING is sent. */
  readonly time: number;
  /** Whether PINGs are sent while no call is active. */
  readonly permitWithoutStream: boolean;
  /** Where `time` comes from. */
  readonly source: KeepaliveSource;
  /** When it came into force, in milliseconds since 1970. */
  readonly since: number;
  /** What the hop has told with SETTINGS. */
  readonly settings?: AdvertisedPolicy;
  /** What the server has told with metadata, from end to end. */
  readonly metadata?: AdvertisedPolicy;
}

/** What an interval is without a word of the server. */
export interface OwnKeepalive {
  /** In milliseconds. */
  readonly time: number;
  /** Where it comes from. */
  readonly source: KeepaliveSource;
}

/** The keepalive of some addresses, as the field of a channel holds it. */
export type AddressPolicies = FewOf<string, AddressKeepalive>;

/** What is in force for each address, the one that was heard of last at the end. */
export const ADDRESS_POLICIES = new Few(
  ({ address }: AddressKeepalive) => address,
);

/**
 * The policy of a connection to an address is known, or better known; answers with
 * all that are known then. What a server tells with metadata holds for its later
 * connections from their beginning, as a proxy may have a policy of its own.
 */
export function withPolicy(
  policies: AddressPolicies,
  address: string,
  { time, permitWithoutStream, told }: SessionPolicy,
  own: OwnKeepalive,
  now: number,
): AddressPolicies {
  const before = ADDRESS_POLICIES.get(policies, address);
  const settings = told?.settings;
  const metadata = told?.metadata ?? before?.metadata;
  const source = time > own.time ? "advertised" : own.source;
  const isSame = before?.time === time && before.source === source;
  const known = ADDRESS_POLICIES.with(
    ADDRESS_POLICIES.without(policies, address),
    {
      address,
      time,
      permitWithoutStream,
      source,
      since: isSame ? before.since : now,
      ...(settings && { settings }),
      ...(metadata && { metadata }),
    },
  );
  if (ADDRESS_POLICIES.size(known) <= MOST_ADDRESSES) return known;
  const [oldest] = ADDRESS_POLICIES.values(known);
  return ADDRESS_POLICIES.without(known, oldest.address);
}
