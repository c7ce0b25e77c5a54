import { assertEquals, assertThrows } from "@std/assert";
import {
  clientParameters,
  type ClientSessionOptions,
  serverParameters,
  type ServerSessionOptions,
} from "../../src/session/mod.ts";
import { refusedAs } from "../harness/refused.ts";

Deno.test("without options, a client's keepalive is off and its timeout 20 seconds", () => {
  const parameters = clientParameters();
  assertEquals(parameters.keepalive, {
    time: Infinity,
    timeout: 20_000,
    permitWithoutStream: false,
    minimumTime: 10_000,
    maxPingsWithoutData: 0,
  });
  assertEquals(parameters.warnings, []);
});

Deno.test("without options, a server has the keepalive, age and enforcement of gRPC", () => {
  const parameters = serverParameters();
  assertEquals(parameters.keepalive, {
    time: 7_200_000,
    timeout: 20_000,
    minimumTime: 1_000,
  });
  assertEquals(parameters.age, {
    maxConnectionIdle: Infinity,
    maxConnectionAge: Infinity,
    maxConnectionAgeJitter: 0.1,
    maxConnectionAgeGrace: Infinity,
  });
  assertEquals(parameters.enforcement, {
    minTime: 300_000,
    permitWithoutStream: false,
    maxPingStrikes: 2,
    tolerance: 1_000,
  });
  assertEquals(parameters.warnings, []);
});

Deno.test("the default tolerance is 5 % of minTime, and a second at the most", () => {
  const tolerance = (minTime: number) =>
    serverParameters({ enforcement: { minTime } }).enforcement.tolerance;
  assertEquals(tolerance(100), 5);
  assertEquals(tolerance(20_000), 1_000);
  assertEquals(tolerance(1e9), 1_000);
  assertEquals(tolerance(0), 0);
});

Deno.test("a client's time below the minimum is raised to it, with a warning", () => {
  const parameters = clientParameters({ keepalive: { time: 9_900 } });
  assertEquals(parameters.keepalive.time, 10_000);
  assertEquals(parameters.warnings, [
    "Adjusting keepalive ping interval to minimum period of 10s: keepalive.time is 9900 ms; lower keepalive.minimumTime if both ends are yours",
  ]);
});

Deno.test("a server's time below the minimum is raised to it, with a warning", () => {
  const parameters = serverParameters({ keepalive: { time: 1 } });
  assertEquals(parameters.keepalive.time, 1_000);
  assertEquals(parameters.warnings, [
    "Adjusting keepalive ping interval to minimum period of 1s: keepalive.time is 1 ms; lower keepalive.minimumTime if both ends are yours",
  ]);
});

Deno.test("a time of just the minimum is taken as it is, without a warning", () => {
  for (const minimumTime of [0, 5, 10_000]) {
    const time = Math.max(minimumTime, 1);
    const client = clientParameters({ keepalive: { time, minimumTime } });
    assertEquals([client.keepalive.time, client.warnings], [time, []]);
    const server = serverParameters({ keepalive: { time, minimumTime } });
    assertEquals([server.keepalive.time, server.warnings], [time, []]);
  }
});

Deno.test("a minimum that is no whole second is told as it is", () => {
  const { warnings } = clientParameters({
    keepalive: { time: 1, minimumTime: 1_500 },
  });
  assertEquals(warnings.length, 1);
  assertEquals(warnings[0].split(":")[0].endsWith("1.5s"), true);
});

Deno.test("a timeout below a second is taken, with a warning", () => {
  for (const resolve of [clientParameters, serverParameters]) {
    const { keepalive, warnings } = resolve({
      keepalive: { time: 10_000, timeout: 999 },
    });
    assertEquals(keepalive.timeout, 999);
    assertEquals(warnings, [
      "keepalive.timeout is 999 ms: below 1000 ms a lost packet or a busy peer ends the connection; lower keepalive.minimumTime, too, if both ends are yours",
    ]);
  }
});

Deno.test("a timeout of a second, one that is never used, and one with a lowered minimum come without a warning", () => {
  for (
    const keepalive of [
      { time: 10_000, timeout: 1_000 },
      { time: Infinity, timeout: 1 },
      { time: 10_000, timeout: 1, minimumTime: 999 },
    ]
  ) {
    assertEquals(clientParameters({ keepalive }).warnings, []);
    assertEquals(serverParameters({ keepalive }).warnings, []);
  }
});

Deno.test("options that are undefined stand for their defaults", () => {
  const { keepalive } = clientParameters({
    keepalive: { time: undefined, timeout: undefined },
  });
  assertEquals([keepalive.time, keepalive.timeout], [Infinity, 20_000]);
});

const UNKNOWN_CLIENT_KEYS: [object, string][] = [
  [
    { keepAlive: {} },
    'Cannot use the client options: unknown key "keepAlive", did you mean "keepalive"?',
  ],
  [
    { keepalive: { Time: 10_000 } },
    'Cannot use the keepalive options: unknown key "Time", did you mean "time"?',
  ],
  [
    { keepalive: { timout: 1_000 } },
    'Cannot use the keepalive options: unknown key "timout", did you mean "timeout"?',
  ],
  [
    { keepalive: { permitWithoutStreams: true } },
    'Cannot use the keepalive options: unknown key "permitWithoutStreams", did you mean "permitWithoutStream"?',
  ],
  [
    { keepalive: { interval: 1_000 } },
    'Cannot use the keepalive options: unknown key "interval", expected one of time, timeout, permitWithoutStream, minimumTime, maxPingsWithoutData',
  ],
  [
    { keepalive: { maxConnectionIdle: 1_000 } },
    'Cannot use the keepalive options: unknown key "maxConnectionIdle", expected one of time, timeout, permitWithoutStream, minimumTime, maxPingsWithoutData',
  ],
];

for (const [options, message] of UNKNOWN_CLIENT_KEYS) {
  Deno.test(`client options ${JSON.stringify(options)} are refused with advice`, () => {
    const error = assertThrows(
      () => clientParameters(options as ClientSessionOptions),
      TypeError,
    );
    assertEquals(error.message, message);
  });
}

const UNKNOWN_SERVER_KEYS: [object, string][] = [
  [
    { enforcment: {} },
    'Cannot use the server options: unknown key "enforcment", did you mean "enforcement"?',
  ],
  [
    { keepalive: { maxConnectionAgeGrance: 1 } },
    'Cannot use the keepalive options: unknown key "maxConnectionAgeGrance", did you mean "maxConnectionAgeGrace"?',
  ],
  [
    { enforcement: { minTimes: 1 } },
    'Cannot use the enforcement options: unknown key "minTimes", did you mean "minTime"?',
  ],
  [
    { enforcement: { strikes: 1 } },
    'Cannot use the enforcement options: unknown key "strikes", expected one of minTime, permitWithoutStream, maxPingStrikes, tolerance, advertise, pathIdleLimit',
  ],
];

for (const [options, message] of UNKNOWN_SERVER_KEYS) {
  Deno.test(`server options ${JSON.stringify(options)} are refused with advice`, () => {
    const error = assertThrows(
      () => serverParameters(options as ServerSessionOptions),
      TypeError,
    );
    assertEquals(error.message, message);
  });
}

Deno.test("options that are no object are refused, at either end and on either level", () => {
  for (const options of [null, 5, "fast", true]) {
    for (const nested of [options, { keepalive: options }] as never[]) {
      assertThrows(() => clientParameters(nested), TypeError, "an object");
      assertThrows(() => serverParameters(nested), TypeError, "an object");
    }
    const enforcement = { enforcement: options } as never;
    assertThrows(() => serverParameters(enforcement), TypeError, "an object");
  }
});

/** Values that are no duration above 0. */
const NO_DURATIONS: unknown[] = [0, -1, -Infinity, NaN, "10s", 5n, null, true];

const CLIENT_DURATIONS = ["time", "timeout"];
const SERVER_DURATIONS = [
  "time",
  "timeout",
  "maxConnectionIdle",
  "maxConnectionAge",
  "maxConnectionAgeGrace",
];

Deno.test("durations are above 0, or Infinity; all else is refused, not adjusted", () => {
  for (const value of NO_DURATIONS) {
    const told = typeof value === "string" ? `"${value}"` : String(value);
    const message = (key: string) =>
      `Cannot use keepalive.${key}: expected milliseconds above 0, or Infinity for never, received ${told}`;
    for (const key of CLIENT_DURATIONS) {
      const options = { keepalive: { [key]: value } } as ClientSessionOptions;
      const error = assertThrows(
        () => clientParameters(options),
        refusedAs(value, "number"),
      );
      assertEquals(error.message, message(key));
    }
    for (const key of SERVER_DURATIONS) {
      const options = { keepalive: { [key]: value } } as ServerSessionOptions;
      const error = assertThrows(
        () => serverParameters(options),
        refusedAs(value, "number"),
      );
      assertEquals(error.message, message(key));
    }
  }
});

const NO_BOUNDS: unknown[] = [-1, Infinity, NaN, "1s", null];

Deno.test("bounds may be 0, but not infinite", () => {
  for (const value of NO_BOUNDS) {
    const told = typeof value === "string" ? `"${value}"` : String(value);
    const refused = (name: string, make: () => unknown) => {
      const error = assertThrows(make, refusedAs(value, "number"));
      assertEquals(
        error.message,
        `Cannot use ${name}: expected milliseconds of at least 0, received ${told}`,
      );
    };
    const keepalive = { minimumTime: value as number };
    refused("keepalive.minimumTime", () => clientParameters({ keepalive }));
    refused("keepalive.minimumTime", () => serverParameters({ keepalive }));
    for (const key of ["minTime", "tolerance"]) {
      const enforcement = { [key]: value } as never;
      refused(`enforcement.${key}`, () => serverParameters({ enforcement }));
    }
  }
});

Deno.test("counts are integers from 0 up", () => {
  for (const value of [-1, 1.5, NaN, Infinity, "3", null]) {
    const told = typeof value === "string" ? `"${value}"` : String(value);
    const keepalive = { maxPingsWithoutData: value as number };
    const type = refusedAs(value, "number");
    assertEquals(
      assertThrows(() => clientParameters({ keepalive }), type).message,
      `Cannot use keepalive.maxPingsWithoutData: expected an integer from 0 up, received ${told}`,
    );
    const enforcement = { maxPingStrikes: value as number };
    assertEquals(
      assertThrows(() => serverParameters({ enforcement }), type).message,
      `Cannot use enforcement.maxPingStrikes: expected an integer from 0 up, received ${told}`,
    );
  }
});

Deno.test("flags are true or false, and nothing that is like it", () => {
  for (const value of [0, 1, "true", null]) {
    const told = typeof value === "string" ? `"${value}"` : String(value);
    const flag = { permitWithoutStream: value as unknown as boolean };
    assertEquals(
      assertThrows(() => clientParameters({ keepalive: flag }), TypeError)
        .message,
      `Cannot use keepalive.permitWithoutStream: expected true or false, received ${told}`,
    );
    assertEquals(
      assertThrows(() => serverParameters({ enforcement: flag }), TypeError)
        .message,
      `Cannot use enforcement.permitWithoutStream: expected true or false, received ${told}`,
    );
  }
});
