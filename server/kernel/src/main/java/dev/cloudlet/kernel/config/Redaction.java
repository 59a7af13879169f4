package dev.cloudlet.kernel.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Blanks known secrets out of texts that somebody else wrote: the last line of defence, behind
 * parsers that do not quote what they refuse.
 */
public final class Redaction {
  // A shorter one stands in too many words by chance.
  private static final int SHORTEST = 4;

  private final List<String> texts = new ArrayList<>();

  Redaction() {}

  /** Knows every secret of a configuration. */
  public static Redaction of(Record config) {
    Redaction redaction = new Redaction();
    redaction.collect(config);
    return redaction;
  }

  /** Knows this one as well, and the login and the password in it if it is an address. */
  void add(Secret secret) {
    String text = secret.reveal();
    List<String> parts = new ArrayList<>(List.of(text));
    int begin = text.indexOf("//");
    int end = text.lastIndexOf('@');
    if (begin >= 0 && end > begin) {
      String login = text.substring(begin + 2, end);
      parts.add(login);
      parts.add(login.substring(login.indexOf(':') + 1));
    }
    parts.stream().filter(part -> part.length() >= SHORTEST).forEach(texts::add);
    // A secret may stand in a longer one.
    texts.sort(Comparator.comparingInt(String::length).reversed());
  }

  /** The text with every secret as {@code ***}. */
  public String blanked(String text) {
    String safe = text;
    for (String secret : texts) {
      safe = safe.replace(secret, "***");
    }
    return safe;
  }

  private void collect(Object value) {
    switch (value) {
      case Secret secret -> add(secret);
      case Optional<?> optional -> optional.ifPresent(this::collect);
      case Record record -> {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
          collect(read(component, record));
        }
      }
      default -> {}
    }
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
