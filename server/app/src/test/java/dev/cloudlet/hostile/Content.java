package dev.cloudlet.hostile;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Bytes as a corpus file writes them: a text (with <code>{{name}}</code> for what the replay
 * knows), {@code {hex: ...}}, {@code {repeat: text, times: n}}, {@code {use: name}} for bytes that
 * the replay knows, or a list of these, which follow one another.
 */
final class Content {
  private static final Content EMPTY = new Content(List.of());

  private final List<Piece> pieces;

  private sealed interface Piece {
    record Text(String text) implements Piece {}

    record Bytes(byte[] bytes) implements Piece {}

    record Named(String name) implements Piece {}
  }

  private Content(List<Piece> pieces) {
    this.pieces = pieces;
  }

  static Content empty() {
    return EMPTY;
  }

  @JsonCreator
  static Content of(JsonNode node) {
    List<Piece> pieces = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(each -> pieces.add(piece(each)));
    } else {
      pieces.add(piece(node));
    }
    return new Content(pieces);
  }

  private static Piece piece(JsonNode node) {
    if (node.isValueNode()) {
      return new Piece.Text(node.asText());
    }
    if (node.has("hex")) {
      return new Piece.Bytes(HexFormat.of().parseHex(node.path("hex").asText().replace(" ", "")));
    }
    if (node.has("use")) {
      return new Piece.Named(node.path("use").asText());
    }
    if (node.has("repeat")) {
      return new Piece.Bytes(
          node.path("repeat")
              .asText()
              .repeat(node.path("times").asInt())
              .getBytes(StandardCharsets.UTF_8));
    }
    throw new IllegalArgumentException("not a content: " + node);
  }

  /** The bytes. */
  byte[] bytes(Map<String, byte[]> known) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Piece piece : pieces) {
      all.writeBytes(
          switch (piece) {
            case Piece.Text text -> filled(text.text(), known);
            case Piece.Bytes raw -> raw.bytes();
            case Piece.Named named -> look(named.name(), known);
          });
    }
    return all.toByteArray();
  }

  /** The bytes as a text. */
  String text(Map<String, byte[]> known) {
    return new String(bytes(known), StandardCharsets.UTF_8);
  }

  private static byte[] filled(String text, Map<String, byte[]> known) {
    if (!text.contains("{{")) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    String filled = text;
    for (Map.Entry<String, byte[]> entry : known.entrySet()) {
      filled =
          filled.replace(
              "{{" + entry.getKey() + "}}", new String(entry.getValue(), StandardCharsets.UTF_8));
    }
    if (filled.contains("{{")) {
      throw new IllegalArgumentException("nobody knows what this names: " + filled);
    }
    return filled.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] look(String name, Map<String, byte[]> known) {
    byte[] found = known.get(name);
    if (found == null) {
      throw new IllegalArgumentException("nobody knows " + name);
    }
    return found;
  }
}
