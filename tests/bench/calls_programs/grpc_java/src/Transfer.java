import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Receives or sends a stream of messages. */
final class Transfer implements ClientResponseObserver<byte[], byte[]> {
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final Job job;
  private long octets = 0;

  private Transfer(Channel channel, Job job) {
    this.job = job;
    if (job.kind.equals("upload")) {
      ClientCalls.asyncClientStreamingCall(
          channel.newCall(Echo.UPLOAD, CallOptions.DEFAULT), this);
    } else {
      byte[] request = ByteBuffer.allocate(8).putInt(job.messages).putInt(job.size).array();
      ClientCalls.asyncServerStreamingCall(
          channel.newCall(Echo.DOWNLOAD, CallOptions.DEFAULT), request, this);
    }
  }

  /** Runs all streams of a job to their ends. */
  static void run(Channel channel, Job job) throws Exception {
    List<Transfer> transfers = new ArrayList<>();
    for (int i = 0; i < job.streams; i++) {
      transfers.add(new Transfer(channel, job));
    }
    for (Transfer transfer : transfers) {
      transfer.done.get();
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<byte[]> requests) {
    if (job.kind.equals("upload")) {
      Repeat.send(requests, new byte[job.size], job.messages);
    }
  }

  @Override
  public void onNext(byte[] message) {
    octets += message.length;
  }

  @Override
  public void onError(Throwable error) {
    done.completeExceptionally(error);
  }

  @Override
  public void onCompleted() {
    long expected = job.kind.equals("upload") ? 1 : (long) job.messages * job.size;
    if (octets == expected) {
      done.complete(null);
    } else {
      done.completeExceptionally(new IllegalStateException("received " + octets + " octets"));
    }
  }
}
