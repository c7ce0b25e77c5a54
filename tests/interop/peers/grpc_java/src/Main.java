import io.grpc.testing.integration.CasesServer;
import io.grpc.testing.integration.TestServiceClient;
import java.util.Arrays;
import java.util.stream.Stream;

/** grpc-java as a peer: an echo server and client that report, and the programs of the interop cases. */
public final class Main {
  public static void main(String[] args) throws Exception {
    String role = args.length == 0 ? "" : args[0];
    String[] rest = Arrays.stream(args).skip(1).toArray(String[]::new);
    switch (role) {
      case "server" -> EchoServer.serve(new Flags(rest));
      case "client" -> EchoClient.call(new Flags(rest));
      case "cases-server" -> CasesServer.main(plaintext(rest));
      case "cases-client" -> TestServiceClient.main(plaintext(rest));
      case "channelz" -> AskChannelz.run(new Flags(rest));
      case "details" -> ExchangeDetails.run(new Flags(rest));
      case "shapes" -> ShapesServer.serve(new Flags(rest));
      case "warm-up" -> warmUp();
      default -> {
        System.err.println("usage: server|client|cases-server|cases-client|channelz|details|shapes [flags]");
        System.exit(2);
      }
    }
  }

  /** Loads what the other roles load, for an archive of classes. */
  private static void warmUp() throws Exception {
    int port = CasesServer.start(plaintext("--port=0")).getPort();
    TestServiceClient.main(
        plaintext("--server_host=127.0.0.1", "--server_port=" + port, "--test_case=large_unary"));
  }

  private static String[] plaintext(String... args) {
    return Stream.concat(Arrays.stream(args), Stream.of("--use_tls=false")).toArray(String[]::new);
  }
}
