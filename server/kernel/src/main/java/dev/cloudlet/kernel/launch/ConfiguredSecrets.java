package dev.cloudlet.kernel.launch;

import dev.cloudlet.kernel.config.Secret;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The secrets of a configuration, to be blanked out of a message that some library wrote: the last
 * line of defence, behind parsers that do not quote what they refuse.
 */
final class ConfiguredSecrets {
  private static final int SHORTEST = 4;

  private final List<String> texts = new ArrayList<>();

  ConfiguredSecrets(Record config) {
    collect(config);
    texts.sort(Comparator.comparingInt(String::length).reversed());
  }

  /** The text with every secret, and every password in a secret address, as {@code ***}. */
  String blanked(String message) {
    String safe = message;
    for (String text : texts) {
      safe = safe.replace(text, "***");
    }
    return safe;
  }

  private void collect(Object value) {
    switch (value) {
      case Secret secret -> add(secret.reveal());
      case Optional<?> optional -> optional.ifPresent(this::collect);
      case Record record -> {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
          collect(read(component, record));
        }
      }
      default -> {}
    }
  }

  private void add(String text) {
    List<String> parts = new ArrayList<>(List.of(text));
    int begin = text.indexOf("//");
    int end = text.lastIndexOf('@');
    if (begin >= 0 && end > begin) {
      String login = text.substring(begin + 2, end);
      parts.add(login);
      parts.add(login.substring(login.indexOf(':') + 1));
    }
    parts.stream().filter(part -> part.length() >= SHORTEST).forEach(texts::add);
  }

  private static Object read(RecordComponent component, Record record) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("can't read " + component, e);
    }
  }
}
