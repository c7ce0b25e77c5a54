import { choiceOption, display } from "../options/mod.ts";

/**
 * Under which names calls are measured: `"grpc"` are those of gRPC (gRFC A66),
 * `"semconv"` those of OpenTelemetry's semantic conventions
 * (`rpc.client.call.duration`, a release candidate), `"legacy"` those of
 * go-grpc-prometheus (`grpc.server.handled`).
 */
export type MetricNames = "grpc" | "semconv" | "legacy";

/** What the option `names` takes: one, `"grpc"` and `"legacy"`, or a list. */
export type NamesOption = MetricNames | "both" | readonly MetricNames[];

const ALL: readonly MetricNames[] = ["grpc", "semconv", "legacy"];

/**
 * The names that the option `names` asks for.
 *
 * @throws {TypeError} If it has a wrong type.
 * @throws {RangeError} If a name is none, or there is none.
 */
export function namesOption(
  value: NamesOption | undefined,
  fallback: readonly MetricNames[] = ["grpc"],
): readonly MetricNames[] {
  if (value === undefined) return fallback;
  if (!Array.isArray(value)) {
    const one = choiceOption("names", value as MetricNames | "both", "grpc", [
      ...ALL,
      "both",
    ]);
    return one === "both" ? ["grpc", "legacy"] : [one];
  }
  if (value.length === 0) {
    throw new RangeError(
      `Cannot use names: expected at least one of them, received ${
        display(value)
      }`,
    );
  }
  return value.map((each, i) => choiceOption(`names[${i}]`, each, "grpc", ALL));
}

const VARIABLE = "OTEL_SEMCONV_STABILITY_OPT_IN";

/**
 * The names that the environment asks for, as in other instrumentations: `rpc` has
 * the new ones, `rpc/dup` both. Who may not read it is not asked for permission.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/rpc/
 */
export function namesOfEnvironment(): readonly MetricNames[] {
  const permission = { name: "env", variable: VARIABLE } as const;
  const { state } = Deno.permissions.querySync(permission);
  const value = state === "granted" ? Deno.env.get(VARIABLE) : undefined;
  const opted = (value ?? "").split(",").map((each) => each.trim());
  if (opted.includes("rpc/dup")) return ["grpc", "semconv"];
  return opted.includes("rpc") ? ["semconv"] : ["grpc"];
}
