import { assert, assertEquals } from "@std/assert";
import { HealthDefinition } from "../../../src/server/mod.ts";
import { concat } from "../../harness/octets.ts";
import { mutate, randomText } from "../inputs/octets.ts";
import type { Target } from "../target.ts";

/** Health messages are read or refused by type; what was written is read. */
export const health: Target<{ octets: Uint8Array; service: string }> = {
  name: "health",
  about: "messages of grpc.health.v1",
  generate: (random) => ({
    octets: random.oneIn(3) ? random.octets(random.below(20)) : mutate(
      random,
      concat(
        HealthDefinition.check.requestSerialize({
          service: randomText(random, 10),
        }),
        HealthDefinition.check.responseSerialize({ status: 1 }),
      ),
    ),
    service: randomText(random, 200),
  }),
  run({ octets, service }) {
    const { requestDeserialize, requestSerialize, responseDeserialize } =
      HealthDefinition.check;
    for (const read of [requestDeserialize, responseDeserialize]) {
      try {
        read(octets);
      } catch (error) {
        assert(error instanceof TypeError, `${error}`);
      }
    }
    assertEquals(
      requestDeserialize(requestSerialize({ service })).service,
      service.toWellFormed(),
    );
  },
};
