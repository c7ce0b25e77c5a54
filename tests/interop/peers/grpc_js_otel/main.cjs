// The server or the client of calls that the instrumentation of OpenTelemetry
// traces in grpc-js. It reports on stdout, one JSON object a line.
"use strict";
const { context, propagation, SpanKind, trace } = require("@opentelemetry/api");
const {
  AsyncLocalStorageContextManager,
} = require("@opentelemetry/context-async-hooks");
const { W3CTraceContextPropagator } = require("@opentelemetry/core");
const { registerInstrumentations } = require("@opentelemetry/instrumentation");
const { GrpcInstrumentation } = require("@opentelemetry/instrumentation-grpc");
const { TracerProvider } = require("@opentelemetry/sdk-trace");

const ended = [];
const provider = new TracerProvider({
  spanProcessors: [{
    onStart() {},
    onEnd: (span) => ended.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  }],
});
trace.setGlobalTracerProvider(provider);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
registerInstrumentations({ instrumentations: [new GrpcInstrumentation()] });

// It is patched as it is loaded.
const grpc = require("@grpc/grpc-js");

const same = (octets) => octets;
const method = (name, requestStream, responseStream) => ({
  path: `/test.Words/${name}`,
  requestStream,
  responseStream,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
});
const Words = {
  One: method("One", false, false),
  Down: method("Down", false, true),
  Up: method("Up", true, false),
  Both: method("Both", true, true),
};

function report(event) {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

function reportSpans() {
  const spans = ended.map((span) => ({
    name: span.name,
    kind: SpanKind[span.kind].toLowerCase(),
    trace: span.spanContext().traceId,
    id: span.spanContext().spanId,
    parent: span.parentSpanContext?.spanId,
    status: String(span.status.code),
  }));
  report({ type: "telemetry", metrics: [], text: "", spans });
}

function serve() {
  const server = new grpc.Server();
  server.addService(Words, {
    One: (call, answer) => answer(null, call.request),
    Down: (call) => {
      call.write(call.request);
      call.end();
    },
    Up: (call, answer) => {
      call.on("data", () => {});
      call.on("end", () => answer(null, Buffer.from("up")));
    },
    Both: (call) => {
      call.on("data", (word) => call.write(word));
      call.on("end", () => call.end());
    },
  });
  const insecure = grpc.ServerCredentials.createInsecure();
  server.bindAsync("127.0.0.1:0", insecure, (error, port) => {
    if (error) throw error;
    report({ type: "listening", port });
  });
  process.on("SIGTERM", () =>
    server.tryShutdown(() => {
      reportSpans();
      process.exit(0);
    }));
}

/** Settles when a call is over. */
function over(call) {
  return new Promise((resolve, reject) => {
    call.on("data", () => {});
    call.on("error", reject);
    call.on("end", resolve);
  });
}

async function makeCalls(target) {
  const Client = grpc.makeGenericClientConstructor(Words, "Words");
  const client = new Client(target, grpc.credentials.createInsecure());
  const word = Buffer.from("a");
  const settled = (begin) =>
    new Promise((resolve, reject) =>
      begin((error, value) => error ? reject(error) : resolve(value))
    );
  const calls = {
    One: () => settled((done) => client.One(word, done)),
    Down: () => over(client.Down(word)),
    Up: () => settled((done) => client.Up(done).end(word)),
    Both: () => {
      const call = client.Both();
      call.end(word);
      return over(call);
    },
  };
  const tracer = trace.getTracer("the scene");
  for (const [name, call] of Object.entries(calls)) {
    await tracer.startActiveSpan(`caller of ${name}`, async (span) => {
      await call();
      span.end();
    });
  }
  client.close();
  reportSpans();
}

const [role, ...args] = process.argv.slice(2);
if (role === "server") serve();
else makeCalls(args[args.indexOf("--target") + 1]);
