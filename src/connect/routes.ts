import type { DescMethod, DescService } from "@bufbuild/protobuf";
import {
  type ConnectRouter,
  createMethodImplSpec,
  createServiceImplSpec,
  type Interceptor,
  type MethodImplSpec,
} from "@connectrpc/connect";
import {
  requireFunction,
  requireFunctions,
  requireKnownKeys,
} from "../options/mod.ts";
import type { Service } from "../server/mod.ts";
import { implement } from "../protobuf/mod.ts";
import { handlerOf } from "./handler.ts";

/** What is common to all routes. */
export interface RoutesOptions {
  /** Interceptors of Connect, the first outermost; those of a service come within. */
  interceptors?: Interceptor[];
}

/** A service and what was registered for its methods, by their local names. */
type Registered = Map<DescService, Map<string, Route>>;

/** What is registered for a method. */
interface Route {
  readonly spec: MethodImplSpec;
  readonly interceptors: readonly Interceptor[];
}

/**
 * The services of a router of Connect, for `serve`: handlers, their context,
 * interceptors and errors are Connect's. They are served with gRPC; for the
 * protocols of browsers use one of Connect's own adapters.
 *
 * @param routes What registers services, as for Connect's adapters.
 * @throws {TypeError} If an option is unknown, or of a wrong type.
 */
export function connectRoutes(
  routes: (router: ConnectRouter) => void,
  options: RoutesOptions = {},
): Service[] {
  requireFunction("routes", routes ?? null);
  requireKnownKeys("the options of routes", options, ["interceptors"]);
  requireFunctions("interceptors", options.interceptors);
  const registered: Registered = new Map();
  routes(routerOf(registered, options.interceptors ?? []));
  return [...registered].map(([service, methods]) => {
    const handlers = [...methods].map(([name, { spec, interceptors }]) =>
      [name, handlerOf(spec, interceptors)] as const
    );
    return implement(service, Object.fromEntries(handlers));
  });
}

function routerOf(
  registered: Registered,
  common: readonly Interceptor[],
): ConnectRouter {
  const add = (
    spec: MethodImplSpec,
    method: DescMethod,
    interceptors: readonly Interceptor[] = [],
  ) => {
    const methods = registered.get(method.parent) ?? new Map();
    registered.set(method.parent, methods);
    methods.set(method.localName, {
      spec,
      interceptors: [...common, ...interceptors],
    });
  };
  const router: ConnectRouter = {
    handlers: [],
    service(service, implementation, options) {
      if (!registered.has(service)) registered.set(service, new Map());
      const { methods } = createServiceImplSpec(service, implementation);
      for (const spec of Object.values(methods)) {
        if (!(spec.method.localName in implementation)) continue;
        add(spec, spec.method, options?.interceptors);
      }
      return router;
    },
    rpc(method, implementation, options) {
      const spec = createMethodImplSpec(method, implementation);
      add(spec, method, options?.interceptors);
      return router;
    },
  };
  return router;
}
