package dev.cloudlet.hostile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import dev.cloudlet.kernel.error.ErrorReasons;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

/**
 * What came back, in one form for every wire.
 *
 * @param status the HTTP status
 * @param code the gRPC status by name; {@code OPEN} of a stream that goes on
 * @param reason without prefix, empty if it was done
 * @param text everything that a client can read of a refusal
 */
record Reply(int status, String code, String reason, String text) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TRAILERS = 0x80;

  static final Reply OPEN = new Reply(200, "OPEN", "", "");
  static final Reply HANGS = new Reply(0, "HANGS", "", "");

  boolean done() {
    return code.equals("OK") || code.equals("OPEN");
  }

  /** Done, or why not. */
  String outcome() {
    return done() ? "OK" : code + "/" + reason;
  }

  static Reply of(Wires wire, AggregatedHttpResponse http) {
    HttpHeaders all = trailers(wire, http);
    String grpcStatus = all.get("grpc-status");
    if (grpcStatus != null) {
      String code = Status.fromCodeValue(Integer.parseInt(grpcStatus)).getCode().name();
      String message = all.get("grpc-message", "");
      return new Reply(http.status().code(), code, reason(all), message);
    }
    String text = http.contentUtf8();
    if (http.status().code() == 200) {
      int failed = text.indexOf("event: error\ndata: ");
      return failed < 0
          ? new Reply(200, wire.framed() ? "NO_STATUS" : "OK", "", text)
          : refused(200, text.substring(failed + "event: error\ndata: ".length()));
    }
    return refused(http.status().code(), text);
  }

  /** An answer of plain HTTP. */
  static Reply plain(int status, String text) {
    return status < 400 ? new Reply(status, "OK", "", text) : refused(status, text);
  }

  /** An answer of a seed system's route, whose envelope has the reason. */
  static Reply seed(AggregatedHttpResponse http) {
    int status = http.status().code();
    String text = http.contentUtf8();
    if (status < 400) {
      return new Reply(status, "OK", "", text);
    }
    try {
      JsonNode envelope = JSON.readTree(text);
      if (envelope.has("error") && !envelope.has("success")) {
        // The server refused it before any route had it.
        return refused(status, text);
      }
      String reason = envelope.path("code").asText();
      return new Reply(
          status, ErrorReasons.code(ErrorReasons.ofWireName(reason)).name(), reason, text);
    } catch (JsonProcessingException e) {
      return new Reply(status, "NOT_JSON", "", text);
    }
  }

  private static Reply refused(int status, String text) {
    try {
      JsonNode error = JSON.readTree(text).path("error");
      return new Reply(status, error.path("code").asText(), error.path("reason").asText(), text);
    } catch (JsonProcessingException e) {
      return new Reply(status, "NOT_JSON", "", text);
    }
  }

  private static HttpHeaders trailers(Wires wire, AggregatedHttpResponse http) {
    if (http.headers().contains("grpc-status")) {
      return http.headers();
    }
    if (http.trailers().contains("grpc-status") || !wire.framed()) {
      return http.trailers();
    }
    byte[] body = http.content().array();
    ByteBuffer frames = ByteBuffer.wrap(wire == Wires.WEB_TEXT ? base64(body) : body);
    HttpHeadersBuilder read = HttpHeaders.builder();
    while (frames.remaining() >= 5) {
      int flags = frames.get() & 0xff;
      byte[] message = new byte[Math.min(frames.getInt(), frames.remaining())];
      frames.get(message);
      if ((flags & TRAILERS) != 0) {
        for (String line : new String(message, StandardCharsets.UTF_8).split("\r\n", -1)) {
          int colon = line.indexOf(':');
          if (colon > 0) {
            read.add(line.substring(0, colon).trim(), line.substring(colon + 1).trim());
          }
        }
      }
    }
    return read.build();
  }

  // Each frame is padded by itself.
  private static byte[] base64(byte[] text) {
    ByteBuffer bytes = ByteBuffer.allocate(text.length);
    for (int at = 0; at + 4 <= text.length; at += 4) {
      byte[] group = new byte[4];
      System.arraycopy(text, at, group, 0, 4);
      bytes.put(Base64.getDecoder().decode(group));
    }
    byte[] read = new byte[bytes.position()];
    bytes.flip().get(read);
    return read;
  }

  private static String reason(HttpHeaders trailers) {
    String details = trailers.get("grpc-status-details-bin");
    if (details == null) {
      return "";
    }
    try {
      com.google.rpc.Status status =
          com.google.rpc.Status.parseFrom(Base64.getMimeDecoder().decode(details));
      for (Any detail : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          return detail.unpack(ErrorInfo.class).getReason();
        }
      }
      return "";
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether a fault of ours shows, by what it says. */
  boolean isFault() {
    return status >= 500
        || Set.of(
                "INTERNAL", "UNKNOWN", "UNAVAILABLE", "DATA_LOSS", "NO_STATUS", "NOT_JSON", "HANGS")
            .contains(code);
  }

  @Override
  public String toString() {
    return status
        + " "
        + outcome()
        + (done() ? "" : " \"" + text.substring(0, Math.min(160, text.length())) + "\"");
  }
}
