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

/** What a client asks: one of the questions. */
export interface ReflectionRequest {
  /** Which server it is for, where one address has several. */
  readonly host?: string;
  /** The file of a path, such as `google/protobuf/any.proto`. */
  readonly fileByFilename?: string | undefined;
  /**
   * The file that declares a name: a message, field, enum, value of an enum,
   * extension, service or method, with its package.
   */
  readonly fileContainingSymbol?: string | undefined;
  /** The file that declares an extension of a message. */
  readonly fileContainingExtension?: ExtensionRequest | undefined;
  /** The numbers of all extensions of a message. */
  readonly allExtensionNumbersOfType?: string | undefined;
  /** All services; the text says nothing. */
  readonly listServices?: string | undefined;
}

/** An extension of a message. */
export interface ExtensionRequest {
  /** The message that it extends. */
  readonly containingType: string;
  /** Its number. */
  readonly extensionNumber: number;
}

/** What it is answered: the answer to its question, or an error. */
export interface ReflectionResponse {
  /** The host of the request. */
  readonly validHost?: string;
  /** The request. */
  readonly originalRequest?: ReflectionRequest | undefined;
  /** A file, and files that it imports, each a `FileDescriptorProto`. */
  readonly fileDescriptorResponse?:
    | { readonly fileDescriptorProto: readonly Uint8Array[] }
    | undefined;
  /** The numbers of all extensions. */
  readonly allExtensionNumbersResponse?:
    | {
      readonly baseTypeName: string;
      readonly extensionNumber: readonly number[];
    }
    | undefined;
  /** All services. */
  readonly listServicesResponse?:
    | { readonly service: readonly { readonly name: string }[] }
    | undefined;
  /** A status code, see `Status`, and what is to be said about it. */
  readonly errorResponse?:
    | { readonly errorCode: number; readonly errorMessage: string }
    | undefined;
}

const Extension: MessageType<ExtensionRequest> = messageType({
  containingType: text(1),
  extensionNumber: int32(2),
});

/** `grpc.reflection.v1.ServerReflectionRequest`, and that of v1alpha. */
export const RequestType: MessageType<ReflectionRequest> = messageType({
  host: text(1),
  fileByFilename: optionalText(3),
  fileContainingSymbol: optionalText(4),
  fileContainingExtension: message(5, () => Extension),
  allExtensionNumbersOfType: optionalText(6),
  listServices: optionalText(7),
});

const Files = messageType({ fileDescriptorProto: byteses(1) });

const Numbers = messageType({
  baseTypeName: text(1),
  extensionNumber: int32s(2),
});

const Service = messageType({ name: text(1) });

const List = messageType({ service: messages(1, () => Service) });

const ErrorType = messageType({ errorCode: int32(1), errorMessage: text(2) });

/** `grpc.reflection.v1.ServerReflectionResponse`, and that of v1alpha. */
export const ResponseType: MessageType<ReflectionResponse> = messageType({
  validHost: text(1),
  originalRequest: message(2, () => RequestType),
  fileDescriptorResponse: message(4, () => Files),
  allExtensionNumbersResponse: message(5, () => Numbers),
  listServicesResponse: message(6, () => List),
  errorResponse: message(7, () => ErrorType),
});
