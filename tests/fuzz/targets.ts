import type { Target } from "./target.ts";
import { frames } from "./targets/frames.ts";
import { health } from "./targets/health.ts";
import { hpackDecoder, hpackPair, huffman, integers } from "./targets/hpack.ts";
import { compression, inbox, messageReader } from "./targets/messages.ts";
import {
  givenMetadata,
  receivedMetadata,
  statusMessage,
  timeouts,
} from "./targets/metadata.ts";
import { pair } from "./targets/pair.ts";
import { descriptors } from "./targets/reflection.ts";
import { clientSession, serverSession } from "./targets/sessions.ts";
import { options, serviceConfigs, targets } from "./targets/settings.ts";

/** Everything that is fuzzed. */
export const TARGETS: readonly Target[] = [
  frames,
  hpackDecoder,
  hpackPair,
  integers,
  huffman,
  clientSession,
  serverSession,
  pair,
  messageReader,
  inbox,
  compression,
  receivedMetadata,
  givenMetadata,
  statusMessage,
  timeouts,
  targets,
  serviceConfigs,
  options,
  health,
  descriptors,
];

/**
 * The targets with some names.
 *
 * @throws {RangeError} If there is none with a name.
 */
export function targetsNamed(names: readonly string[]): Target[] {
  return names.map((name) => {
    const target = TARGETS.find((target) => target.name === name);
    if (target !== undefined) return target;
    const known = TARGETS.map(({ name }) => name).join(", ");
    throw new RangeError(
      `Cannot fuzz "${name}": expected one of ${known}`,
    );
  });
}
