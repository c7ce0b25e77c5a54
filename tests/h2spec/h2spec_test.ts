import { LAYERS, prepareH2spec, runH2spec } from "./h2spec.ts";

const prepared = await prepareH2spec();

if ("missing" in prepared) {
  for (const layer of LAYERS) {
    Deno.test({
      name: `h2spec over ${layer} (${prepared.missing})`,
      ignore: true,
      fn: () => {},
    });
  }
} else {
  for (const layer of LAYERS) {
    const cases = await runH2spec(prepared.program, layer);
    for (const { section, number, title, outcome, detail } of cases) {
      Deno.test(`h2spec over ${layer}: ${section} ${number}: ${title}`, () => {
        if (outcome !== "passed") throw new Error(`${outcome}: ${detail}`);
      });
    }
  }
}
