import type { Field, Nested } from "./fields.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

/** The fields of a message by their names. */
// deno-lint-ignore no-explicit-any
export type Fields = Readonly<Record<string, Field<any>>>;

/** What a message is once it was read: it has each of its fields. */
export type Decoded<F extends Fields> = {
  [Name in keyof F]: F[Name] extends Field<infer T> ? T : never;
};

/** What is to be written: what is left out does not occur. */
export type Init<T> = T extends string | number | boolean | Uint8Array ? T
  : T extends readonly (infer Each)[] ? readonly Init<Each>[]
  : T extends object ? { readonly [Name in keyof T]?: Init<T[Name]> }
  : T;

/** Writes and reads messages of one kind. */
export interface MessageType<T> extends Nested<T> {
  /** The octets of a message. */
  encode(message: Init<T>): Uint8Array;
  /**
   * The message of these octets, of which it may have views. Fields that are
   * not known are left out.
   *
   * @throws {DecodeError} If they are none.
   */
  decode(octets: Uint8Array): T;
}

/** Makes a kind of messages of a table of its fields. */
export function messageType<F extends Fields>(
  fields: F,
): MessageType<Decoded<F>> {
  type T = Decoded<F>;
  const byNumber = new Map<number, [name: string, Field<unknown>]>(
    Object.entries(fields).map(([name, field]) => [
      field.number,
      [name, field],
    ]),
  );
  const type: MessageType<T> = {
    initial: () =>
      Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [name, field.initial()]),
      ) as T,
    write(writer, message) {
      const values: Readonly<Record<string, unknown>> = message;
      for (const [name, field] of byNumber.values()) {
        if (values[name] !== undefined) field.write(writer, values[name]);
      }
    },
    read(reader, message) {
      const values: Record<string, unknown> = message;
      while (!reader.isAtEnd) {
        const { number, wireType } = reader.tag();
        const known = byNumber.get(number);
        if (known === undefined || !known[1].takes(wireType)) {
          reader.skip(wireType, number);
          continue;
        }
        const [name, field] = known;
        values[name] = field.read(reader, values[name], wireType);
      }
      return message;
    },
    encode(message) {
      const writer = new Writer();
      type.write(writer, message as T);
      return writer.octets;
    },
    decode: (octets) => type.read(new Reader(octets), type.initial()),
  };
  return type;
}
