import {
  bool,
  byteses,
  int32,
  int32s,
  messages,
  type MessageType,
  messageType,
  text,
  texts,
} from "../proto/mod.ts";

/**
 * What an index needs of `google/protobuf/descriptor.proto`; the rest of a file is
 * handed on as octets.
 *
 * @module
 * @see https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto
 */

/** A field of a message, or an extension. */
export interface FieldDescriptor {
  /** Its name. */
  readonly name: string;
  /** The message that it extends, as the compiler writes it: `.package.Name`. */
  readonly extendee: string;
  /** Its number. */
  readonly number: number;
}

/** What has a name and nothing else that matters here. */
export interface Named {
  /** Its name. */
  readonly name: string;
}

/** An enum. */
export interface EnumDescriptor extends Named {
  /** Its values, which stand beside it in the namespace. */
  readonly value: readonly Named[];
}

/** A message. */
export interface MessageDescriptor extends Named {
  /** Its fields. */
  readonly field: readonly FieldDescriptor[];
  /** Messages within it. */
  readonly nestedType: readonly MessageDescriptor[];
  /** Enums within it. */
  readonly enumType: readonly EnumDescriptor[];
  /** Extensions that are declared within it. */
  readonly extension: readonly FieldDescriptor[];
  /** Its oneofs. */
  readonly oneofDecl: readonly Named[];
}

const Field: MessageType<FieldDescriptor> = messageType({
  name: text(1),
  extendee: text(2),
  number: int32(3),
});

const Name: MessageType<Named> = messageType({ name: text(1) });

const Enum: MessageType<EnumDescriptor> = messageType({
  name: text(1),
  value: messages(2, () => Name),
});

const Message: MessageType<MessageDescriptor> = messageType({
  name: text(1),
  field: messages(2, () => Field),
  nestedType: messages(3, () => Message),
  enumType: messages(4, () => Enum),
  extension: messages(6, () => Field),
  oneofDecl: messages(8, () => Name),
});

const Method = messageType({
  name: text(1),
  inputType: text(2),
  outputType: text(3),
  clientStreaming: bool(5),
  serverStreaming: bool(6),
});

const Service = messageType({
  name: text(1),
  method: messages(2, () => Method),
});

/** A file. */
export const FileDescriptor = messageType({
  name: text(1),
  package: text(2),
  dependency: texts(3),
  messageType: messages(4, () => Message),
  enumType: messages(5, () => Enum),
  service: messages(6, () => Service),
  extension: messages(7, () => Field),
  weakDependency: int32s(11),
});

/** A file that was read. */
export type FileDescriptor = typeof FileDescriptor extends MessageType<infer T>
  ? T
  : never;

/** Files, each of them as octets. */
export const FileDescriptorSet = messageType({ file: byteses(1) });
