import { duration } from "../options/mod.ts";
import type { ServerParameters } from "../session/public.ts";

/** What a server does to its connections, a sentence or two for each line. */
export function limitsInWords(parameters: ServerParameters): string[] {
  const { keepalive: { time, timeout }, age, enforcement } = parameters;
  const strikes = enforcement.maxPingStrikes === 0
    ? "never closed for more"
    : `closed after ${enforcement.maxPingStrikes} strikes`;
  const pings = time === Infinity
    ? "Sends no keepalive PINGs."
    : `A PING after ${duration(time)} of silence; gone after ${
      duration(timeout)
    } more.`;
  return [
    pings,
    retirement(age),
    `Clients may PING every ${duration(enforcement.minTime)}; ${strikes}.`,
  ];
}

function retirement(age: ServerParameters["age"]): string {
  const { maxConnectionIdle, maxConnectionAge, maxConnectionAgeGrace } = age;
  const jitter = Math.round(100 * age.maxConnectionAgeJitter);
  const grace = maxConnectionAgeGrace === Infinity
    ? "time for its calls"
    : `${duration(maxConnectionAgeGrace)} grace`;
  const causes = [
    ...maxConnectionIdle === Infinity
      ? []
      : [`after ${duration(maxConnectionIdle)} idle`],
    ...maxConnectionAge === Infinity ? [] : [
      `at ${duration(maxConnectionAge)} of age ` +
      `(${jitter} % more or less) with ${grace}`,
    ],
  ];
  return causes.length === 0
    ? "Never retired."
    : `Retired ${causes.join(", or ")}.`;
}
