import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { reportFault } from "../../src/runtime/mod.ts";

const MODULE = new URL("../../src/transport/public.ts", import.meta.url).href;

/** What is printed as an error while something runs. */
function printed(action: () => void): unknown[][] {
  const lines: unknown[][] = [];
  const { error } = console;
  console.error = (...line: unknown[]) => void lines.push(line);
  try {
    action();
  } finally {
    console.error = error;
  }
  return lines;
}

Deno.test("a fault is printed with its stack where nobody listens for errors", () => {
  const fault = new RangeError("no such thing");
  const [line, ...others] = printed(() => reportFault(fault));
  assertEquals(others, []);
  assertStringIncludes(String(line[0]), "internal error");
  assertEquals(line[1], fault);
});

Deno.test("a listener for errors hears of a fault, and can keep it from being printed", () => {
  const fault = new RangeError("no such thing");
  for (const prevents of [true, false]) {
    const heard: unknown[] = [];
    const listener = (event: ErrorEvent) => {
      heard.push(event.error);
      if (prevents) event.preventDefault();
    };
    globalThis.addEventListener("error", listener);
    try {
      const lines = printed(() => reportFault(fault));
      assertEquals(lines.length, prevents ? 0 : 1);
    } finally {
      globalThis.removeEventListener("error", listener);
    }
    assertEquals(heard, [fault]);
  }
});

Deno.test("a process in which a consumer of a stream throws serves on", async () => {
  const program = `
    import { dial, listen } from ${JSON.stringify(MODULE)};
    const unused = () => {};
    const consumer = {
      onHeaders: unused, onWritable: unused, onReset: unused, onClosed: unused,
      onData() { throw new Error("a fault in onData"); },
    };
    await using listener = listen({
      hostname: "127.0.0.1", port: 0, onStream: () => consumer,
    });
    await using transport = await dial("127.0.0.1:" + listener.addr.port);
    const ended = Promise.withResolvers();
    const stream = transport.openStream([
      [":method", "POST"], [":scheme", "http"], [":path", "/a"],
      [":authority", "a"], ["content-type", "application/grpc"],
    ], false, {
      onHeaders: unused, onData: unused, onWritable: unused,
      onReset: (code) => ended.resolve(code), onClosed: ended.reject,
    });
    stream.sendData(new Uint8Array(8), false);
    console.log(await ended.promise, (await transport.ping()) >= 0);
  `;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", "--no-config", program],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder().decode(stderr);
  assertEquals(new TextDecoder().decode(stdout), "2 true\n", text);
  assertEquals(code, 0);
  assert(/a fault in onData\n\s+at /.test(text), text);
});
