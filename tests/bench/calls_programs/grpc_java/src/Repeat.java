import io.grpc.stub.CallStreamObserver;

/** Sends a message many times, no faster than it leaves. */
final class Repeat implements Runnable {
  private final CallStreamObserver<byte[]> stream;
  private final byte[] message;
  private int left;

  private Repeat(CallStreamObserver<byte[]> stream, byte[] message, int count) {
    this.stream = stream;
    this.message = message;
    left = count;
  }

  /** Is to be called before the call starts, or within its handler. */
  static void send(CallStreamObserver<byte[]> stream, byte[] message, int count) {
    stream.setOnReadyHandler(new Repeat(stream, message, count));
  }

  @Override
  public void run() {
    while (left > 0 && stream.isReady()) {
      stream.onNext(message);
      if (--left == 0) {
        stream.onCompleted();
      }
    }
  }
}
