import io.grpc.Grpc;
import io.grpc.ServerCredentials;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Serves the echo service. No handler blocks: none needs a thread of its own. */
final class Server {
  private Server() {}

  static void serve(ServerCredentials credentials) throws Exception {
    io.grpc.Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0), credentials)
            .directExecutor()
            .addService(service())
            .build()
            .start();
    System.out.println("{\"port\":" + server.getPort() + "}");
    server.awaitTermination();
  }

  private static ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(Echo.SERVICE)
        .addMethod(Echo.UNARY, ServerCalls.asyncUnaryCall(Server::unary))
        .addMethod(Echo.DOWNLOAD, ServerCalls.asyncServerStreamingCall(Server::download))
        .addMethod(Echo.UPLOAD, ServerCalls.asyncClientStreamingCall(Server::upload))
        .addMethod(Echo.BIDI, ServerCalls.asyncBidiStreamingCall(Server::mirror))
        .build();
  }

  private static void unary(byte[] request, StreamObserver<byte[]> responses) {
    responses.onNext(request);
    responses.onCompleted();
  }

  private static void download(byte[] request, StreamObserver<byte[]> observer) {
    ServerCallStreamObserver<byte[]> responses = (ServerCallStreamObserver<byte[]>) observer;
    ByteBuffer fields = ByteBuffer.wrap(request);
    int messages = fields.getInt();
    byte[] message = new byte[fields.getInt()];
    Repeat.send(responses, message, messages);
  }

  private static StreamObserver<byte[]> upload(StreamObserver<byte[]> responses) {
    return new StreamObserver<>() {
      private long octets = 0;

      @Override
      public void onNext(byte[] message) {
        octets += message.length;
      }

      @Override
      public void onError(Throwable error) {}

      @Override
      public void onCompleted() {
        responses.onNext(new byte[octets > 0 ? 1 : 0]);
        responses.onCompleted();
      }
    };
  }

  private static StreamObserver<byte[]> mirror(StreamObserver<byte[]> responses) {
    return new StreamObserver<>() {
      @Override
      public void onNext(byte[] message) {
        responses.onNext(message);
      }

      @Override
      public void onError(Throwable error) {}

      @Override
      public void onCompleted() {
        responses.onCompleted();
      }
    };
  }
}
