import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Calls the echo service and reports. */
final class EchoClient {
  private static final int STREAMED = 3;
  private static final long CALL_TIMEOUT_S = 20;
  private static final long REOPEN_DELAY_MS = 100;
  private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o'};

  private static final ScheduledExecutorService later =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
          });

  private EchoClient() {}

  static void call(Flags flags) throws Exception {
    FrameLog.watch("NettyClientHandler");
    String[] target = flags.text("target", "").split(":");
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(target[0], Integer.parseInt(target[1])))
            .usePlaintext()
            .keepAliveWithoutCalls(flags.has("permit-without-stream"));
    flags.duration("keepalive-time", builder::keepAliveTime);
    flags.duration("keepalive-timeout", builder::keepAliveTimeout);
    ManagedChannel channel = builder.build();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
    watchState(channel);
    if (flags.has("hold")) holdStream(channel);
    String method = flags.text("call", "none");
    if (!method.equals("none")) {
      do {
        reportCall(channel, method);
        Thread.sleep(flags.millis("call-every"));
      } while (flags.has("call-every"));
    }
    if (method.equals("none") || flags.has("hold")) new CountDownLatch(1).await();
    channel.shutdownNow();
    Report.event("stopped");
    Runtime.getRuntime().halt(0);
  }

  /**
   * Reports every state, and leaves IDLE so that a lost connection is replaced: not at once, as a
   * channel learns of too_many_pings only after it has become IDLE.
   */
  private static void watchState(ManagedChannel channel) {
    ConnectivityState state = channel.getState(false);
    Report.event("state", "state", state);
    if (state == ConnectivityState.IDLE) {
      later.schedule(() -> channel.getState(true), REOPEN_DELAY_MS, TimeUnit.MILLISECONDS);
    }
    channel.notifyWhenStateChanged(state, () -> watchState(channel));
  }

  /** Keeps one bidi stream open and quiet, and opens another when it is lost. */
  private static void holdStream(ManagedChannel channel) {
    ClientCall<byte[], byte[]> call =
        channel.newCall(Echo.BIDI, CallOptions.DEFAULT.withWaitForReady());
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            Report.event("held", "open", true);
            call.request(1);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            Report.event(
                "held",
                "open", false,
                "code", status.getCode().value(),
                "message", status.getDescription());
            later.schedule(
                () -> holdStream(channel), REOPEN_DELAY_MS, TimeUnit.MILLISECONDS);
          }
        },
        new Metadata());
    call.request(1);
    call.sendMessage(new byte[] {'h', 'o', 'l', 'd'});
  }

  private static void reportCall(ManagedChannel channel, String kind)
      throws InterruptedException {
    switch (kind) {
      case "unary" -> reportCall(channel, Echo.UNARY, 1);
      case "server-stream" -> reportCall(channel, Echo.SERVER_STREAM, 1);
      case "client-stream" -> reportCall(channel, Echo.CLIENT_STREAM, STREAMED);
      case "bidi" -> reportCall(channel, Echo.BIDI, STREAMED);
      default -> throw new IllegalArgumentException("unknown --call " + kind);
    }
  }

  private static void reportCall(
      ManagedChannel channel, MethodDescriptor<byte[], byte[]> method, int messages)
      throws InterruptedException {
    long begun = System.nanoTime();
    CountDownLatch done = new CountDownLatch(1);
    ClientCall<byte[], byte[]> call =
        channel.newCall(
            method,
            CallOptions.DEFAULT
                .withWaitForReady()
                .withDeadlineAfter(CALL_TIMEOUT_S, TimeUnit.SECONDS));
    Metadata headers = new Metadata();
    headers.put(Echo.REPEAT, Integer.toString(STREAMED));
    call.start(
        new ClientCall.Listener<>() {
          private int count;
          private int octets;

          @Override
          public void onMessage(byte[] message) {
            count++;
            octets += message.length;
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            Report.event(
                "call",
                "method", method.getBareMethodName(),
                "code", status.getCode().value(),
                "message", status.getDescription(),
                "messages", count,
                "bytes", octets,
                "ms", (System.nanoTime() - begun) / 1_000 / 1e3);
            done.countDown();
          }
        },
        headers);
    call.request(STREAMED + 1);
    for (int i = 0; i < messages; i++) call.sendMessage(HELLO);
    call.halfClose();
    done.await();
  }
}
