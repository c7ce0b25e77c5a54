import com.google.gson.Gson;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;

/** grpc-java as a program of peers.ts. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws Exception {
    String role = args.length == 0 ? "" : args[0];
    if (role.equals("server") && args.length == 1) {
      Server.serve(InsecureServerCredentials.create());
    } else if (role.equals("server") && args.length == 3) {
      Server.serve(TlsServerCredentials.create(new File(args[1]), new File(args[2])));
    } else if (role.equals("client") && args.length == 2) {
      work(args[1], InsecureChannelCredentials.create());
    } else if (role.equals("client") && args.length == 3) {
      File authority = new File(args[2]);
      work(args[1], TlsChannelCredentials.newBuilder().trustManager(authority).build());
    } else {
      System.err.println(
          "usage: Main server [<certificate> <key>] | client <target> [<authority>]");
      System.exit(1);
    }
  }

  private static void work(String target, ChannelCredentials credentials) throws Exception {
    Client client = new Client(target, credentials);
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    Gson gson = new Gson();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println(client.work(gson.fromJson(line, Job.class)));
    }
    System.exit(0);
  }
}
