import io.grpc.Metadata;
import java.util.Arrays;
import java.util.Locale;

/** What jobs.ts says that a client is asked, and what it answers. */
final class Job {
  String kind;
  int calls;
  int concurrency;
  int milliseconds;
  int metadata;
  int messages;
  int size = 32;
  int streams = 1;

  long end() {
    return System.nanoTime() + milliseconds * 1_000_000L;
  }

  Metadata fields() {
    Metadata fields = new Metadata();
    for (int i = 0; i < metadata; i++) {
      fields.put(Metadata.Key.of("x-field-" + i, Metadata.ASCII_STRING_MARSHALLER), "value-" + i);
    }
    return fields;
  }

  static String done(long start, long count, long[] latencies) {
    double milliseconds = (System.nanoTime() - start) / 1e6;
    Arrays.sort(latencies);
    return String.format(
        Locale.ROOT,
        "{\"count\":%d,\"milliseconds\":%f,\"p50\":%f,\"p99\":%f,\"p999\":%f}",
        count,
        milliseconds,
        at(latencies, 0.5),
        at(latencies, 0.99),
        at(latencies, 0.999));
  }

  private static double at(long[] sorted, double quantile) {
    return sorted.length == 0 ? 0 : sorted[(int) (sorted.length * quantile)] / 1e3;
  }
}
