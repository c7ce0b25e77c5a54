/**
 * Lets the end of an async generator take effect at once: by itself, it waits
 * for the read that is pending.
 *
 * @param end Is called first, and has that read settle.
 */
export function interruptible<T, End>(
  generator: AsyncGenerator<T, End>,
  end: () => void,
): AsyncGenerator<T, End> {
  const finish = generator.return.bind(generator);
  generator.return = (value) => {
    end();
    return finish(value);
  };
  return generator;
}
