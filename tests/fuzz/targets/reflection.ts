import { assert } from "@std/assert";
import { DecodeError } from "../../../src/proto/mod.ts";
import {
  reflection,
  ReflectionDefinition,
} from "../../../src/reflection/mod.ts";
import { mutate, randomText } from "../inputs/octets.ts";
import type { Target } from "../target.ts";

const greeter = Deno.readFileSync(
  new URL(
    "../../../examples/greeter/generated/helloworld.binpb",
    import.meta.url,
  ),
);

/** Descriptors are served or refused when they are given, requests are read or refused. */
export const descriptors: Target<{ set: Uint8Array; request: Uint8Array }> = {
  name: "descriptors",
  about: "descriptor sets, and questions of server reflection",
  generate: (random) => ({
    set: random.oneIn(3)
      ? random.octets(random.below(60))
      : mutate(random, greeter),
    request: mutate(
      random,
      ReflectionDefinition.v1.requestSerialize({
        fileContainingSymbol: randomText(random, 20),
        fileContainingExtension: { containingType: "a", extensionNumber: 1 },
      }),
    ),
  }),
  run({ set, request }) {
    try {
      reflection(set);
    } catch (error) {
      assert(error instanceof RangeError, `${error}`);
    }
    try {
      ReflectionDefinition.v1.requestDeserialize(request);
    } catch (error) {
      assert(error instanceof DecodeError, `${error}`);
    }
  },
};
