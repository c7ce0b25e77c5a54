import type { Endpoint } from "../endpoint/mod.ts";
import type { SchemaFiles } from "../schema_flags.ts";

/** What the flags of `call` ask for. */
export interface CallSettings {
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly files: SchemaFiles;
  /** JSON, `@` for the standard input, `@` and a path for a file. */
  readonly data?: string;
  /** `name: value` each. */
  readonly headers: readonly string[];
  /** Milliseconds. */
  readonly deadline: number;
  /** Octets of the longest response. */
  readonly maxMessage?: number;
  readonly emitDefaults: boolean;
  readonly allowUnknownFields: boolean;
  readonly verbose: boolean;
  readonly json: boolean;
}
