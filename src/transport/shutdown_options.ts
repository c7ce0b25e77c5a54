import { durationOption, requireKnownKeys } from "../options/mod.ts";

/** How a listener and its connections come to an end. */
export interface ShutdownOptions {
  /**
   * Milliseconds until what is left is closed, counted from the call for all
   * connections together: who is drained last has `grace` less `spread`.
   * `Infinity` waits for all streams.
   *
   * @default {Infinity}
   */
  grace?: number;
  /**
   * Milliseconds over which the connections are drained, one after the other,
   * the oldest first, so that their clients do not all come to the next server
   * at one moment; at most the `grace`. Until its turn, a connection takes
   * calls as before; new connections are refused at once.
   *
   * Equivalent to Envoy's
   * {@link https://www.envoyproxy.io/docs/envoy/latest/operations/cli#cmdoption-drain-strategy | `--drain-strategy gradual`}
   * with `--drain-time-s`.
   *
   * @default {0}
   */
  spread?: number;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError} If a key is unknown, or a value of a wrong type.
 * @throws {RangeError} If a value is not allowed.
 */
export function resolveShutdown(
  options: ShutdownOptions,
): Required<ShutdownOptions> {
  requireKnownKeys("the shutdown options", options, ["grace", "spread"]);
  const grace = durationOption("grace", options.grace, Infinity, {
    minimum: 0,
  });
  const spread = durationOption("spread", options.spread, 0, {
    minimum: 0,
    finite: true,
  });
  if (spread > grace) {
    throw new RangeError(
      `Cannot use spread: expected at most the grace, which is ${grace} ms, received ${spread}`,
    );
  }
  return { grace, spread };
}
