import type { AnyHandler, Handlers, Implementation } from "./calls/mod.ts";
import {
  type AnyService,
  methodNames,
  requireDefinition,
  type ServiceDefinition,
  toServiceDefinition,
} from "../grpc/mod.ts";
import { requireKnownKeys } from "../options/mod.ts";

/** A service that can be served. */
export interface Service {
  /** The service definition. */
  readonly definition: ServiceDefinition;
  /** What implements each path; only `serve` looks inside. */
  readonly implementations: ReadonlyMap<string, unknown>;
  /**
   * The files that declare it, as octets of `FileDescriptorProto`, with all that
   * they import, if they are known: for `reflection` of
   * `@keepalive/grpc/reflection`.
   */
  readonly descriptors?: () => readonly Uint8Array[];
  /** Is called when `shutdown` of its server begins. */
  readonly onShutdown?: () => void;
}

/**
 * Implements a service, for `serve`. A handler gets a request, or an async
 * iterable of them, and a `CallContext`; it answers with a response, a promise
 * of one, or an iterable of them. To end a call with a status, it throws a
 * `GrpcError`.
 *
 * @example One method of the health service
 * ```ts
 * import {
 *   GrpcError,
 *   HealthDefinition,
 *   implement,
 *   ServingStatus,
 *   Status,
 * } from "@keepalive/grpc";
 *
 * const health = implement(HealthDefinition, {
 *   check({ service }, call) {
 *     if (service !== "") {
 *       throw new GrpcError(Status.NOT_FOUND, `no "${service}" here`);
 *     }
 *     call.headers.set("x-peer", call.peer);
 *     return { status: ServingStatus.SERVING };
 *   },
 * });
 * ```
 *
 * @param service What code generators emit: a definition in the shape of grpc-js,
 * a generic one of ts-proto, or the constructor of a client of grpc-js.
 * @param handlers By the names of the definition, such as the methods of a
 * class; what is left out answers UNIMPLEMENTED.
 * @throws {TypeError} If the definition is none, or a handler has a name that
 * it has not, or is no function.
 */
export function implement<Given extends AnyService>(
  service: Given,
  handlers: NoInfer<Handlers<Given>>,
): Service {
  const definition = toServiceDefinition(service);
  requireDefinition("implement a service", definition, [
    "requestDeserialize",
    "responseSerialize",
  ]);
  const entries = Object.entries(definition);
  const named = handlers as Readonly<Record<string, unknown>>;
  requireKnownHandlers(
    handlers,
    entries.flatMap(([name]) => methodNames(name, definition)),
  );
  const implementations = new Map<string, Implementation>();
  for (const [name, method] of entries) {
    const given = methodNames(name, definition)
      .filter((each) => named[each] !== undefined);
    if (given.length === 0) continue;
    if (given.length > 1) {
      throw new TypeError(
        `Cannot implement "${name}": expected one handler, received two, ${
          given.map((each) => `"${each}"`).join(" and ")
        }`,
      );
    }
    const handler = named[given[0]];
    if (typeof handler !== "function") {
      throw new TypeError(
        `Cannot implement "${name}": expected a function, received ${typeof handler}`,
      );
    }
    const bound = (handler as AnyHandler).bind(handlers);
    implementations.set(method.path, { method, handler: bound });
  }
  return { definition, implementations };
}

/** An object may have a state besides its handlers, but no others of them. */
function requireKnownHandlers(
  handlers: object,
  known: readonly string[],
): void {
  const isInstance = typeof handlers === "object" && handlers !== null &&
    ![Object.prototype, null].includes(Object.getPrototypeOf(handlers));
  if (!isInstance) requireKnownKeys("the handlers", handlers, known);
}

/**
 * The implementations of all services, by their paths.
 *
 * @throws {TypeError} If two services have a path in common.
 */
export function mergeServices(
  services: readonly Service[],
): Map<string, Implementation> {
  const merged = new Map<string, Implementation>();
  for (const { implementations } of services) {
    for (const [path, implementation] of implementations) {
      if (merged.has(path)) {
        throw new TypeError(`Cannot serve ${path}: it is implemented twice`);
      }
      merged.set(path, implementation as Implementation);
    }
  }
  return merged;
}
