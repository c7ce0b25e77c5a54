// deno-lint-ignore-file no-explicit-any
import type { MethodDefinition, ServiceDefinition } from "./method.ts";

/**
 * The definition of a service that a generator emits without the types of its
 * messages, with the types of the handlers that it emits beside it.
 */
export type TypedAs<Handlers> = {
  readonly [
    Name in keyof Handlers as string extends Name ? never
      : number extends Name ? never
      : Name
  ]: Handlers[Name] extends (call: infer Call, callback: infer Callback) => any
    ? Parameters<Handlers[Name]> extends { readonly length: infer Length } ?
        & MethodDefinition<
          Call extends { request: infer Request } ? Request
            // Node's own `read` comes behind that of grpc-js, and returns anything.
            : Call extends {
              read: {
                (size?: number): infer Request;
                (size?: number): any;
              };
            } ? Request
            : never,
          Length extends 1 ? Call extends {
              _write: {
                (chunk: infer Response, ...rest: any): any;
                (chunk: any, ...rest: any): any;
              };
            } ? Response
            : never
            : Callback extends
              (error: any, value?: infer Response, ...rest: any) => any
              ? NonNullable<Response>
            : never
        >
        & {
          readonly requestStream: Call extends { request: unknown } ? false
            : true;
          readonly responseStream: Length extends 1 ? true : false;
        }
    : never
    : never;
};

/**
 * Gives a definition the types of the handlers that the generator emits beside
 * it, as protobuf-ts (`server_grpc1`) does: its definition alone says that
 * messages may be anything. At run time it is the same object.
 *
 * @example
 * ```ts ignore
 * import { createClient, typedAs } from "@keepalive/grpc";
 * import { type IGreeter, greeterDefinition } from "./greeter.grpc-server.ts";
 *
 * const Greeter = typedAs<IGreeter>(greeterDefinition);
 * const greeter = createClient(Greeter, channel);
 * ```
 *
 * @typeParam Handlers The interface of the handlers for grpc-js.
 * @param definition The definition of the same service.
 */
export function typedAs<Handlers>(
  definition: ServiceDefinition,
): TypedAs<Handlers> {
  return definition as TypedAs<Handlers>;
}
