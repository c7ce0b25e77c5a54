import { assertEquals, assertThrows } from "@std/assert";
import {
  implement,
  serve,
  type ServeOptions,
  type Service,
} from "../../mod.ts";
import { echo, Words } from "../grpc/support/words.ts";

const FUNCTION = "expected a function, received";

const OPTIONS: [options: object, message: string][] = [
  [
    { interceptors: 5 },
    "interceptors: expected an array of functions, received 5",
  ],
  [{ interceptors: null }, "interceptors: expected an array of functions"],
  [{ interceptors: echo.one }, "array of functions, received a function"],
  [{ interceptors: [echo.one, "log"] }, `interceptors[1]: ${FUNCTION} "log"`],
  [{ onHandlerError: "log" }, `Cannot use onHandlerError: ${FUNCTION} "log"`],
  [{ onHandlerError: null }, `Cannot use onHandlerError: ${FUNCTION} null`],
  [{ onEvent: {} }, `Cannot use onEvent: ${FUNCTION} an object`],
  [{ onError: [] }, `Cannot use onError: ${FUNCTION} an array`],
  [
    { hostname: "" },
    'hostname: expected a string that is not empty, received ""',
  ],
  [
    { hostname: 5 },
    "hostname: expected a string that is not empty, received 5",
  ],
  [{ hostname: null }, "hostname: expected a string that is not empty"],
  [
    { clock: Date },
    "clock: expected an object with the functions now, wall, timer",
  ],
  [
    { network: { listen: () => {} } },
    "network: expected an object with the functions connect, listen, resolve",
  ],
  [{ random: Math.random() }, "Cannot use random: expected a function"],
];

const SERVICES: [services: unknown, message: string][] = [
  [
    undefined,
    "services: expected an array of what implement(definition, handlers) makes, received undefined",
  ],
  [implement(Words, echo), "services: expected an array of what implement"],
  [
    [echo],
    "services[0]: expected what implement(definition, handlers) makes, received an object",
  ],
  [[implement(Words, echo), Words], "services[1]: expected what implement"],
  [[undefined], "services[0]: expected what implement"],
];

/** Nothing is bound: the port is free afterwards. */
function assertRefused(
  options: object,
  services: unknown,
  message: string,
): void {
  const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr;
  probe.close();
  const address = { hostname: "127.0.0.1", port };
  const error = assertThrows(
    () =>
      serve({ ...address, ...options } as ServeOptions, services as Service[]),
    TypeError,
    message,
  );
  assertEquals(error.message.split("\n").length, 1);
  Deno.listen(address).close();
}

for (const [index, [options, message]] of OPTIONS.entries()) {
  Deno.test(`serve refuses an option before it listens: ${message} (${index})`, () =>
    assertRefused(options, [implement(Words, echo)], message));
}

for (const [index, [services, message]] of SERVICES.entries()) {
  Deno.test(`serve refuses what is no service before it listens: ${message} (${index})`, () =>
    assertRefused({}, services, message));
}
