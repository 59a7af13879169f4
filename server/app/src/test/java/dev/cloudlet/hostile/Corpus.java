package dev.cloudlet.hostile;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The hostile inputs: files of {@code src/test/resources/hostile}, one for each family. */
final class Corpus {
  /** Every family; a file of that name holds its inputs. */
  static final List<String> FAMILIES =
      List.of(
          "texts", "numbers", "shapes", "bodies", "frames", "headers", "tokens", "queries", "paths",
          "http1", "http2", "slow", "found");

  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory())
          .registerModule(new Jdk8Module())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  // One entry per file.
  private static final Map<String, List<Input>> READ = new ConcurrentHashMap<>();

  private Corpus() {}

  /**
   * One family.
   *
   * @param family its name
   * @param about what it is and where it is sent
   * @param inputs each under a name of its own
   */
  record Family(String family, String about, List<Input> inputs) {}

  /**
   * One input; a family uses the members that it has a use for.
   *
   * @param id names it in the corpus
   * @param kinds which kinds of field it is put into; all if absent
   * @param content the bytes, the text or the JSON
   * @param headers to send with it, by name
   * @param contentType in place of the wire's own
   * @param wires which wires it fits; all of the family if absent
   * @param reasons one of these must be the answer; any refusal or success in words of the contract
   *     if absent
   * @param rpc the only one that it is for; all if absent
   * @param status of a raw exchange, any of these; 0 for a connection that is closed unanswered
   */
  record Input(
      String id,
      Optional<Set<String>> kinds,
      Optional<Content> content,
      Optional<Map<String, Content>> headers,
      Optional<Content> contentType,
      Optional<Set<Wires>> wires,
      Optional<Set<String>> reasons,
      Optional<String> rpc,
      Optional<Set<Integer>> status) {
    /** An input that stands in no file. */
    static Input named(String id) {
      return new Input(
          id,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }

    byte[] bytes(Map<String, byte[]> known) {
      return content.orElseGet(Content::empty).bytes(known);
    }

    /** The headers, with the type if it is not the wire's. */
    Map<String, String> headerTexts(Map<String, byte[]> known) {
      Map<String, String> texts = new HashMap<>();
      headers.orElse(Map.of()).forEach((name, value) -> texts.put(name, value.text(known)));
      contentType.ifPresent(type -> texts.put("content-type", type.text(known)));
      return texts;
    }

    String text(Map<String, byte[]> known) {
      return content.orElseGet(Content::empty).text(known);
    }

    boolean fitsKind(String kind) {
      return kinds.map(all -> all.contains(kind)).orElse(true);
    }

    boolean fits(Wires wire) {
      return wires.map(all -> all.contains(wire)).orElse(true);
    }
  }

  /** The inputs of a family. */
  static List<Input> of(String family) {
    return READ.computeIfAbsent(family, Corpus::read);
  }

  private static List<Input> read(String family) {
    String file = "/hostile/" + family + ".yaml";
    try (InputStream in = Corpus.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks " + file);
      }
      Family read = YAML.readValue(in, Family.class);
      Set<String> seen = new HashSet<>();
      for (Input input : read.inputs()) {
        if (!seen.add(input.id())) {
          throw new IllegalStateException(file + " has two inputs " + input.id());
        }
      }
      if (!read.family().equals(family) || read.about().isBlank()) {
        throw new IllegalStateException(file + " must say what it is");
      }
      return read.inputs();
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }
}
