/**
 * The bounds of the histograms of gRPC
 * ({@link https://github.com/grpc/proposal/blob/master/A66-otel-stats.md | gRFC A66}).
 *
 * @module
 */

/** Seconds that a call or an attempt takes. */
export const LATENCY: readonly number[] = [
  ...[0, 0.00001, 0.00005, 0.0001, 0.0003, 0.0006, 0.0008, 0.001, 0.002],
  ...[0.003, 0.004, 0.005, 0.006, 0.008, 0.01, 0.013, 0.016, 0.02, 0.025],
  ...[0.03, 0.04, 0.05, 0.065, 0.08, 0.1, 0.13, 0.16, 0.2, 0.25, 0.3, 0.4],
  ...[0.5, 0.65, 0.8, 1, 2, 5, 10, 20, 50, 100],
];

/** Octets of the messages of a call. */
export const SIZE: readonly number[] = [
  ...[0, 1_024, 2_048, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304],
  ...[16_777_216, 67_108_864, 268_435_456, 1_073_741_824, 4_294_967_296],
];

/** Attempts after the first, by a policy. */
export const RETRIES: readonly number[] = [1, 2, 3, 4, 5];

/** Attempts that no server can tell from the one before. */
export const TRANSPARENT_RETRIES: readonly number[] = [...RETRIES, 10];

/** Seconds that a connection lives: from one second to a week. */
export const AGE: readonly number[] = [
  ...[1, 5, 10, 30, 60, 300, 900, 1_800, 3_600, 21_600, 86_400, 604_800],
];

/** Seconds between PINGs of keepalive: what servers and networks ask for. */
export const INTERVAL: readonly number[] = [
  ...[1, 5, 10, 20, 30, 60, 120, 240, 300, 350, 600, 1_800, 3_600, 7_200],
];

/** Seconds that a call takes, in go-grpc-prometheus. */
export const LEGACY_LATENCY: readonly number[] = [
  ...[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
];

/** Seconds that a call takes, in the semantic conventions of OpenTelemetry. */
export const SEMCONV_LATENCY: readonly number[] = [
  ...[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5],
  10,
];
