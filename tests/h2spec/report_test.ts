import { assertEquals } from "@std/assert";
import { parseReport } from "./report.ts";

Deno.test("The report of h2spec tells of each case", () => {
  const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="8.1. HTTP" package="http2/8.1" id="8.1" tests="3">
    <testcase package="http2/8.1" classname="Sends a &#34;:path&#34; &amp; more" time="0.01"></testcase>
    <testcase package="http2/8.1" classname="Sends DATA" time="2"><skipped></skipped></testcase>
    <testcase package="http2/8.1" classname="Sends PING" time="2">
      <error>GOAWAY
Timeout</error>
    </testcase>
  </testsuite>
  <testsuite name="2. Nothing" package="hpack/2" id="2" tests="0"></testsuite>
  <testsuite name="6.1. Field" package="hpack/6.1" id="6.1" tests="1">
    <testcase package="hpack/6.1" classname="Sends index 0" time="0"><failure>Expect:</failure></testcase>
  </testsuite>
</testsuites>`;
  const cases = parseReport(report);
  assertEquals(cases.map(({ section, number }) => `${section} ${number}`), [
    "http2/8.1 1",
    "http2/8.1 2",
    "http2/8.1 3",
    "hpack/6.1 1",
  ]);
  assertEquals(cases[0].title, 'Sends a ":path" & more');
  assertEquals(cases.map(({ outcome, detail }) => [outcome, detail]), [
    ["passed", ""],
    ["skipped", ""],
    ["failed", "GOAWAY Timeout"],
    ["failed", "Expect:"],
  ]);
});
