import { requireObject } from "../../options/mod.ts";
import type { Service } from "../implement.ts";
import { ServingStatus } from "./messages.ts";
import { ServedHealth } from "./served_health.ts";
import { Statuses } from "./statuses.ts";

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
  readonly #statuses = new Statuses();

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
   * The service for a server, another one each time: from the moment that
   * `shutdown` of that server begins it is NOT_SERVING there, for good, and what
   * other servers tell of the same health stays as it is.
   */
  get service(): Service {
    return new ServedHealth(this.#statuses).service;
  }

  /**
   * Sets the status of a service, "" for the server; watchers are told. After
   * {@linkcode Health.shutdown} it stays NOT_SERVING.
   *
   * @throws {RangeError} If the status is none of `ServingStatus`.
   */
  set(service: string, status: ServingStatus): void {
    requireStatus(service, status);
    this.#statuses.set(service, status);
  }

  /**
   * Sets all to NOT_SERVING at all servers, for good, so that balancers send
   * nobody here any more. `shutdown` of a server does so for that server before
   * it drains: earlier is better if they need time to notice. The same as
   * `Shutdown` of grpc-go's health server, `enterTerminalState` of grpc-java's.
   */
  shutdown(): void {
    this.#statuses.shutdown();
  }
}

function requireStatus(service: string, status: ServingStatus): void {
  if (Object.values(ServingStatus).includes(status)) return;
  throw new RangeError(
    `Cannot use the status of "${service}": expected a ServingStatus, received ${status}`,
  );
}
