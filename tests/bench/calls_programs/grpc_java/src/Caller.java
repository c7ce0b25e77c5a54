import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** Makes a call, and another after each answer until a time is over. */
final class Caller implements StreamObserver<byte[]> {
  private final Channel channel;
  private final byte[] request;
  private final long end;
  private final CompletableFuture<long[]> done = new CompletableFuture<>();
  private long[] latencies = new long[16];
  private int count = 0;
  private long start;

  Caller(Channel channel, byte[] request, long end) {
    this.channel = channel;
    this.request = request;
    this.end = end;
    call();
  }

  long[] get() throws Exception {
    return done.get();
  }

  private void call() {
    start = System.nanoTime();
    ClientCalls.asyncUnaryCall(
        channel.newCall(Echo.UNARY, CallOptions.DEFAULT), request, this);
  }

  @Override
  public void onNext(byte[] response) {
    if (response.length != request.length) {
      done.completeExceptionally(new IllegalStateException("received " + response.length));
    }
  }

  @Override
  public void onError(Throwable error) {
    done.completeExceptionally(error);
  }

  @Override
  public void onCompleted() {
    if (count == latencies.length) {
      latencies = Arrays.copyOf(latencies, count * 2);
    }
    long now = System.nanoTime();
    latencies[count++] = now - start;
    if (now < end) {
      call();
    } else {
      done.complete(Arrays.copyOf(latencies, count));
    }
  }
}
