/**
 * The echo service for connect-node, which takes descriptors of protobuf-es.
 *
 * @module
 */
import {
  create,
  createFileRegistry,
  type DescService,
} from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";

const OCTETS = {
  name: "Octets",
  field: [{
    name: "data",
    number: 1,
    type: FieldDescriptorProto_Type.BYTES,
    label: FieldDescriptorProto_Label.OPTIONAL,
  }],
};

/** Makes its descriptor. */
export function echoService(): DescService {
  const set = create(FileDescriptorSetSchema, {
    file: [{
      name: "echo.proto",
      package: "echo",
      syntax: "proto3",
      messageType: [OCTETS],
      service: [{
        name: "Echo",
        method: [
          method("Unary", false, false),
          method("Download", false, true),
          method("Upload", true, false),
          method("Bidi", true, true),
        ],
      }],
    }],
  });
  const service = createFileRegistry(set).getService("echo.Echo");
  if (service === undefined) throw new TypeError("Cannot find echo.Echo");
  return service;
}

function method(
  name: string,
  clientStreaming: boolean,
  serverStreaming: boolean,
) {
  const [inputType, outputType] = [".echo.Octets", ".echo.Octets"];
  return { name, inputType, outputType, clientStreaming, serverStreaming };
}
