import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Serves the echo service and reports. */
final class EchoServer {
  private static final Context.Key<Integer> REPEAT = Context.keyWithDefault("repeat", 10);
  private static final long STOP_GRACE_MS = 2_000;

  private EchoServer() {}

  static void serve(Flags flags) throws Exception {
    FrameLog.watch("NettyServerHandler");
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(
            new InetSocketAddress("127.0.0.1", (int) flags.millis("port")));
    flags.duration("min-time", builder::permitKeepAliveTime);
    builder.permitKeepAliveWithoutCalls(flags.has("permit-without-stream"));
    flags.duration("keepalive-time", builder::keepAliveTime);
    flags.duration("keepalive-timeout", builder::keepAliveTimeout);
    flags.duration("max-connection-idle", builder::maxConnectionIdle);
    flags.duration("max-connection-age", builder::maxConnectionAge);
    flags.duration("max-connection-age-grace", builder::maxConnectionAgeGrace);
    Server server =
        builder.addService(ServerInterceptors.intercept(echo(), EchoServer::repeat)).build();
    server.start();
    Report.event("listening", "port", server.getPort());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
    server.awaitTermination();
  }

  private static void stop(Server server) {
    server.shutdown();
    try {
      if (!server.awaitTermination(STOP_GRACE_MS, TimeUnit.MILLISECONDS)) server.shutdownNow();
    } catch (InterruptedException error) {
      server.shutdownNow();
    }
    Report.event("stopped");
    // A JVM that a signal ends would tell of 143.
    Runtime.getRuntime().halt(0);
  }

  private static <Q, P> ServerCall.Listener<Q> repeat(
      ServerCall<Q, P> call, Metadata headers, io.grpc.ServerCallHandler<Q, P> next) {
    String repeat = headers.get(Echo.REPEAT);
    Context context = Context.current();
    if (repeat != null) context = context.withValue(REPEAT, Integer.valueOf(repeat));
    return Contexts.interceptCall(context, call, headers, next);
  }

  private static ServerServiceDefinition echo() {
    return ServerServiceDefinition.builder("echo.Echo")
        .addMethod(
            Echo.UNARY,
            ServerCalls.asyncUnaryCall(
                (request, out) -> {
                  out.onNext(request);
                  out.onCompleted();
                }))
        .addMethod(
            Echo.SERVER_STREAM,
            ServerCalls.asyncServerStreamingCall(
                (request, out) -> {
                  for (int i = 0; i < REPEAT.get(); i++) out.onNext(request);
                  out.onCompleted();
                }))
        .addMethod(Echo.CLIENT_STREAM, ServerCalls.asyncClientStreamingCall(Gather::new))
        .addMethod(Echo.BIDI, ServerCalls.asyncBidiStreamingCall(Mirror::new))
        .build();
  }

  /** Answers once, with all that came. */
  private static final class Gather implements StreamObserver<byte[]> {
    private final ByteArrayOutputStream all = new ByteArrayOutputStream();
    private final StreamObserver<byte[]> out;

    Gather(StreamObserver<byte[]> out) {
      this.out = out;
    }

    @Override
    public void onNext(byte[] message) {
      all.writeBytes(message);
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {
      out.onNext(all.toByteArray());
      out.onCompleted();
    }
  }

  /** Answers each message with itself. */
  private record Mirror(StreamObserver<byte[]> out) implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] message) {
      out.onNext(message);
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {
      out.onCompleted();
    }
  }
}
