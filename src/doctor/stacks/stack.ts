import type { Form } from "./form.ts";

/** What a client can be told, in the words of this library. */
export type ClientField =
  | "time"
  | "timeout"
  | "permitWithoutStream"
  | "maxPingsWithoutData"
  | "minimumTime"
  | "jitter"
  | "idleTimeout"
  | "verifies"
  | "verifyAfter"
  | "maxBackoff"
  | "heartbeats"
  | "heartbeat"
  | "heartbeatTimeout"
  | "pingTimeout";

/** What a server can be told, in the words of this library. */
export type ServerField =
  | "time"
  | "timeout"
  | "minimumTime"
  | "minTime"
  | "permitWithoutStream"
  | "maxPingStrikes"
  | "tolerance"
  | "maxConnectionIdle"
  | "maxConnectionAge"
  | "maxConnectionAgeGrace"
  | "advertises"
  | "heartbeats"
  | "longestHeartbeat"
  | "minHeartbeat";

/** The names of the stacks. */
export type StackName =
  | "keepalive"
  | "grpc-go"
  | "grpc-core"
  | "grpc-java"
  | "grpc-js"
  | "tonic"
  | "envoy";

/** One option of a stack. */
export interface Option<Field> {
  /** Its name, with those of the objects around it before it. */
  readonly key: string;
  /** Other ways to write the name. */
  readonly aliases?: readonly string[];
  /** What it sets; absent if it has no effect on anything looked at. */
  readonly field?: Field;
  /** How its value is written. */
  readonly form?: Form;
  /** Milliseconds to which the stack raises a smaller value by itself. */
  readonly least?: number;
  /** Milliseconds from which on the stack takes it for never. */
  readonly never?: number;
  /** Whether a zero stands for the default. */
  readonly isDefaultAtZero?: boolean;
  /** The option that was meant, of one that the stack ignores without a word. */
  readonly meant?: string;
}

/** The value of each field; one that is absent the stack does not have. */
export type Values<Field extends string> = {
  readonly [field in Field]?: field extends Flag ? boolean : number;
};

/** The fields that are true or false. */
type Flag = "permitWithoutStream" | "verifies" | "heartbeats" | "advertises";

/** The words of a stack for one end. */
export interface Side<Field extends string> {
  /** What may be set. */
  readonly options: readonly Option<Field>[];
  /** What holds for a field that is not set. */
  readonly defaults: Values<Field>;
  /** What holds besides, if a group of options is given at all. */
  readonly ofGroup?: Readonly<Record<string, Values<Field>>>;
}

/** What a stack does by itself. */
export interface Habits {
  /** Whether a client waits longer after `too_many_pings`. */
  readonly slowsDown: boolean;
  /** Whether only the answer to a PING counts as life, and no other octet. */
  readonly onlyAcks: boolean;
  /** Whether it sends PINGs to measure bandwidth, which servers count. */
  readonly probesBandwidth: boolean;
  /** Whether it notices that the process was frozen or the machine slept. */
  readonly noticesFreezes: boolean;
  /** Whether a server polices the PINGs of clients. */
  readonly enforces: boolean;
  /** Whether a client keeps to the policy that a server tells. */
  readonly heedsPolicy: boolean;
}

/** A gRPC library, or a proxy that acts as one. */
export interface Stack {
  /** Its name among the options. */
  readonly name: StackName;
  /** Its name for people. */
  readonly title: string;
  /** What its options look like, if it is not named: a key that tells it. */
  readonly sign: RegExp;
  /** Its words as a client. */
  readonly client: Side<ClientField>;
  /** Its words as a server. */
  readonly server: Side<ServerField>;
  /** What it does by itself. */
  readonly habits: Habits;
  /** Where its defaults are written: a link. */
  readonly source: string;
}
