import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { lint, presets } from "../../src/doctor/mod.ts";
import { MISTAKES, OTHERS, type Pair, PRESETS } from "./pairs.ts";

const ALL: readonly Pair[] = [...PRESETS, ...MISTAKES, ...OTHERS];

for (const { about, of, worst, finds, advice, without = [] } of ALL) {
  Deno.test(`lint, ${about}`, () => {
    const { findings, severity } = lint(of);
    const told = findings.map(({ severity, id, arithmetic }) =>
      `${severity} ${id}: ${arithmetic}`
    ).join("\n");
    for (const [severity, id, part = ""] of finds) {
      const found = findings.find((each) =>
        each.severity === severity && each.id === id &&
        (each.arithmetic ?? "").includes(part)
      );
      assert(
        found !== undefined,
        `no ${severity} ${id} with "${part}":\n${told}`,
      );
    }
    assertEquals(severity, worst, told);
    if (advice !== undefined) {
      const [, id] = finds[0];
      const [first] = findings.find((each) => each.id === id)?.advice ?? [];
      assertEquals([first?.option, first?.value], [...advice]);
    }
    const unwanted = findings.filter(({ id, severity }) =>
      without.includes(id) && severity !== "ok"
    );
    assertEquals(unwanted.map(({ id }) => id), []);
  });
}

Deno.test("the pairs are forty or more, with each preset and the ten mistakes", () => {
  assert(ALL.length >= 40);
  assertEquals(MISTAKES.length, 10);
  const names = PRESETS.map(({ of }) => `${of.path}`.split("=")[0]);
  assertEquals(names.toSorted(), presets.map(({ name }) => name).toSorted());
});

Deno.test("findings are sorted, have a sentence and a source, and the verdict tells the first", () => {
  const order = ["error", "warning", "info", "ok"];
  for (const { of, about } of ALL) {
    const { findings, verdict, severity } = lint(of);
    const ranks = findings.map(({ severity }) => order.indexOf(severity));
    assertEquals(ranks, ranks.toSorted((a, b) => a - b), about);
    for (const { title, source, advice, severity, id } of findings) {
      assertMatch(title, /^[\w@].*[^.]$/, about);
      assertMatch(source ?? "", /^https:\/\//, `${about}: ${id}`);
      if (severity === "ok") assertEquals(advice, [], `${about}: ${id}`);
      if (severity === "error") assert(advice.length > 0, `${about}: ${id}`);
    }
    if (order.indexOf(severity) < 2) {
      assertStringIncludes(verdict, findings[0].title);
    } else assertEquals(verdict, "Nothing is wrong.");
  }
});

/** Options with one more set, at a path with dots. */
function withOption(
  options: Record<string, unknown>,
  path: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const [key, ...rest] = path;
  const inner = (options[key] ?? {}) as Record<string, unknown>;
  return {
    ...options,
    [key]: rest.length === 0 ? value : withOption(inner, rest, value),
  };
}

Deno.test("what is advised, in the words of the stack, ends the finding", () => {
  let tried = 0;
  for (const { of, about } of ALL) {
    for (const { id, severity, advice } of lint(of).findings) {
      const [{ end, option, value } = { end: "path" as const }] = advice;
      const isBad = severity === "error" || severity === "warning";
      if (!isBad || end === "path" || option === undefined) continue;
      if (value === undefined || id === "ignored-option") continue;
      const bare = option.split(".").at(-1) ?? "";
      const given = of[end] ?? {};
      const path = option.startsWith("grpc.")
        ? [option]
        : bare in given
        ? [bare]
        : option.split(".");
      const stack = lint(of).subject;
      const changed = lint({ ...of, [end]: withOption(given, path, value) });
      const left = changed.findings.filter((each) =>
        each.id === id && each.severity === severity
      );
      // A proxy that pings wants two options changed.
      assertEquals(left.length, 0, `${about}: ${id} with ${option} (${stack})`);
      tried++;
    }
  }
  assert(tried > 25, `${tried}`);
});
