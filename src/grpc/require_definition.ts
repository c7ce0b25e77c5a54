import { display } from "../options/mod.ts";
import {
  isMethodPath,
  type MethodDefinition,
  type ServiceDefinition,
} from "./method.ts";

/** The functions of a method that one end needs. */
type Codec = Exclude<
  keyof MethodDefinition<unknown, unknown>,
  "path" | "requestStream" | "responseStream"
>;

/**
 * Refuses what is no service definition, such as the constructor of a client
 * that some generators emit beside it, before the first call fails over it.
 *
 * @param purpose What it is for, for the message.
 * @param needed The functions that this end will call.
 * @throws {TypeError} If it cannot be used.
 */
export function requireDefinition(
  purpose: string,
  definition: ServiceDefinition,
  needed: readonly Codec[],
): void {
  const isObject = typeof definition === "object" && definition !== null &&
    !Array.isArray(definition);
  const foreign = isObject ? foreignName(definition) : display(definition);
  if (foreign !== undefined) {
    throw new TypeError(
      `Cannot ${purpose}: expected a service definition as code generators for grpc-js emit it, received ${foreign}`,
    );
  }
  const methods = Object.entries(definition);
  if (methods.length === 0) {
    throw new TypeError(
      `Cannot ${purpose}: expected a service definition with methods, received one without: is it the service of the generated code?`,
    );
  }
  for (const [name, method] of methods) {
    const problem = problemOf(method, needed);
    if (problem === undefined) continue;
    throw new TypeError(
      `Cannot ${purpose}: expected method "${name}" of the service definition to have ${problem}`,
    );
  }
}

/** What to say of a service of protobuf-es, whose `kind` is a string. */
function foreignName(definition: object): string | undefined {
  const { kind, typeName } = definition as Record<string, unknown>;
  if (kind !== "service" || typeof typeName !== "string") return undefined;
  return `${typeName} of protobuf-es: that is for the function of the same name in @keepalive/grpc/protobuf`;
}

function problemOf(
  method: MethodDefinition<unknown, unknown>,
  needed: readonly Codec[],
): string | undefined {
  if (!isMethodPath(method?.path)) {
    return `a path such as "/echo.Echo/Unary", received ${
      display(method?.path)
    }`;
  }
  const missing = needed.find((name) => typeof method[name] !== "function");
  if (missing === undefined) return undefined;
  return `the function ${missing}, received ${display(method[missing])}`;
}
