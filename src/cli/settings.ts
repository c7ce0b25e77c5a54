import type {
  ClientKeepaliveOptions,
  ConnectionAgeOptions,
  EnforcementOptions,
  ListenTlsOptions,
  ServerKeepaliveOptions,
} from "../../mod.ts";

/** The kinds of call. */
export const CALL_KINDS = [
  "unary",
  "server-stream",
  "client-stream",
  "bidi",
] as const;

/** One of {@linkcode CALL_KINDS}. */
export type CallKind = typeof CALL_KINDS[number];

/** Which calls the client makes. */
export interface CallSettings {
  /** `--call`; no calls without it. */
  readonly kind?: CallKind;
  /** `--size`, in octets. */
  readonly size: number;
  /** `--count` */
  readonly count: number;
  /** `--interval`, in milliseconds. */
  readonly interval: number;
  /** `--deadline`, in milliseconds. */
  readonly deadline: number;
}

/** What the flags of the client set, see `FLAGS`. */
export interface ClientSettings {
  /** `--target` */
  readonly target: string;
  /** `--tls` */
  readonly tls: boolean;
  /** The content of `--ca`. */
  readonly ca?: string;
  /** `--system-ca` */
  readonly systemCa: boolean;
  /** `--reconnect` */
  readonly reconnect: boolean;
  /** `--reconnect-pause`, in milliseconds. */
  readonly reconnectPause: number;
  /** `--call` and so on. */
  readonly call: CallSettings;
  /** `--json` */
  readonly json: boolean;
  /** `--keepalive-time` and so on. */
  readonly keepalive: Required<ClientKeepaliveOptions>;
}

/** What the flags of the server set, see `FLAGS`. */
export interface ServerSettings {
  /** `--host` */
  readonly hostname?: string;
  /** `--port` */
  readonly port: number;
  /** `--unix` */
  readonly path?: string;
  /** The content of `--tls-cert` and `--tls-key`. */
  readonly tls?: ListenTlsOptions;
  /** `--shutdown-grace`, in milliseconds. */
  readonly shutdownGrace: number;
  /** `--json` */
  readonly json: boolean;
  /** `--keepalive-time`, `--max-connection-age` and so on. */
  readonly keepalive: Required<ServerKeepaliveOptions & ConnectionAgeOptions>;
  /** `--min-time` and so on. */
  readonly enforcement:
    & Required<Omit<EnforcementOptions, "tolerance" | "pathIdleLimit">>
    & Pick<EnforcementOptions, "tolerance" | "pathIdleLimit">;
}

/** The settings of each tool. */
export interface Settings {
  /** Those of the client. */
  readonly client: ClientSettings;
  /** Those of the server. */
  readonly server: ServerSettings;
}
