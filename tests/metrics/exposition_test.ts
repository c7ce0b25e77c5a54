import { assertEquals, assertThrows } from "@std/assert";
import { readExposition, valueOf } from "./support/exposition.ts";

const HEAD = "# HELP a_total What.\n# TYPE a_total counter\n";
const HISTOGRAM = "# HELP h What.\n# TYPE h histogram\n";

Deno.test("the checker reads names, labels and values", () => {
  const text = `${HEAD}a_total{b="c\\\\\\"\\n",d=""} 1.5e-7\na_total 3\n`;
  const { samples } = readExposition(text).get("a_total")!;
  assertEquals(samples, [
    { name: "a_total", labels: { b: 'c\\"\n', d: "" }, value: 1.5e-7 },
    { name: "a_total", labels: {}, value: 3 },
  ]);
  const buckets = `${HISTOGRAM}h_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\n`;
  assertEquals(valueOf(`${buckets}h_sum 9\nh_count 2\n`, "h_sum"), 9);
  assertEquals(readExposition("").size, 0);
});

const FAULTS: Readonly<Record<string, string>> = {
  "the end of a line that is missing": `${HEAD}a_total 1`,
  "a carriage return": `${HEAD}a_total 1\r\n`,
  "an empty line": `${HEAD}\na_total 1\n`,
  "a sample without a metric": "a_total 1\n",
  "a metric without a type": "# HELP a_total What.\na_total 1\n",
  "a metric without a sample": HEAD,
  "a metric that comes again": `${HEAD}a_total 1\n${HEAD}a_total{b="c"} 1\n`,
  "a sample of another metric": `${HEAD}b_total 1\n`,
  "a sample that comes again": `${HEAD}a_total 1\na_total 2\n`,
  "a label that comes again": `${HEAD}a_total{b="1",b="2"} 1\n`,
  "a label that is not escaped": `${HEAD}a_total{b="""} 1\n`,
  "another escape": `${HEAD}a_total{b="\\t"} 1\n`,
  "a name with a dot": `${HEAD}a_total{b.c="1"} 1\n`,
  "a value that is none": `${HEAD}a_total NaN\n`,
  "a counter by another name": "# HELP a What.\n# TYPE a counter\na 1\n",
  "a counter that has fallen": `${HEAD}a_total -1\n`,
  "bounds out of order":
    `${HISTOGRAM}h_bucket{le="2"} 1\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n`,
  "buckets that fall":
    `${HISTOGRAM}h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n`,
  "values that are in no bucket":
    `${HISTOGRAM}h_bucket{le="+Inf"} 1\nh_sum 1\nh_count 2\n`,
  "no bucket for all": `${HISTOGRAM}h_bucket{le="1"} 1\nh_sum 1\nh_count 1\n`,
  "no sum": `${HISTOGRAM}h_bucket{le="+Inf"} 1\nh_count 1\n`,
};

for (const [what, text] of Object.entries(FAULTS)) {
  Deno.test(`the checker finds ${what}`, () => {
    assertThrows(() => readExposition(text), Error);
  });
}
