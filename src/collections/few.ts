/**
 * What a field holds of a {@linkcode Few}: nothing, a value that is alone, or a
 * map of several.
 */
export type FewOf<Key, Value> = undefined | Value | Map<Key, Value>;

/**
 * Values that know their keys, held by a field of their owner: one that is alone
 * is in the field itself. Of thousands of channels most have one connection, for
 * which a map takes 200 octets, and a collection that is made late takes 50.
 *
 * It is no collection itself, and one is enough for all fields of a kind: what
 * changes answers with what the field is to hold from then on.
 */
export class Few<Key, Value extends object> {
  readonly #keyOf: (value: Value) => Key;

  /** `keyOf` says what tells a value from others. */
  constructor(keyOf: (value: Value) => Key) {
    this.#keyOf = keyOf;
  }

  /** How many there are. */
  size(held: FewOf<Key, Value>): number {
    if (held instanceof Map) return held.size;
    return held === undefined ? 0 : 1;
  }

  /** That of a key. */
  get(held: FewOf<Key, Value>, key: Key): Value | undefined {
    if (held instanceof Map) return held.get(key);
    return held !== undefined && this.#keyOf(held) === key ? held : undefined;
  }

  /** The one that is alone. */
  only(held: FewOf<Key, Value>): Value | undefined {
    if (!(held instanceof Map)) return held;
    if (held.size > 1) return undefined;
    const [value] = held.values();
    return value;
  }

  /** All of them, in the order in which their keys were added. */
  values(held: FewOf<Key, Value>): Iterable<Value> {
    if (held instanceof Map) return held.values();
    return held === undefined ? [] : [held];
  }

  /** With a value, which replaces the one that has its key. */
  with(held: FewOf<Key, Value>, value: Value): FewOf<Key, Value> {
    const key = this.#keyOf(value);
    if (held instanceof Map) return held.set(key, value);
    if (held === undefined || this.#keyOf(held) === key) return value;
    return new Map([[this.#keyOf(held), held], [key, value]]);
  }

  /** Without the value of a key. A map goes with its last one. */
  without(held: FewOf<Key, Value>, key: Key): FewOf<Key, Value> {
    if (!(held instanceof Map)) {
      return this.get(held, key) === undefined ? held : undefined;
    }
    held.delete(key);
    return held.size === 0 ? undefined : held;
  }
}
