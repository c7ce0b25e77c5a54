import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Flags as {@code --name value}, or {@code --name} alone for a switch. */
final class Flags {
  private final Map<String, String> values = new HashMap<>();

  Flags(String[] args) {
    for (int i = 0; i < args.length; i++) {
      boolean isSwitch = i + 1 == args.length || args[i + 1].startsWith("--");
      values.put(args[i].substring(2), isSwitch ? "true" : args[++i]);
    }
  }

  String text(String name, String absent) {
    return values.getOrDefault(name, absent);
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  long millis(String name) {
    return Long.parseLong(values.getOrDefault(name, "0"));
  }

  /** Hands a duration on, if there is one. */
  void duration(String name, BiConsumer<Long, TimeUnit> setter) {
    if (has(name)) setter.accept(millis(name), TimeUnit.MILLISECONDS);
  }
}
