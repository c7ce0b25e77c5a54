import type {
  EnumDescriptor,
  FieldDescriptor,
  FileDescriptor,
  MessageDescriptor,
} from "./descriptors.ts";

/** What a file declares, by full names. */
export interface Declarations {
  /**
   * Names of messages, fields, oneofs, enums, their values, extensions, services
   * and methods.
   */
  readonly symbols: readonly string[];
  /** Those of messages among them. */
  readonly messages: readonly string[];
  /** Those of services among them. */
  readonly services: readonly string[];
  /** The extensions: which message has them, and their numbers. */
  readonly extensions: readonly (readonly [type: string, number: number])[];
}

/** Collects what a file declares. */
export function declarationsOf(file: FileDescriptor): Declarations {
  const collected = new Collector();
  const scope = file.package === "" ? "" : `${file.package}.`;
  collected.all(scope, file);
  for (const { name, method } of file.service) {
    collected.services.push(scope + name);
    collected.symbols.push(scope + name);
    for (const each of method) {
      collected.symbols.push(`${scope}${name}.${each.name}`);
    }
  }
  return collected;
}

class Collector implements Declarations {
  readonly symbols: string[] = [];
  readonly messages: string[] = [];
  readonly services: string[] = [];
  readonly extensions: [type: string, number: number][] = [];

  /** What stands in a file or in a message. */
  all(
    scope: string,
    { enumType, extension, messageType = [], nestedType = messageType }: {
      readonly enumType: readonly EnumDescriptor[];
      readonly extension: readonly FieldDescriptor[];
      readonly messageType?: readonly MessageDescriptor[];
      readonly nestedType?: readonly MessageDescriptor[];
    },
  ): void {
    for (const each of nestedType) this.#message(scope, each);
    for (const each of enumType) this.#enum(scope, each);
    for (const { name, extendee, number } of extension) {
      this.symbols.push(scope + name);
      this.extensions.push([extendee.replace(/^\./, ""), number]);
    }
  }

  #message(scope: string, message: MessageDescriptor): void {
    const name = scope + message.name;
    this.messages.push(name);
    this.symbols.push(name);
    for (const each of message.field) this.symbols.push(`${name}.${each.name}`);
    for (const each of message.oneofDecl) {
      this.symbols.push(`${name}.${each.name}`);
    }
    this.all(`${name}.`, message);
  }

  /** "Enum values use C++ scoping rules": they are siblings of their type. */
  #enum(scope: string, { name, value }: EnumDescriptor): void {
    this.symbols.push(scope + name);
    for (const each of value) this.symbols.push(scope + each.name);
  }
}
