import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Diagnosis, lint, renderDiagnosis } from "../../src/doctor/mod.ts";

Deno.test("a page has the verdict, every finding, its advice and its source", () => {
  const diagnosis = lint({
    client: { Time: "10s" },
    path: ["aws-nlb", "nginx"],
  });
  const page = renderDiagnosis(diagnosis);
  assert(page.includes(diagnosis.verdict));
  for (const { title, source = "", advice } of diagnosis.findings) {
    assert(page.includes(title.replaceAll("'", "&#39;")), title);
    assert(page.includes(`<a href="${source}">`), source);
    for (const { text } of advice) {
      assert(page.includes(text.replaceAll('"', "&quot;")), text);
    }
  }
  const [, json] = page.match(/id="diagnosis">(.*)<\/script>/) ?? [];
  assertEquals(JSON.parse(json), JSON.parse(JSON.stringify(diagnosis)));
});

Deno.test("what others have said is text in a page, and runs nothing", () => {
  const evil =
    '"><img src=x onerror=alert(1)></script><script>alert(2)</script>';
  const page = renderDiagnosis({
    subject: evil,
    severity: "error",
    verdict: evil,
    facts: [[evil, evil]],
    findings: [{
      id: evil,
      severity: "error",
      title: evil,
      arithmetic: evil,
      advice: [{ end: "client", text: evil }],
      source: `javascript:${evil}`,
    }],
  });
  assertEquals(page.includes("<img"), false);
  assertEquals([...page.matchAll(/<script/g)].length, 1);
  assertEquals(page.includes("<a "), false);
});

Deno.test("what is no diagnosis is refused", () => {
  const render = (value: unknown) => () => renderDiagnosis(value as Diagnosis);
  assertThrows(render(null), TypeError, "expected an object, received null");
  assertThrows(render({}), TypeError, "what lint or probe returned");
});
