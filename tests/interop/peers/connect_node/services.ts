import { readFileSync } from "node:fs";
import {
  createFileRegistry,
  type DescService,
  fromBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import protobuf from "npm:protobufjs@7.6.6";
import descriptor from "npm:protobufjs@7.6.6/ext/descriptor/index.js";

/** The services of `testing.proto`. */
export interface Services {
  readonly test: DescService;
  readonly unimplemented: DescService;
}

const ECHO = `
  syntax = "proto3";
  package echo;
  message Octets { bytes data = 1; }
  service Echo {
    rpc Unary(Octets) returns (Octets);
    rpc ServerStream(Octets) returns (stream Octets);
    rpc ClientStream(stream Octets) returns (Octets);
    rpc Bidi(stream Octets) returns (stream Octets);
  }
`;

/** Reads the services from `testing.proto`. */
export function loadServices(path: string): Services {
  const text = readFileSync(path, "utf8");
  return {
    test: load(text, "grpc.testing.TestService"),
    unimplemented: load(text, "grpc.testing.UnimplementedService"),
  };
}

/** The echo service; its octets are the only field of its messages. */
export function echoService(): DescService {
  return load(ECHO, "echo.Echo");
}

/** Makes the descriptor of a service; connect-node takes no `.proto` file. */
function load(text: string, name: string): DescService {
  const { root } = protobuf.parse(text, { keepCase: true });
  root.resolveAll();
  const set = descriptorSet(root);
  const octets = descriptor.FileDescriptorSet.encode(set).finish();
  const registry = createFileRegistry(
    fromBinary(FileDescriptorSetSchema, octets),
  );
  const service = registry.getService(name);
  if (service === undefined) throw new TypeError(`Cannot find ${name}`);
  return service;
}

/** protobufjs names types as they stand in the text, not in full. */
function descriptorSet(root: protobuf.Root) {
  // deno-lint-ignore no-explicit-any
  const set = (root as any).toDescriptor("proto3");
  for (const { package: name, messageType = [], service = [] } of set.file) {
    const qualify = (type: string) =>
      type === "" || type.startsWith(".") ? type : `.${name}.${type}`;
    for (const { field = [] } of messageType) {
      for (const each of field) each.typeName = qualify(each.typeName);
    }
    for (const { method = [] } of service) {
      for (const each of method) {
        each.inputType = qualify(each.inputType);
        each.outputType = qualify(each.outputType);
      }
    }
  }
  return set;
}
