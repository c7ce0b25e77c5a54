import com.google.protobuf.Any;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Serves shapes.v1.Shapes with messages that are made from descriptors, and with reflection. */
final class ShapesServer {
  private ShapesServer() {}

  static void serve(Flags flags) throws Exception {
    FileDescriptor file = read(Path.of(flags.text("descriptors", "")));
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(shapes(file))
            .addService(ProtoReflectionServiceV1.newInstance())
            .build();
    server.start();
    Report.event("listening", "port", server.getPort());
    server.awaitTermination();
  }

  private static FileDescriptor read(Path path) throws Exception {
    Map<String, FileDescriptorProto> all = new HashMap<>();
    for (FileDescriptorProto file : FileDescriptorSet.parseFrom(Files.readAllBytes(path)).getFileList()) {
      all.put(file.getName(), file);
    }
    return build("shapes.proto", all, new HashMap<>());
  }

  private static FileDescriptor build(
      String name, Map<String, FileDescriptorProto> all, Map<String, FileDescriptor> built)
      throws Exception {
    if (built.containsKey(name)) return built.get(name);
    FileDescriptorProto proto = all.get(name);
    FileDescriptor[] imports = new FileDescriptor[proto.getDependencyCount()];
    for (int i = 0; i < imports.length; i++) imports[i] = build(proto.getDependency(i), all, built);
    FileDescriptor file = FileDescriptor.buildFrom(proto, imports);
    built.put(name, file);
    return file;
  }

  private static ServerServiceDefinition shapes(FileDescriptor file) {
    Map<String, ServerCallHandler<DynamicMessage, DynamicMessage>> handlers =
        Map.of(
            "Echo", ServerCalls.asyncUnaryCall(ShapesServer::echo),
            "Repeat", ServerCalls.asyncServerStreamingCall(ShapesServer::repeat),
            "Gather",
                ServerCalls.asyncClientStreamingCall(
                    out -> new Gather(file.findMessageTypeByName("Gathered"), out)),
            "Chat", ServerCalls.asyncBidiStreamingCall(Mirror::new));
    List<MethodDescriptor> methods = file.findServiceByName("Shapes").getMethods();
    Map<String, io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage>> described = new HashMap<>();
    ServiceDescriptor.Builder service =
        ServiceDescriptor.newBuilder("shapes.v1.Shapes")
            .setSchemaDescriptor((ProtoFileDescriptorSupplier) () -> file);
    for (MethodDescriptor method : methods) {
      described.put(method.getName(), describe(method));
      service.addMethod(described.get(method.getName()));
    }
    ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(service.build());
    for (String name : described.keySet()) {
      definition.addMethod(described.get(name), handlers.get(name));
    }
    return definition.build();
  }

  private static io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage> describe(
      MethodDescriptor method) {
    Function<Descriptor, io.grpc.MethodDescriptor.Marshaller<DynamicMessage>> marshaller =
        type -> ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(type));
    MethodType type =
        method.isClientStreaming()
            ? method.isServerStreaming() ? MethodType.BIDI_STREAMING : MethodType.CLIENT_STREAMING
            : method.isServerStreaming() ? MethodType.SERVER_STREAMING : MethodType.UNARY;
    return io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
        .setFullMethodName("shapes.v1.Shapes/" + method.getName())
        .setType(type)
        .setRequestMarshaller(marshaller.apply(method.getInputType()))
        .setResponseMarshaller(marshaller.apply(method.getOutputType()))
        .build();
  }

  private static Object get(DynamicMessage message, String field) {
    return message.getField(message.getDescriptorForType().findFieldByName(field));
  }

  private static void echo(DynamicMessage request, StreamObserver<DynamicMessage> out) {
    if (get(request, "text").equals("fail")) {
      out.onError(failure());
      return;
    }
    out.onNext(request);
    out.onCompleted();
  }

  private static StatusRuntimeException failure() {
    return StatusProto.toStatusRuntimeException(
        Status.newBuilder()
            .setCode(9)
            .setMessage("the shape is no good")
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setReason("SQUARE")
                        .setDomain("shapes.example")
                        .putMetadata("corners", "4")
                        .build()))
            .addDetails(
                Any.pack(
                    RetryInfo.newBuilder()
                        .setRetryDelay(
                            com.google.protobuf.Duration.newBuilder().setSeconds(1).setNanos(500_000_000))
                        .build()))
            .build());
  }

  private static void repeat(DynamicMessage request, StreamObserver<DynamicMessage> out) {
    for (int i = 0; i < (Integer) get(request, "small"); i++) out.onNext(request);
    out.onCompleted();
  }

  /** Answers once, with all that came. */
  private static final class Gather implements StreamObserver<DynamicMessage> {
    private final Descriptor type;
    private final DynamicMessage.Builder all;
    private final StreamObserver<DynamicMessage> out;
    private int count;

    Gather(Descriptor type, StreamObserver<DynamicMessage> out) {
      this.type = type;
      this.all = DynamicMessage.newBuilder(type);
      this.out = out;
    }

    @Override
    public void onNext(DynamicMessage message) {
      all.addRepeatedField(type.findFieldByName("shapes"), message);
      count++;
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {
      out.onNext(all.setField(type.findFieldByName("count"), count).build());
      out.onCompleted();
    }
  }

  /** Answers each message with itself. */
  private record Mirror(StreamObserver<DynamicMessage> out)
      implements StreamObserver<DynamicMessage> {
    @Override
    public void onNext(DynamicMessage message) {
      out.onNext(message);
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {
      out.onCompleted();
    }
  }
}
