/** The two tools. */
export type Tool = "server" | "client";

/** How the text of a flag is read. */
export type FlagKind =
  /** `500ms`, `10s`, `5m`, `2h`, `infinity`. */
  | "duration"
  /** A whole number. */
  | "count"
  /** A number of octets. */
  | "octets"
  /** A number from 0 to 1. */
  | "part"
  /** A TCP port. */
  | "port"
  /** `--flag`, `--no-flag`, `--flag=false`. */
  | "boolean"
  /** One of the kinds of call. */
  | "call"
  /** Any text. */
  | "text"
  /** The path of a file in PEM, which is read. */
  | "pem";

/** A value that a flag can have. */
export type FlagValue = number | boolean | string;

/** For a tool that has the flag, but no default for it. */
export const NO_DEFAULT: unique symbol = Symbol("no default");

/** The default of a flag. */
export type FlagDefault = FlagValue | typeof NO_DEFAULT;

/** One flag, and the option that it sets. */
export interface Flag {
  /** The name after `--`. */
  readonly name: string;
  /** The path of the option, as in the options of `dial` and `listen`. */
  readonly option: string;
  /** How its text is read. */
  readonly kind: FlagKind;
  /** What stands for its text in the help; by default the kind. */
  readonly placeholder?: string;
  /** The headline above it in the help. */
  readonly group: string;
  /** What it does. */
  readonly help: string;
  /** The default in the client; absent if the client has no such flag. */
  readonly client?: FlagDefault;
  /** The default in the server; absent if the server has no such flag. */
  readonly server?: FlagDefault;
}
