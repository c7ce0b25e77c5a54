import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The echo service, whose messages are octets as they are. */
final class Echo {
  static final MethodDescriptor<byte[], byte[]> UNARY = method(MethodType.UNARY, "Unary");
  static final MethodDescriptor<byte[], byte[]> DOWNLOAD =
      method(MethodType.SERVER_STREAMING, "Download");
  static final MethodDescriptor<byte[], byte[]> UPLOAD =
      method(MethodType.CLIENT_STREAMING, "Upload");
  static final MethodDescriptor<byte[], byte[]> BIDI = method(MethodType.BIDI_STREAMING, "Bidi");

  static final String SERVICE = "echo.Echo";

  private Echo() {}

  private static MethodDescriptor<byte[], byte[]> method(MethodType type, String name) {
    Octets octets = new Octets();
    return MethodDescriptor.newBuilder(octets, octets)
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName("echo.Echo", name))
        .build();
  }

  private static final class Octets implements Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    }
  }
}
