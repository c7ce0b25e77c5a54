import { Buffer } from "node:buffer";
import process from "node:process";
import * as grpc from "npm:@grpc/grpc-js@1.14.7";
import { failures, packed, unpacked } from "../../error_details.ts";
import { rpcType } from "../../google_rpc.ts";
import { raw } from "./echo.ts";
import { parseFlags } from "./flags.ts";
import { report } from "./report.ts";

const KEY = "grpc-status-details-bin";
const status = rpcType("Status");

const service = {
  Check: {
    path: "/grpc.health.v1.Health/Check",
    requestStream: false,
    responseStream: false,
    requestSerialize: raw,
    requestDeserialize: raw,
    responseSerialize: raw,
    responseDeserialize: raw,
  },
};

/** Fails what it is asked for, and reports how a target fails the same. */
export async function exchangeDetails(args: string[]): Promise<void> {
  const { target } = parseFlags(args, { target: "" });
  const client = new grpc.Client(target, grpc.credentials.createInsecure());
  for (const name of Object.keys(failures)) await ask(client, name);
  client.close();
  const server = new grpc.Server();
  server.addService(service, { Check: fail });
  server.bindAsync(
    "127.0.0.1:0",
    grpc.ServerCredentials.createInsecure(),
    (error, port) => {
      if (error !== null) throw error;
      report("listening", { port });
    },
  );
  process.once("SIGTERM", () => process.exit(0));
}

async function ask(client: grpc.Client, name: string): Promise<void> {
  // HealthCheckRequest: field 1 is the name of a service.
  const request = Buffer.from(`\x0a${String.fromCharCode(name.length)}${name}`);
  const { path } = service.Check;
  const error = await new Promise<grpc.ServiceError | null>((resolve) =>
    client.makeUnaryRequest(path, raw, raw, request, resolve)
  );
  const [octets] = error?.metadata.get(KEY) ?? [];
  const received = octets === undefined
    ? { details: [] }
    : status.fromBinary(octets as Buffer);
  const { details = [] } = received as { details: Parameters<typeof unpacked> };
  report("received", {
    ...{ name, code: error?.code, message: error?.details },
    details: details.map(unpacked),
  });
}

function fail(
  call: grpc.ServerUnaryCall<Buffer, Buffer>,
  reply: grpc.sendUnaryData<Buffer>,
): void {
  const { code, message, details } =
    failures[call.request.subarray(2).toString()];
  const metadata = new grpc.Metadata();
  if (details.length > 0) {
    const octets = status.toBinary({
      ...{ code, message, details: details.map(packed) },
    });
    metadata.set(KEY, Buffer.from(octets));
  }
  reply({ code, details: message, metadata });
}
