package dev.cloudlet.standalone.observed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code server/OPERATIONS.md}, read as the tables that it is. */
record OperationsPage(String text) {
  static final Path REPOSITORY = Path.of("../..").toAbsolutePath().normalize();

  private static final Pattern METRIC =
      Pattern.compile("^\\| `(cloudlet_[a-z_]+)` \\|([^|]*)\\| [^|]+ \\|$", Pattern.MULTILINE);
  private static final Pattern FIELD =
      Pattern.compile("^\\| `([a-z_]+)` \\| [^|]+ \\|$", Pattern.MULTILINE);
  private static final Pattern ALERT = Pattern.compile("^### ([A-Z]\\w+)$", Pattern.MULTILINE);

  static OperationsPage read() {
    try {
      return new OperationsPage(Files.readString(REPOSITORY.resolve("server/OPERATIONS.md")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The labels of each metric. A counter's name is the one without its {@code _total}. */
  Map<String, Set<String>> metrics() {
    Map<String, Set<String>> metrics = new TreeMap<>();
    Matcher row = METRIC.matcher(text);
    while (row.find()) {
      metrics.put(
          row.group(1),
          Arrays.stream(row.group(2).split("[`, ]+"))
              .filter(label -> !label.isBlank())
              .collect(Collectors.toCollection(TreeSet::new)));
    }
    return metrics;
  }

  /** The fields of log lines. */
  Set<String> fields() {
    return FIELD
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The alerts that are explained. */
  Set<String> alerts() {
    return ALERT
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
