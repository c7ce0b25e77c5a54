import type { ClientKeepaliveOptions } from "../../../mod.ts";

/** What the flags of `watch` set. */
export interface WatchSettings {
  /** `--target` */
  readonly target: string;
  /** `--tls` */
  readonly tls: boolean;
  /** The content of `--ca`. */
  readonly ca?: string;
  /** `--keepalive-time` and so on. */
  readonly keepalive: Required<
    Pick<
      ClientKeepaliveOptions,
      "time" | "timeout" | "minimumTime" | "permitWithoutStream"
    >
  >;
  /** `--interval`, in milliseconds. */
  readonly interval: number;
  /** `--web`: the port of the page; `undefined` without one. */
  readonly web?: number;
  /** `--json` */
  readonly json: boolean;
}
