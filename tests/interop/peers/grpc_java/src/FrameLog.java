import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reports the PING and GOAWAY frames that Netty's frame logger tells of. */
final class FrameLog extends Handler {
  private static final Pattern LINE =
      Pattern.compile("\\[id: (\\w+).*?\\] (INBOUND|OUTBOUND) (PING|GO_AWAY): (.*)");
  private static final Pattern FIELD = Pattern.compile("(\\w+)=(\\w*)");

  /** Held, as loggers are forgotten otherwise. */
  private static Logger logger;

  static void watch(String handler) {
    logger = Logger.getLogger("io.grpc.netty." + handler);
    logger.setLevel(Level.FINE);
    logger.setUseParentHandlers(false);
    FrameLog log = new FrameLog();
    log.setLevel(Level.FINE);
    log.setFormatter(new SimpleFormatter());
    logger.addHandler(log);
  }

  @Override
  public void publish(LogRecord record) {
    Matcher line = LINE.matcher(getFormatter().formatMessage(record));
    if (!line.find()) return;
    String from = line.group(2).equals("INBOUND") ? "peer" : "self";
    if (line.group(3).equals("PING")) {
      String type = field(line.group(4), "ack").equals("true") ? "pong" : "ping";
      Report.event(type, "conn", line.group(1), "from", from);
      return;
    }
    byte[] debug = HexFormat.of().parseHex(field(line.group(4), "bytes"));
    Report.event(
        "goaway",
        "conn", line.group(1),
        "from", from,
        "code", Long.parseLong(field(line.group(4), "errorCode")),
        "lastStreamId", Long.parseLong(field(line.group(4), "lastStreamId")),
        "debug", new String(debug, StandardCharsets.UTF_8));
  }

  private static String field(String text, String name) {
    Matcher field = FIELD.matcher(text);
    while (field.find()) if (field.group(1).equals(name)) return field.group(2);
    return "";
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
