package dev.cloudlet.hostile;

import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.cloudlet.edge.RestForm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Every form in which the one port takes an rpc. */
enum Wires {
  GRPC("application/grpc", true, false),
  GRPC_JSON("application/grpc+json", true, true),
  WEB("application/grpc-web+proto", true, false),
  WEB_TEXT("application/grpc-web-text+proto", true, false),
  WEB_JSON("application/grpc-web+json", true, true),
  /** By the HTTP rule; a stream as server-sent events. */
  REST("application/json", false, true),
  /** A JSON body to the rpc's own path. */
  UNFRAMED("application/json", false, true),
  /** A protobuf body to the rpc's own path. */
  UNFRAMED_PROTO("application/protobuf", false, false);

  private static final int PREFIX = 5;
  private static final int LONGEST_PATH = 7000;
  private static final Pattern NO_SEGMENT = Pattern.compile("[/:]|\\.\\.");
  private static final Pattern CONTROLS = Pattern.compile("%[01][0-9A-F]|%7F");

  private final String contentType;
  private final boolean framed;
  private final boolean json;

  Wires(String contentType, boolean framed, boolean json) {
    this.contentType = contentType;
    this.framed = framed;
    this.json = json;
  }

  /** What is sent for one call. */
  record Shot(String method, String path, String contentType, byte[] body) {}

  String contentType() {
    return contentType;
  }

  /** Whether messages have a prefix with their length. */
  boolean framed() {
    return framed;
  }

  /** Whether messages are JSON. */
  boolean json() {
    return json;
  }

  /** Whether the rpc is there on this wire at all. */
  boolean serves(Rpc rpc) {
    return switch (this) {
      case REST -> rpc.hasRoute();
      case UNFRAMED, UNFRAMED_PROTO -> !rpc.streaming();
      default -> true;
    };
  }

  /** Whether this message can be said on this wire. */
  boolean says(Rpc rpc, Message message) {
    return maybe(rpc, message).isPresent();
  }

  // Dots are no segments, and what is after a colon is another route.
  private static boolean areSegments(Rpc rpc, Message message) {
    return RestForm.variables(rpc.rule()).stream()
        .map(name -> message.getDescriptorForType().findFieldByName(name))
        .map(field -> message.getField(field).toString())
        .noneMatch(value -> List.of("", ".").contains(value) || NO_SEGMENT.matcher(value).find());
  }

  /** The call with this message. */
  Shot shot(Rpc rpc, Message message) {
    if (this == REST) {
      RestForm form = rpc.rest(message);
      return new Shot(
          form.method(),
          form.path(),
          form.body().isPresent() ? contentType : "",
          form.body().orElse("").getBytes(StandardCharsets.UTF_8));
    }
    return shot(rpc, message, json ? print(message) : message.toByteArray());
  }

  /**
   * The call with this message, unless the wire can't say it: JSON has no form for it, an address
   * would be too long or would hold control characters.
   */
  Optional<Shot> maybe(Rpc rpc, Message message) {
    if (!serves(rpc) || this == REST && !areSegments(rpc, message)) {
      return Optional.empty();
    }
    try {
      return Optional.of(shot(rpc, message))
          .filter(shot -> shot.path().length() < LONGEST_PATH)
          .filter(shot -> !CONTROLS.matcher(shot.path()).find());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The call with these bytes in place of the message, in a frame if the wire has frames. */
  Shot shot(Rpc rpc, Message good, byte[] payload) {
    return raw(rpc, good, framed ? frame(payload) : payload);
  }

  /**
   * The call with these bytes as they are.
   *
   * @param good says what stands in the path
   */
  Shot raw(Rpc rpc, Message good, byte[] body) {
    String method = this == REST ? rpc.rest(good).method() : "POST";
    String path = this == REST ? rpc.rest(good).path() : rpc.path();
    byte[] sent = this == WEB_TEXT ? Base64.getEncoder().encode(body) : body;
    return new Shot(method, path, contentType, sent);
  }

  static byte[] frame(byte[] payload) {
    return ByteBuffer.allocate(PREFIX + payload.length)
        .put((byte) 0)
        .putInt(payload.length)
        .put(payload)
        .array();
  }

  static byte[] print(Message message) {
    try {
      return JsonFormat.printer().print(message).getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
