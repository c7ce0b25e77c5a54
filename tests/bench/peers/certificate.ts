/**
 * The certificate of a run, as files that all stacks read.
 *
 * @module
 */
import { certificates } from "../../harness/certificates.ts";
import type { TlsFiles } from "../calls_process.ts";

/** Files that go with the run. */
export interface Certificate extends TlsFiles, AsyncDisposable {}

/** Makes an authority, and a certificate of `localhost` and 127.0.0.1. */
export async function makeCertificate(): Promise<Certificate> {
  const { ca, server } = await certificates();
  const folder = await Deno.makeTempDir();
  const files = {
    authority: `${folder}/authority.pem`,
    certificate: `${folder}/certificate.pem`,
    key: `${folder}/key.pem`,
  };
  await Deno.writeTextFile(files.authority, ca);
  await Deno.writeTextFile(files.certificate, server.cert);
  await Deno.writeTextFile(files.key, server.key);
  return {
    ...files,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
