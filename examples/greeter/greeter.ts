/**
 * The greeter, under the name that it has in `helloworld.proto`.
 *
 * @module
 */
export {
  GreeterService as Greeter,
  type HelloReply,
  type HelloRequest,
} from "./generated/helloworld.ts";
