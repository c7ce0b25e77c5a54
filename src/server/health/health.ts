import { GrpcError, Status } from "../../grpc/mod.ts";
import { onAbort } from "../../runtime/mod.ts";
import { requireObject } from "../../options/mod.ts";
import { HEALTH_FILES } from "./health_files.ts";
import {
  type HealthCheckResponse,
  HealthDefinition,
  ServingStatus,
} from "./messages.ts";
import { implement, type Service } from "../implement.ts";

/** Services that are listed at the most, as in grpc-go. */
const MOST_LISTED = 100;

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
  #isShutDown = false;

  /** The service to serve. */
  readonly service: Service = {
    ...implement(HealthDefinition, {
      check: ({ service }) => this.#check(service),
      list: () => this.#list(),
      watch: ({ service }, { signal, draining }) =>
        this.#watch(service, AbortSignal.any([signal, draining])),
    }),
    descriptors: HEALTH_FILES,
    onShutdown: () => this.shutdown(),
  };

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
   * Sets the status of a service, "" for the server; watchers are told. After
   * {@linkcode Health.shutdown} it stays NOT_SERVING.
   *
   * @throws {RangeError} If the status is none of `ServingStatus`.
   */
  set(service: string, status: ServingStatus): void {
    requireStatus(service, status);
    const kept = this.#isShutDown ? ServingStatus.NOT_SERVING : status;
    this.#statuses.set(service, kept);
    for (const wake of this.#watchers) wake();
  }

  /**
   * Sets all to NOT_SERVING, for good, so that balancers send nobody here any
   * more. `shutdown` of a server does so before it drains: earlier is better if
   * they need time to notice. The same as `Shutdown` of grpc-go's health server,
   * `enterTerminalState` of grpc-java's.
   */
  shutdown(): void {
    this.#isShutDown = true;
    for (const service of this.#statuses.keys()) {
      this.#statuses.set(service, ServingStatus.NOT_SERVING);
    }
    for (const wake of this.#watchers) wake();
  }

  #list(): { statuses: Record<string, HealthCheckResponse> } {
    if (this.#statuses.size > MOST_LISTED) {
      throw new GrpcError(
        Status.RESOURCE_EXHAUSTED,
        `there are ${this.#statuses.size} services, and ${MOST_LISTED} are listed at the most`,
      );
    }
    const statuses = [...this.#statuses]
      .map(([service, status]) => [service, { status }]);
    return { statuses: Object.fromEntries(statuses) };
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
    while (true) {
      const status = this.#statuses.get(service) ??
        ServingStatus.SERVICE_UNKNOWN;
      if (status !== told) {
        told = status;
        yield { status };
      } else if (signal.aborted) {
        break;
      } else {
        await this.#change(signal);
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
