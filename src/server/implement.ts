import type { AnyHandler, Handlers, ServiceDefinition } from "../grpc/mod.ts";
import type { Implementation } from "../grpc/handler.ts";

/** A service that can be served. */
export interface Service {
  /** The service definition. */
  readonly definition: ServiceDefinition;
  /** What implements each path. */
  readonly implementations: ReadonlyMap<string, Implementation>;
}

/**
 * Implements a service.
 *
 * @param definition In the shape of grpc-js, as code generators emit it.
 * @param handlers By the names of the definition; what is left out answers
 * UNIMPLEMENTED.
 * @throws {TypeError} If a handler has a name that the definition has not.
 */
export function implement<Definition extends ServiceDefinition>(
  definition: Definition,
  handlers: Handlers<Definition>,
): Service {
  const implementations = new Map<string, Implementation>();
  for (const [name, handler] of Object.entries(handlers)) {
    const method = definition[name];
    if (method === undefined) {
      throw new TypeError(
        `Cannot implement "${name}": the definition has ${
          Object.keys(definition).join(", ")
        }`,
      );
    }
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
