import type { Reader } from "./reader.ts";
import { WireType } from "./wire_type.ts";
import { Writer } from "./writer.ts";

/** How one field of a message is written and read. */
export interface Field<T> {
  /** Its number. */
  readonly number: number;
  /** What it is when it does not occur. */
  initial(): T;
  /** Writes it, unless it is what it is when it does not occur. */
  write(writer: Writer, value: T): void;
  /** Whether a value of this type can be it; others are left out. */
  takes(wireType: number): boolean;
  /** Reads it once more; answers with what it is from then on. */
  read(reader: Reader, before: T, wireType: number): T;
}

/** A message within another one. */
export interface Nested<T> {
  /** What it is without a field. */
  initial(): T;
  /** Writes its fields. */
  write(writer: Writer, value: T): void;
  /** Reads fields until the end, in addition to those before. */
  read(reader: Reader, message: T): T;
}

/** How a value of one wire type is written and read. */
interface Kind<T> {
  readonly wireType: number;
  readonly initial: T;
  write(writer: Writer, value: T): void;
  read(reader: Reader): T;
}

const INTEGER: Kind<number> = {
  wireType: WireType.VARINT,
  initial: 0,
  write: (writer, value) => writer.integer(value),
  read: (reader) => reader.integer(),
};

const INT32: Kind<number> = { ...INTEGER, read: (reader) => reader.int32() };

const BOOL: Kind<boolean> = {
  wireType: WireType.VARINT,
  initial: false,
  write: (writer, value) => writer.integer(Number(value)),
  read: (reader) => reader.bool(),
};

const TEXT: Kind<string> = {
  wireType: WireType.LEN,
  initial: "",
  write: (writer, value) => writer.text(value),
  read: (reader) => reader.text(),
};

const BYTES: Kind<Uint8Array> = {
  wireType: WireType.LEN,
  initial: new Uint8Array(0),
  write: (writer, value) => writer.bytes(value),
  read: (reader) => reader.bytes(),
};

/** An `int64` or `uint64`, exact up to 2^53. */
export function int64(number: number): Field<number> {
  return singular(number, INTEGER);
}

/** An `int32`, or an enum. */
export function int32(number: number): Field<number> {
  return singular(number, INT32);
}

/** A `bool`. */
export function bool(number: number): Field<boolean> {
  return singular(number, BOOL);
}

/** A `string`. */
export function text(number: number): Field<string> {
  return singular(number, TEXT);
}

/** A `bytes`: what is read is a view. */
export function bytes(number: number): Field<Uint8Array> {
  const field = singular(number, BYTES);
  return {
    ...field,
    write: (writer, value) => {
      if (value.length > 0) field.write(writer, value);
    },
  };
}

/** A `string` that may occur and be empty, as in a `oneof`. */
export function optionalText(number: number): Field<string | undefined> {
  return optional(number, TEXT);
}

/** An `int32` that may occur and be 0. */
export function optionalInt32(number: number): Field<number | undefined> {
  return optional(number, INT32);
}

/** A `repeated string`. */
export function texts(number: number): Field<readonly string[]> {
  return repeated(number, TEXT);
}

/** A `repeated bytes`: what is read are views. */
export function byteses(number: number): Field<readonly Uint8Array[]> {
  return repeated(number, BYTES);
}

/** A `repeated int32`, written packed, and read either way. */
export function int32s(number: number): Field<readonly number[]> {
  const each = repeated(number, INT32);
  return {
    ...each,
    write(writer, values) {
      if (values.length === 0) return;
      const packed = new Writer();
      for (const value of values) packed.integer(value);
      writer.tag(number, WireType.LEN);
      writer.bytes(packed.octets);
    },
    takes: (wireType) => each.takes(wireType) || isLen(wireType),
    read(reader, before, wireType) {
      if (!isLen(wireType)) return each.read(reader, before, wireType);
      const values = before as number[];
      const packed = reader.nested();
      while (!packed.isAtEnd) values.push(packed.int32());
      return values;
    },
  };
}

/** A message: `undefined` if it does not occur. */
export function message<T>(
  number: number,
  nested: () => Nested<T>,
): Field<T | undefined> {
  return {
    number,
    initial: () => undefined,
    write(writer, value) {
      if (value !== undefined) writeNested(writer, number, nested(), value);
    },
    takes: isLen,
    read(reader, before) {
      return nested().read(reader.nested(), before ?? nested().initial());
    },
  };
}

/** Any number of messages. */
export function messages<T>(
  number: number,
  nested: () => Nested<T>,
): Field<readonly T[]> {
  return {
    number,
    initial: () => [],
    write(writer, values) {
      for (const value of values) writeNested(writer, number, nested(), value);
    },
    takes: isLen,
    read(reader, before) {
      const read = nested().read(reader.nested(), nested().initial());
      (before as T[]).push(read);
      return before;
    },
  };
}

function writeNested<T>(
  writer: Writer,
  number: number,
  nested: Nested<T>,
  value: T,
): void {
  const inner = new Writer();
  nested.write(inner, value);
  writer.tag(number, WireType.LEN);
  writer.bytes(inner.octets);
}

function singular<T>(number: number, kind: Kind<T>): Field<T> {
  return {
    number,
    initial: () => kind.initial,
    write(writer, value) {
      if (value !== kind.initial) writeOne(writer, number, kind, value);
    },
    takes: (wireType) => wireType === kind.wireType,
    read: (reader) => kind.read(reader),
  };
}

function optional<T>(number: number, kind: Kind<T>): Field<T | undefined> {
  return {
    number,
    initial: () => undefined,
    write(writer, value) {
      if (value !== undefined) writeOne(writer, number, kind, value);
    },
    takes: (wireType) => wireType === kind.wireType,
    read: (reader) => kind.read(reader),
  };
}

function repeated<T>(number: number, kind: Kind<T>): Field<readonly T[]> {
  return {
    number,
    initial: () => [],
    write(writer, values) {
      for (const value of values) writeOne(writer, number, kind, value);
    },
    takes: (wireType) => wireType === kind.wireType,
    read(reader, before) {
      (before as T[]).push(kind.read(reader));
      return before;
    },
  };
}

function writeOne<T>(
  writer: Writer,
  number: number,
  kind: Kind<T>,
  value: T,
): void {
  writer.tag(number, kind.wireType);
  kind.write(writer, value);
}

function isLen(wireType: number): boolean {
  return wireType === WireType.LEN;
}
