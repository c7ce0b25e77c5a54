import type { Metadata } from "../grpc/mod.ts";

/** Reads and writes metadata, for a propagator. */
export const METADATA = {
  set(carrier: unknown, key: string, value: string): void {
    try {
      (carrier as Metadata).set(key, value);
    } catch {
      // What cannot travel is left out: telemetry fails no call
      // (https://opentelemetry.io/docs/specs/otel/error-handling/).
    }
  },
  get(carrier: unknown, key: string): string | undefined {
    const value = (carrier as Metadata).get(key);
    return typeof value === "string" ? value : undefined;
  },
  keys(carrier: unknown): string[] {
    return [...(carrier as Metadata)].map(([key]) => key);
  },
};
