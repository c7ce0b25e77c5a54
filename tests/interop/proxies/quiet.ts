/**
 * A service whose streams say nothing, for what forgets those.
 *
 * @module
 */

import {
  type CallContext,
  implement,
  type MethodDefinition,
  type Service,
} from "../../../mod.ts";

const same = (octets: Uint8Array): Uint8Array => octets;

const codec = {
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
};

/** Its methods; each gives what it got back once, and falls silent. */
export const Quiet = {
  watch: {
    path: "/test.Quiet/Watch",
    requestStream: false,
    responseStream: true,
    ...codec,
  },
  talk: {
    path: "/test.Quiet/Talk",
    requestStream: true,
    responseStream: true,
    ...codec,
  },
} as const satisfies Record<string, MethodDefinition<Uint8Array, Uint8Array>>;

/** What is said. */
export const WORD = Uint8Array.of(1, 2, 3);

/**
 * Implements it.
 *
 * @param aborted Is told of each call that ended before its handler.
 */
export function quietService(aborted: (call: CallContext) => void): Service {
  const watched = (call: CallContext) =>
    new Promise<void>((resolve) =>
      call.signal.addEventListener("abort", () => {
        aborted(call);
        resolve();
      })
    );
  return implement(Quiet, {
    async *watch(request, call) {
      const over = watched(call);
      yield request;
      await over;
    },
    async *talk(requests, call) {
      void watched(call);
      yield* requests;
    },
  });
}

/** Requests: one, and then silence until the call is over. */
export async function* oneWord(
  end: Promise<unknown>,
): AsyncGenerator<Uint8Array> {
  yield WORD;
  await end;
}
