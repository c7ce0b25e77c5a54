import {
  byteses,
  int32,
  int32s,
  message,
  messages,
  type MessageType,
  messageType,
  optionalText,
  text,
} from "../proto/mod.ts";

const ExtensionRequest = messageType({
  containingType: text(1),
  extensionNumber: int32(2),
});

/** `grpc.reflection.v1.ServerReflectionRequest`, and that of v1alpha. */
export const ReflectionRequest = messageType({
  host: text(1),
  fileByFilename: optionalText(3),
  fileContainingSymbol: optionalText(4),
  fileContainingExtension: message(5, () => ExtensionRequest),
  allExtensionNumbersOfType: optionalText(6),
  listServices: optionalText(7),
});

const FileResponse = messageType({ fileDescriptorProto: byteses(1) });

const NumbersResponse = messageType({
  baseTypeName: text(1),
  extensionNumber: int32s(2),
});

const ServiceResponse = messageType({ name: text(1) });

const ListResponse = messageType({
  service: messages(1, () => ServiceResponse),
});

const ErrorResponse = messageType({
  errorCode: int32(1),
  errorMessage: text(2),
});

/** `grpc.reflection.v1.ServerReflectionResponse`, and that of v1alpha. */
export const ReflectionResponse = messageType({
  validHost: text(1),
  originalRequest: message(2, () => ReflectionRequest),
  fileDescriptorResponse: message(4, () => FileResponse),
  allExtensionNumbersResponse: message(5, () => NumbersResponse),
  listServicesResponse: message(6, () => ListResponse),
  errorResponse: message(7, () => ErrorResponse),
});

type Content<Type> = Type extends MessageType<infer T> ? T : never;

/** What a client asks. */
export type ReflectionRequest = Content<typeof ReflectionRequest>;
/** What it is answered. */
export type ReflectionResponse = Content<typeof ReflectionResponse>;
