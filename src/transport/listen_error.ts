import { messageOf } from "./errors.ts";

/**
 * What has kept a socket from listening, with the address, which neither Deno
 * nor the kernel names. The class stays, so that `Deno.errors.AddrInUse` can be
 * told from others; a missing permission says all by itself. An error of another
 * class, of whatever network, comes as it is: its constructor may take anything.
 *
 * @param where The address as text.
 */
export function listenError(error: unknown, where: string): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof Deno.errors.NotCapable) return error;
  const ErrorClass = [Error, ...Object.values(Deno.errors)].find((each) =>
    each === error.constructor
  );
  if (ErrorClass === undefined) return error;
  const message = `Cannot listen on ${where}: ${messageOf(error)}`;
  return new ErrorClass(`${message}${adviceFor(error, where)}`, {
    cause: error,
  });
}

function adviceFor(error: Error, where: string): string {
  if (!(error instanceof Deno.errors.AddrInUse)) return "";
  return where.startsWith("unix:")
    ? "; is a server running there? If not, remove the file"
    : "; is another server running there? Port 0 takes a free one";
}
