import { GrpcError, Status } from "../../grpc/mod.ts";
import { implement, type Service } from "../implement.ts";
import { HEALTH_FILES } from "./health_files.ts";
import {
  type HealthCheckResponse,
  HealthDefinition,
  ServingStatus,
} from "./messages.ts";
import type { Statuses } from "./statuses.ts";

/** Services that are listed at the most, as in grpc-go. */
const MOST_LISTED = 100;

/** Health as one server tells it, whose shutdown is no other's. */
export class ServedHealth {
  readonly #statuses: Statuses;
  #isShutDown = false;

  /** Of what services can do, wherever they are served. */
  constructor(statuses: Statuses) {
    this.#statuses = statuses;
  }

  /** The service for that server. */
  get service(): Service {
    return {
      ...implement(HealthDefinition, {
        check: ({ service }) => this.#check(service),
        list: () => this.#list(),
        watch: ({ service }, { signal, draining }) =>
          this.#watch(service, AbortSignal.any([signal, draining])),
      }),
      descriptors: HEALTH_FILES,
      onShutdown: () => {
        this.#isShutDown = true;
        this.#statuses.wake();
      },
    };
  }

  #statusOf(service: string): ServingStatus | undefined {
    const status = this.#statuses.get(service);
    return status !== undefined && this.#isShutDown
      ? ServingStatus.NOT_SERVING
      : status;
  }

  #list(): { statuses: Record<string, HealthCheckResponse> } {
    const { services } = this.#statuses;
    if (services.length > MOST_LISTED) {
      throw new GrpcError(
        Status.RESOURCE_EXHAUSTED,
        `there are ${services.length} services, and ${MOST_LISTED} are listed at the most`,
      );
    }
    const statuses = services
      .map((service) => [service, this.#check(service)] as const);
    return { statuses: Object.fromEntries(statuses) };
  }

  #check(service: string): HealthCheckResponse {
    const status = this.#statusOf(service);
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
      const status = this.#statusOf(service) ?? ServingStatus.SERVICE_UNKNOWN;
      if (status !== told) {
        told = status;
        yield { status };
      } else if (signal.aborted) {
        break;
      } else {
        await this.#statuses.change(signal);
      }
    }
    throw new GrpcError(Status.UNAVAILABLE, "the connection is retiring");
  }
}
