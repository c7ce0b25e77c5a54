import { generate } from "npm:selfsigned@5.5.0";

/** A certificate and its private key, both in PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** What one certificate authority has signed, for tests of TLS. */
export interface Certificates {
  /** The certificate of the authority, for `caCerts`. */
  readonly ca: string;
  /** For `localhost`, 127.0.0.1 and ::1. */
  readonly server: Identity;
  /** For `elsewhere.test` only. */
  readonly elsewhere: Identity;
  /** For a client. */
  readonly client: Identity;
}

type Extensions = NonNullable<
  NonNullable<Parameters<typeof generate>[1]>["extensions"]
>;

const HOUR = 3_600_000;

/** Makes an authority of its own, and certificates that it has signed. */
export async function makeCertificates(
  name = "Test authority",
): Promise<Certificates> {
  const authority = await issue(name, [
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, critical: true },
  ]);
  const server: Extensions = [
    { name: "extKeyUsage", serverAuth: true },
    {
      name: "subjectAltName",
      altNames: [
        { type: 2, value: "localhost" },
        { type: 7, ip: "127.0.0.1" },
        { type: 7, ip: "::1" },
      ],
    },
  ];
  const elsewhere: Extensions = [
    { name: "extKeyUsage", serverAuth: true },
    {
      name: "subjectAltName",
      altNames: [{ type: 2, value: "elsewhere.test" }],
    },
  ];
  const client: Extensions = [{ name: "extKeyUsage", clientAuth: true }];
  return {
    ca: authority.cert,
    server: await issue("localhost", server, authority),
    elsewhere: await issue("elsewhere.test", elsewhere, authority),
    client: await issue("client", client, authority),
  };
}

let shared: Promise<Certificates> | undefined;

/** The same certificates for all tests of a process. */
export function certificates(): Promise<Certificates> {
  return shared ??= makeCertificates();
}

async function issue(
  commonName: string,
  extensions: Extensions,
  ca?: Identity,
): Promise<Identity> {
  const { cert, private: key } = await generate(
    [{ name: "commonName", value: commonName }],
    {
      keyType: "ec",
      algorithm: "sha256",
      notBeforeDate: new Date(Date.now() - HOUR),
      notAfterDate: new Date(Date.now() + 24 * HOUR),
      extensions,
      ...(ca === undefined ? {} : { ca }),
    },
  );
  return { cert, key };
}
