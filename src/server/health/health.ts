import { GrpcError, Status } from "../../grpc/mod.ts";
import { onAbort } from "../../runtime/mod.ts";
import { requireObject } from "../../options/mod.ts";
import {
  type HealthCheckResponse,
  HealthDefinition,
  ServingStatus,
} from "./messages.ts";
import { implement, type Service } from "../implement.ts";

/**
 * The health of a server and its services, as gRPC's
 * {@link https://github.com/grpc/grpc/blob/master/doc/health-checking.md | health checking protocol}
 * has it. Give its {@linkcode Health.service} to `serve`.
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
   * @throws {TypeError} If they are no object.
   * @throws {RangeError} If a status is none of `ServingStatus`.
   */
  constructor(statuses: Readonly<Record<string, ServingStatus>> = {}) {
    requireObject("the statuses", statuses);
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
    requireStatus(service, status);
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
        watch[Symbol.dispose]();
        resolve();
      };
      this.#watchers.add(wake);
      const watch = onAbort(signal, wake);
      if (signal.aborted) wake();
    });
  }
}

function requireStatus(service: string, status: ServingStatus): void {
  if (Object.values(ServingStatus).includes(status)) return;
  throw new RangeError(
    `Cannot use the status of "${service}": expected a ServingStatus, received ${status}`,
  );
}
