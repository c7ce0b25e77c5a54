import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Fails what it is asked for, and reports how a target fails the same. */
final class ExchangeDetails {
  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().omittingInsignificantWhitespace();

  private ExchangeDetails() {}

  static void run(Flags flags) throws Exception {
    Server server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(new Failing())
            .build()
            .start();
    ManagedChannel channel =
        Grpc.newChannelBuilder(flags.text("target", ""), InsecureChannelCredentials.create())
            .build();
    for (String name : List.of("several", "unknown", "none")) ask(channel, name);
    channel.shutdownNow();
    Report.event("listening", "port", server.getPort());
    server.awaitTermination();
  }

  private static void ask(ManagedChannel channel, String name) throws Exception {
    try {
      HealthGrpc.newBlockingStub(channel)
          .check(HealthCheckRequest.newBuilder().setService(name).build());
    } catch (StatusRuntimeException error) {
      Status status = StatusProto.fromThrowable(error);
      String details =
          status.getDetailsList().stream()
              .map(ExchangeDetails::read)
              .collect(Collectors.joining(",", "[", "]"));
      Report.event(
          "received", "name", name, "code", status.getCode(), "message", status.getMessage(),
          "details", details);
    }
  }

  /** JSON of a message, and the octets of an unknown type. */
  private static String read(Any packed) {
    String type = "{\"@type\":\"" + packed.getTypeUrl() + "\",";
    try {
      Message message;
      if (packed.is(ErrorInfo.class)) message = packed.unpack(ErrorInfo.class);
      else if (packed.is(BadRequest.class)) message = packed.unpack(BadRequest.class);
      else {
        String octets = HexFormat.of().formatHex(packed.getValue().toByteArray());
        return type + "\"octets\":\"" + octets + "\"}";
      }
      return type + JSON.print(message).substring(1);
    } catch (Exception error) {
      throw new IllegalStateException(error);
    }
  }

  private static final class Failing extends HealthGrpc.HealthImplBase {
    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> out) {
      out.onError(StatusProto.toStatusRuntimeException(failure(request.getService())));
    }
  }

  private static Status failure(String name) {
    return switch (name) {
      case "several" ->
          Status.newBuilder()
              .setCode(Code.FAILED_PRECONDITION_VALUE)
              .setMessage("Straße zu 100 % gesperrt ☔")
              .addDetails(
                  Any.pack(
                      ErrorInfo.newBuilder()
                          .setReason("CLOSED")
                          .setDomain("roads.example")
                          .putMetadata("until", "März")
                          .build()))
              .addDetails(
                  Any.pack(
                      BadRequest.newBuilder()
                          .addFieldViolations(violation("from", "gesperrt"))
                          .addFieldViolations(violation("to", "zu weit"))
                          .build()))
              .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("WET").build()))
              .build();
      case "unknown" ->
          Status.newBuilder()
              .setCode(Code.ABORTED_VALUE)
              .setMessage("unknown")
              .addDetails(
                  Any.newBuilder()
                      .setTypeUrl("types.example/no.such.Type")
                      .setValue(ByteString.copyFrom(new byte[] {0x08, 0x2a})))
              .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("AFTER").build()))
              .build();
      default -> Status.newBuilder().setCode(Code.NOT_FOUND_VALUE).build();
    };
  }

  private static BadRequest.FieldViolation violation(String field, String description) {
    return BadRequest.FieldViolation.newBuilder()
        .setField(field)
        .setDescription(description)
        .build();
  }
}
