/** Prints events, one JSON object a line. */
final class Report {
  private static final long STARTED = System.nanoTime();

  private Report() {}

  /** Prints an event of a type; fields are names and values in turn. */
  static void event(String type, Object... fields) {
    StringBuilder line = new StringBuilder("{\"type\":").append(quote(type));
    line.append(",\"at\":").append((System.nanoTime() - STARTED) / 1_000 / 1e3);
    for (int i = 0; i < fields.length; i += 2) {
      Object value = fields[i + 1];
      boolean isBare = value instanceof Number || value instanceof Boolean;
      line.append(',').append(quote((String) fields[i])).append(':');
      line.append(isBare ? value.toString() : quote(String.valueOf(value)));
    }
    synchronized (System.out) {
      System.out.println(line.append('}'));
      System.out.flush();
    }
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') quoted.append('\\').append(c);
      else if (c < ' ' || c > '~') quoted.append(String.format("\\u%04x", (int) c));
      else quoted.append(c);
    }
    return quoted.append('"').toString();
  }
}
