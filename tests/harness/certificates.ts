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
  /** Has the authority sign another one. */
  readonly sign: (wish: Wish) => Promise<Identity>;
}

type Extensions = NonNullable<
  NonNullable<Parameters<typeof generate>[1]>["extensions"]
>;

const HOUR = 3_600_000;

/** What a certificate is to say; by default a good one of `localhost`. */
export interface Wish {
  /** The common name. */
  readonly commonName?: string;
  /** Names of hosts, or IP addresses; none for no subjectAltName at all. */
  readonly names?: readonly string[];
  /** Whom it is for. */
  readonly usage?: "serverAuth" | "clientAuth";
  /** Hours from now from which it is valid. */
  readonly from?: number;
  /** Hours from now until which it is valid. */
  readonly until?: number;
}

/** Makes an authority of its own, and certificates that it has signed. */
export async function makeCertificates(
  name = "Test authority",
): Promise<Certificates> {
  const authority = await issue(name, [
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, critical: true },
  ]);
  return {
    ca: authority.cert,
    server: await sign(authority, {}),
    elsewhere: await sign(authority, {
      commonName: "elsewhere.test",
      names: ["elsewhere.test"],
    }),
    client: await sign(authority, {
      commonName: "client",
      names: [],
      usage: "clientAuth",
    }),
    sign: (wish) => sign(authority, wish),
  };
}

let shared: Promise<Certificates> | undefined;

/** The same certificates for all tests of a process. */
export function certificates(): Promise<Certificates> {
  return shared ??= makeCertificates();
}

function sign(authority: Identity, wish: Wish): Promise<Identity> {
  const {
    commonName = "localhost",
    names = ["localhost", "127.0.0.1", "::1"],
    usage = "serverAuth",
    from,
    until,
  } = wish;
  const altNames = names.map((name) =>
    /^[\d.]+$|:/.test(name)
      ? { type: 7 as const, ip: name }
      : { type: 2 as const, value: name }
  );
  return issue(commonName, [
    { name: "extKeyUsage", [usage]: true },
    ...names.length > 0 ? [{ name: "subjectAltName" as const, altNames }] : [],
  ], { ca: authority, from, until });
}

async function issue(
  commonName: string,
  extensions: Extensions,
  { ca, from = -1, until = 24 }: {
    ca?: Identity;
    from?: number | undefined;
    until?: number | undefined;
  } = {},
): Promise<Identity> {
  const { cert, private: key } = await generate(
    [{ name: "commonName", value: commonName }],
    {
      keyType: "ec",
      algorithm: "sha256",
      notBeforeDate: new Date(Date.now() + from * HOUR),
      notAfterDate: new Date(Date.now() + until * HOUR),
      extensions,
      ...(ca === undefined ? {} : { ca }),
    },
  );
  return { cert, key };
}
