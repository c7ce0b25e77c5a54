let last = 0;

/**
 * A number for something that events tell of, such as a call or a connection:
 * no two of a process have the same, whatever they are, as in channelz.
 */
export function nextId(): number {
  return ++last;
}
