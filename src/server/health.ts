import { GrpcError, type MethodDefinition, Status } from "../grpc/mod.ts";
import { integerOption } from "../options/mod.ts";
import { implement, type Service } from "./implement.ts";

/** Whether a service can serve (`grpc.health.v1.HealthCheckResponse`). */
export const ServingStatus = {
  /** Nothing is known. */
  UNKNOWN: 0,
  /** It serves. */
  SERVING: 1,
  /** It does not serve at the moment. */
  NOT_SERVING: 2,
  /** `Watch` only: the server does not know the service. */
  SERVICE_UNKNOWN: 3,
} as const;

/** One of the values of {@linkcode ServingStatus}. */
export type ServingStatus = typeof ServingStatus[keyof typeof ServingStatus];

/** The request of both methods: the name of a service, "" for the server. */
export interface HealthCheckRequest {
  /** The name of a service, "" for the server as a whole. */
  service: string;
}

/** The response of both methods. */
export interface HealthCheckResponse {
  /** Whether the service can serve. */
  status: ServingStatus;
}

/** A method of the health service. */
export interface HealthMethod<Stream extends boolean>
  extends MethodDefinition<HealthCheckRequest, HealthCheckResponse> {
  /** The client sends one request. */
  readonly requestStream: false;
  /** Whether the server sends a stream of responses. */
  readonly responseStream: Stream;
}

/** The definition of `grpc.health.v1.Health`, for servers and clients. */
export const HealthDefinition: {
  /** Whether a service can serve now. */
  readonly check: HealthMethod<false>;
  /** The same, and each change from then on. */
  readonly watch: HealthMethod<true>;
} = {
  check: healthMethod("/grpc.health.v1.Health/Check", false),
  watch: healthMethod("/grpc.health.v1.Health/Watch", true),
};

/**
 * The health of a server and its services, as gRPC's health checking protocol
 * tells it. Give its {@linkcode Health.service} to `serve`.
 *
 * @example A service that is not ready yet
 * ```ts
 * import { Health, serve, ServingStatus } from "@keepalive/grpc";
 *
 * const health = new Health({ "echo.Echo": ServingStatus.NOT_SERVING });
 * await using server = serve({ hostname: "127.0.0.1", port: 0 }, [health.service]);
 * health.set("echo.Echo", ServingStatus.SERVING);
 * ```
 */
export class Health {
  readonly #statuses = new Map<string, ServingStatus>();
  readonly #watchers = new Set<() => void>();

  /** The service to serve. */
  readonly service: Service = implement(HealthDefinition, {
    check: ({ service }) => this.#check(service),
    watch: ({ service }, { signal, draining }) =>
      this.#watch(service, AbortSignal.any([signal, draining])),
  });

  /**
   * Starts with the server as a whole serving, and what is given.
   *
   * @throws {RangeError} If a status is none of `ServingStatus`.
   */
  constructor(statuses: Readonly<Record<string, ServingStatus>> = {}) {
    this.set("", ServingStatus.SERVING);
    for (const [service, status] of Object.entries(statuses)) {
      this.set(service, status);
    }
  }

  /**
   * Sets the status of a service, "" for the server; watchers are told.
   *
   * @throws {RangeError} If the status is none of `ServingStatus`.
   */
  set(service: string, status: ServingStatus): void {
    integerOption(`the status of "${service}"`, status, 0, 0, 3);
    this.#statuses.set(service, status);
    for (const wake of this.#watchers) wake();
  }

  #check(service: string): HealthCheckResponse {
    const status = this.#statuses.get(service);
    if (status === undefined) {
      throw new GrpcError(Status.NOT_FOUND, `unknown service "${service}"`);
    }
    return { status };
  }

  async *#watch(
    service: string,
    signal: AbortSignal,
  ): AsyncGenerator<HealthCheckResponse> {
    let told: ServingStatus | undefined;
    while (!signal.aborted) {
      const status = this.#statuses.get(service) ??
        ServingStatus.SERVICE_UNKNOWN;
      if (status === told) {
        await this.#change(signal);
      } else {
        told = status;
        yield { status };
      }
    }
    throw new GrpcError(Status.UNAVAILABLE, "the connection is retiring");
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#watchers.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#watchers.add(wake);
      signal.addEventListener("abort", wake);
      if (signal.aborted) wake();
    });
  }
}

/** Field 1, of the wire types LEN and VARINT (Protocol Buffers encoding). */
const FIELD_1_LEN = 0x0a;
const FIELD_1_VARINT = 0x08;

function healthMethod<Stream extends boolean>(
  path: string,
  responseStream: Stream,
): HealthMethod<Stream> {
  return {
    path,
    requestStream: false,
    responseStream,
    requestSerialize: encodeRequest,
    requestDeserialize: decodeRequest,
    responseSerialize: encodeResponse,
    responseDeserialize: decodeResponse,
  };
}

function encodeRequest({ service }: HealthCheckRequest): Uint8Array {
  const name = new TextEncoder().encode(service);
  if (name.length === 0) return name;
  return Uint8Array.from([FIELD_1_LEN, ...encodeVarint(name.length), ...name]);
}

function decodeRequest(octets: Uint8Array): HealthCheckRequest {
  let service = "";
  for (let at = 0; at < octets.length;) {
    if (octets[at] !== FIELD_1_LEN) throw new TypeError("Unknown field");
    const [length, start] = decodeVarint(octets, at + 1);
    if (start + length > octets.length) throw new TypeError("Truncated");
    at = start + length;
    service = new TextDecoder().decode(octets.subarray(start, at));
  }
  return { service };
}

function encodeResponse({ status }: HealthCheckResponse): Uint8Array {
  return Uint8Array.from(status === 0 ? [] : [FIELD_1_VARINT, status]);
}

function decodeResponse(octets: Uint8Array): HealthCheckResponse {
  if (octets.length === 0) return { status: ServingStatus.UNKNOWN };
  if (octets[0] !== FIELD_1_VARINT) throw new TypeError("Unknown field");
  const [status] = decodeVarint(octets, 1);
  return { status: status as ServingStatus };
}

function encodeVarint(value: number): number[] {
  return value < 0x80
    ? [value]
    : [value & 0x7f | 0x80, ...encodeVarint(value >>> 7)];
}

function decodeVarint(octets: Uint8Array, at: number): [number, number] {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const octet = octets[at++];
    if (octet === undefined) break;
    value += (octet & 0x7f) * 2 ** shift;
    if (octet < 0x80) return [value, at];
  }
  throw new TypeError("Malformed varint");
}
