/** A load balancer, proxy, NAT or firewall, with the limits it has by default. */
export interface Preset {
  /** Its name in a path, such as `aws-nlb`. */
  readonly name: string;
  /** Its name for people. */
  readonly title: string;
  /**
   * Where it stands: 4 if it forwards TCP, so that PINGs pass through it; 7 if
   * it ends HTTP/2 connections and begins others.
   */
  readonly layer: 4 | 7;
  /**
   * Milliseconds of silence after which it forgets a connection or ends a
   * stream; `undefined` where that depends on its configuration alone.
   */
  readonly idle: number | undefined;
  /**
   * Whose silence counts: that of the connection, or of each stream on it. At
   * layer 7, that of a connection counts only while it has no stream.
   */
  readonly silenceOf: "connection" | "stream";
  /** Whether an HTTP/2 PING is no silence. */
  readonly countsPings: boolean;
  /** What it does then. */
  readonly then: "silent" | "reset" | "close";
  /** What may be set instead; absent if nothing. */
  readonly settable?: string;
  /** Milliseconds that a stream may last at most, whatever it does. */
  readonly streamLifetime?: number;
  /** Milliseconds that a connection may last at most, before a GOAWAY. */
  readonly connectionLifetime?: number;
  /** Milliseconds between PINGs that it sends to the server by itself. */
  readonly pings?: number;
  /** What else one should know. */
  readonly note?: string;
  /** Where this is from: a link. */
  readonly source: string;
}

/** Milliseconds of a second. */
export const SECOND = 1_000;

/** Milliseconds of an hour. */
export const HOUR = 3_600_000;

type Rest =
  & Pick<Preset, "idle" | "source">
  & Partial<Omit<Preset, "name" | "title" | "layer">>;

/** What forwards TCP: it counts whatever passes, PINGs too. */
export function layer4(name: string, title: string, rest: Rest): Preset {
  return {
    name,
    title,
    layer: 4,
    silenceOf: "connection",
    countsPings: true,
    then: "silent",
    ...rest,
  };
}

/** What ends HTTP/2: it counts the octets of each stream, and no PINGs. */
export function layer7(name: string, title: string, rest: Rest): Preset {
  return {
    name,
    title,
    layer: 7,
    silenceOf: "stream",
    countsPings: false,
    then: "close",
    ...rest,
  };
}
