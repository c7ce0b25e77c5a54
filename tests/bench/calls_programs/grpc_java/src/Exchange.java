import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sends a message after each answer until a time is over. */
final class Exchange implements StreamObserver<byte[]> {
  private final CompletableFuture<long[]> done = new CompletableFuture<>();
  private final List<Long> latencies = new ArrayList<>();
  private final byte[] message;
  private final long end;
  private final StreamObserver<byte[]> requests;
  private long start;

  Exchange(Channel channel, Job job) {
    message = new byte[job.size];
    end = job.end();
    requests =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(Echo.BIDI, CallOptions.DEFAULT), this);
    send();
  }

  long[] get() throws Exception {
    return done.get();
  }

  private void send() {
    start = System.nanoTime();
    requests.onNext(message);
  }

  @Override
  public void onNext(byte[] answer) {
    long now = System.nanoTime();
    latencies.add(now - start);
    if (now < end) {
      send();
    } else {
      requests.onCompleted();
    }
  }

  @Override
  public void onError(Throwable error) {
    done.completeExceptionally(error);
  }

  @Override
  public void onCompleted() {
    done.complete(latencies.stream().mapToLong(Long::longValue).toArray());
  }
}
