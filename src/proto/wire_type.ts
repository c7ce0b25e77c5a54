/**
 * What follows a tag, see
 * {@link https://protobuf.dev/programming-guides/encoding/#structure | the encoding}.
 */
export const WireType = {
  /** A number of up to ten octets. */
  VARINT: 0,
  /** Eight octets. */
  I64: 1,
  /** A length, and so many octets. */
  LEN: 2,
  /** Fields up to the end of the group. */
  START_GROUP: 3,
  /** The end of a group. */
  END_GROUP: 4,
  /** Four octets. */
  I32: 5,
} as const;
