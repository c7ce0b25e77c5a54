import { assert, assertEquals, assertRejects } from "@std/assert";
import { GrpcError, statusName } from "../../../mod.ts";

/** Something ends with a status; answers with the error. */
export async function assertStatus(
  run: () => Promise<unknown>,
  code: number,
  details?: string | RegExp,
): Promise<GrpcError> {
  const error = await assertRejects(run, GrpcError);
  assertEquals(statusName(error.code), statusName(code), error.message);
  if (typeof details === "string") assertEquals(error.statusMessage, details);
  else {assert(
      details === undefined || details.test(error.statusMessage),
      error.statusMessage,
    );}
  return error;
}

/** Reads responses to the end. */
export async function drain(
  responses: AsyncIterable<unknown>,
): Promise<number> {
  let count = 0;
  for await (const _response of responses) count++;
  return count;
}
