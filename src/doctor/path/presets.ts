import { AWS, AZURE, GCP } from "./clouds.ts";
import { EDGES, PROXIES, TRACKERS } from "./others.ts";
import type { Preset } from "./preset.ts";

/**
 * What may stand in a path, with its limits as they are by default, and where
 * that is written.
 */
export const presets: readonly Preset[] = [
  ...AWS,
  ...GCP,
  ...AZURE,
  ...EDGES,
  ...PROXIES,
  ...TRACKERS,
];
