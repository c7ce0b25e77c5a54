import type { MethodDefinition } from "../../../mod.ts";

const raw = (octets: Uint8Array): Uint8Array => octets;

function method<Q extends boolean, R extends boolean>(
  path: string,
  requestStream: Q,
  responseStream: R,
) {
  return {
    path,
    requestStream,
    responseStream,
    requestSerialize: raw,
    requestDeserialize: raw,
    responseSerialize: raw,
    responseDeserialize: raw,
  } satisfies MethodDefinition<Uint8Array, Uint8Array>;
}

/** The service that is attacked. */
export const Arena = {
  /** Answers with the request. */
  echo: method("/arena.Arena/Echo", false, false),
  /** Answers with how many octets came. */
  collect: method("/arena.Arena/Collect", true, false),
  /** Answers each request with itself. */
  chat: method("/arena.Arena/Chat", true, true),
  /** Answers with 64 KiB. */
  large: method("/arena.Arena/Large", false, false),
  /** Answers when the client is gone. */
  hang: method("/arena.Arena/Hang", true, true),
  /** Answers without an end. */
  watch: method("/arena.Arena/Watch", false, true),
} as const;
