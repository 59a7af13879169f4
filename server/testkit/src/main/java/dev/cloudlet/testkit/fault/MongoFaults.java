package dev.cloudlet.testkit.fault;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/** What a proxy needs to know of MongoDB's wire protocol to fail like a shard behind a router. */
public final class MongoFaults {
  private static final int OP_MSG = 2013;
  private static final int HEADER = 16;
  private static final int BEFORE_NAME = HEADER + Integer.BYTES + 1 + Integer.BYTES + 1;
  private static final int HOST_UNREACHABLE = 6;
  private static final Set<String> NOT_WORK =
      Set.of("hello", "isMaster", "ismaster", "ping", "endSessions");

  private MongoFaults() {}

  /** What the router says when it did not reach the shard: nothing was done. */
  public static Fault notDone() {
    return new Fault.OtherAnswer(MongoFaults::unreachable, false);
  }

  /** What the router says when it lost the shard's answer: it was done, and nobody knows. */
  public static Fault doneUnheard() {
    return new Fault.OtherAnswer(MongoFaults::unreachable, true);
  }

  /** Whether a message is work, not the driver's look at the server. */
  public static boolean isWork(byte[] message) {
    return !NOT_WORK.contains(command(message));
  }

  /** The name of the command in a message. */
  public static String command(byte[] message) {
    ByteBuffer all = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    if (message.length <= BEFORE_NAME || all.getInt(12) != OP_MSG) {
      return "isMaster";
    }
    int end = BEFORE_NAME;
    while (end < message.length && message[end] != 0) {
      end++;
    }
    return new String(message, BEFORE_NAME, end - BEFORE_NAME, StandardCharsets.UTF_8);
  }

  private static byte[] unreachable(byte[] request) {
    int asked = ByteBuffer.wrap(request).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
    BsonDocument refusal =
        new BsonDocument("ok", new BsonDouble(0))
            .append("errmsg", new BsonString("the shard can't be reached"))
            .append("code", new BsonInt32(HOST_UNREACHABLE))
            .append("codeName", new BsonString("HostUnreachable"))
            .append("errorLabels", new BsonArray(List.of(new BsonString("RetryableWriteError"))));
    byte[] document;
    try (BasicOutputBuffer buffer = new BasicOutputBuffer();
        BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
      new BsonDocumentCodec().encode(writer, refusal, EncoderContext.builder().build());
      document = buffer.toByteArray();
    }
    int length = HEADER + Integer.BYTES + 1 + document.length;
    return ByteBuffer.allocate(length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(length)
        .putInt(1)
        .putInt(asked)
        .putInt(OP_MSG)
        .putInt(0)
        .put((byte) 0)
        .put(document)
        .array();
  }
}
