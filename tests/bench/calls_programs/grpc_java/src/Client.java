import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Does jobs. No observer blocks: none needs a thread of its own. */
final class Client {
  private final String target;
  private final ChannelCredentials credentials;
  private final ManagedChannel channel;

  Client(String target, ChannelCredentials credentials) {
    this.target = target;
    this.credentials = credentials;
    channel = connect();
  }

  private ManagedChannel connect() {
    return NettyChannelBuilder.forTarget(target, credentials).directExecutor().build();
  }

  String work(Job job) throws Exception {
    long start = System.nanoTime();
    switch (job.kind) {
      case "unary":
        return done(start, callAgain(job));
      case "burst":
        return done(start, callAtOnce(job.calls));
      case "connect":
        return done(start, connectAgain(job.end()));
      case "bidi":
        return done(start, new Exchange(channel, job).get());
      default:
        Transfer.run(channel, job);
        return Job.done(start, (long) job.messages * job.streams, new long[0]);
    }
  }

  private static String done(long start, long[] latencies) {
    return Job.done(start, latencies.length, latencies);
  }

  private long[] callAgain(Job job) throws Exception {
    Channel with =
        ClientInterceptors.intercept(
            channel, MetadataUtils.newAttachHeadersInterceptor(job.fields()));
    Channel through = job.metadata == 0 ? channel : with;
    long end = job.end();
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < job.concurrency; i++) {
      callers.add(new Caller(through, new byte[job.size], end));
    }
    return all(callers);
  }

  private long[] callAtOnce(int calls) throws Exception {
    long end = System.nanoTime();
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      callers.add(new Caller(channel, new byte[32], end));
    }
    return all(callers);
  }

  private long[] connectAgain(long end) {
    List<Long> latencies = new ArrayList<>();
    do {
      long start = System.nanoTime();
      ManagedChannel other = connect();
      ClientCalls.blockingUnaryCall(other, Echo.UNARY, CallOptions.DEFAULT, new byte[32]);
      latencies.add(System.nanoTime() - start);
      other.shutdown();
    } while (System.nanoTime() < end);
    return latencies.stream().mapToLong(Long::longValue).toArray();
  }

  private static long[] all(List<Caller> callers) throws Exception {
    List<long[]> parts = new ArrayList<>();
    for (Caller caller : callers) {
      parts.add(caller.get());
    }
    return parts.stream().flatMapToLong(LongStream::of).toArray();
  }
}
