/**
 * A message of which fields may be left out, at any depth: what `fromPartial` of
 * ts-proto takes. Octets, dates and maps are given whole; of a `oneof` that is a
 * union the `$case` must be there.
 *
 * Called `DeepPartial` in the code that ts-proto generates.
 *
 * @typeParam Message The whole message.
 */
export type PartialMessage<Message> = Message extends
  string | number | bigint | boolean | null | undefined ? Message
  : Message extends Date | Uint8Array | ReadonlyMap<unknown, unknown> ? Message
  : Message extends (...args: never) => unknown ? Message
  : Message extends readonly (infer Item)[] ? readonly PartialMessage<Item>[]
  : Message extends { readonly $case: infer Case } ?
      & { readonly $case: Case }
      & {
        [Key in Exclude<keyof Message, "$case">]?: PartialMessage<Message[Key]>;
      }
  : { [Key in keyof Message]?: PartialMessage<Message[Key]> };
