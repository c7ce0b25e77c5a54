const TAG = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y;
const TEXT = /[^<&]*(?:&(?:amp|lt|gt|quot|#39);[^<&]*)*/y;

/**
 * Fails unless a text is well-formed XML of elements, attributes and text; of a
 * page in HTML with its few empty elements, too.
 *
 * @returns The elements, by name, and how often each is there.
 */
export function wellFormed(markup: string): Map<string, number> {
  const counts = new Map<string, number>();
  const open: string[] = [];
  let at = markup.startsWith("<!doctype html>") ? 15 : 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.exec(markup);
    at = pattern.lastIndex || at;
    return found;
  };
  while (at < markup.length) {
    if (["style", "script"].includes(open.at(-1) ?? "")) {
      at = markup.indexOf(`</${open.at(-1)}>`, at);
    } else take(TEXT);
    if (at >= markup.length) break;
    const tag = take(TAG);
    if (tag === null) {
      throw new Error(`Not well-formed: ${markup.slice(at, at + 80)}`);
    }
    const [, closes, name, , isEmpty] = tag;
    if (closes) {
      const last = open.pop();
      if (last !== name) throw new Error(`</${name}> ends <${last}>`);
      continue;
    }
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (!isEmpty && name !== "meta") open.push(name);
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> has no end`);
  return counts;
}
