package dev.cloudlet.kernel.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a YAML mapping into dotted keys. Scalars keep their written text ({@code 1.10} stays {@code
 * 1.10}); an explicit null counts as not given. Parser messages are not passed on because they
 * quote the file, which may hold secrets.
 */
final class YamlFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final YAMLFactory YAML =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Path file;
  private final Map<String, Given> values = new LinkedHashMap<>();
  private final List<String> problems;

  private YamlFile(Path file, List<String> problems) {
    this.file = file;
    this.problems = problems;
  }

  static Map<String, Given> read(Path file, List<String> problems) {
    YamlFile reading = new YamlFile(file, problems);
    try {
      if (Files.size(file) > MAX_BYTES) {
        problems.add("file " + file + " is larger than 1 MiB");
        return Map.of();
      }
      reading.parse(Files.readString(file, StandardCharsets.UTF_8));
    } catch (NoSuchFileException absent) {
      problems.add("file " + file + " does not exist");
    } catch (JsonProcessingException invalid) {
      problems.add(
          "file %s is not valid YAML, or gives a key twice, at line %d, column %d"
              .formatted(
                  file,
                  Optional.ofNullable(invalid.getLocation()).map(l -> l.getLineNr()).orElse(0),
                  Optional.ofNullable(invalid.getLocation()).map(l -> l.getColumnNr()).orElse(0)));
    } catch (IOException unreadable) {
      problems.add("file " + file + " cannot be read: " + unreadable.getClass().getSimpleName());
    }
    return reading.values;
  }

  private void parse(String text) throws IOException {
    try (YAMLParser parser = YAML.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null || first == JsonToken.VALUE_NULL) {
        return;
      }
      if (first != JsonToken.START_OBJECT) {
        problems.add("file " + file + " must hold a mapping of keys");
        return;
      }
      mapping(parser, "");
      if (parser.nextToken() != null) {
        problems.add("file " + file + " must hold one document only");
      }
    }
  }

  private void mapping(YAMLParser parser, String prefix) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      String key = prefix.isEmpty() ? name : prefix + "." + name;
      String origin = file + " line " + parser.currentLocation().getLineNr();
      JsonToken token = parser.nextToken();
      if (token == JsonToken.START_OBJECT) {
        mapping(parser, key);
      } else if (token == JsonToken.START_ARRAY) {
        List<String> items = sequence(parser, key, origin);
        put(key, new Given(String.join(",", items), Optional.of(items), origin));
      } else if (parser.isCurrentAlias()) {
        problems.add(key + " (" + origin + "): YAML aliases are not supported");
      } else if (token != JsonToken.VALUE_NULL) {
        put(key, Given.of(parser.getText(), origin));
      }
    }
  }

  private List<String> sequence(YAMLParser parser, String key, String origin) throws IOException {
    List<String> items = new ArrayList<>();
    JsonToken token;
    while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
      if (token.isScalarValue() && token != JsonToken.VALUE_NULL && !parser.isCurrentAlias()) {
        items.add(parser.getText());
      } else {
        problems.add(key + " (" + origin + "): a list may hold plain values only");
        parser.skipChildren();
      }
    }
    return items;
  }

  private void put(String key, Given given) {
    if (values.putIfAbsent(key, given) != null) {
      problems.add(key + " (" + given.origin() + "): given twice in the file");
    }
  }
}
