package io.grpc.testing.integration;

import io.grpc.Server;
import java.lang.reflect.Field;

/** The official server of the interop cases; it does not tell which port it was given. */
public final class CasesServer {
  public static void main(String[] args) throws Exception {
    Server server = start(args);
    System.err.println("listening on 127.0.0.1:" + server.getPort());
    server.awaitTermination();
  }

  /** Starts it. */
  public static Server start(String... args) throws Exception {
    TestServiceServer official = new TestServiceServer();
    official.parseArgs(args);
    official.start();
    Field field = TestServiceServer.class.getDeclaredField("server");
    field.setAccessible(true);
    return (Server) field.get(official);
  }
}
