package dev.cloudlet.standalone.embedded;

import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.jspecify.annotations.Nullable;

/**
 * Keys of indexes: texts by their characters, what else there is by its BSON. Any total order will
 * do, since indexes are only asked for equal keys; by itself the store would serialize both sides
 * of each comparison.
 */
final class MongoKeyType extends BasicDataType<KeyValue> {
  private static final byte NULL = 0;
  private static final byte MISSING = 1;
  private static final byte TEXT = 2;
  private static final byte OTHER = 3;
  private static final int PER_OBJECT = 48;

  @Override
  public int getMemory(KeyValue key) {
    int size = PER_OBJECT;
    for (Object value : key) {
      size += PER_OBJECT + (value instanceof String text ? text.length() : PER_OBJECT);
    }
    return size;
  }

  @Override
  public int compare(KeyValue left, KeyValue right) {
    int order = Integer.compare(left.size(), right.size());
    for (int i = 0; order == 0 && i < left.size(); i++) {
      order = compareValues(left.get(i), right.get(i));
    }
    return order;
  }

  private static int compareValues(@Nullable Object left, @Nullable Object right) {
    byte kind = kind(left);
    int order = Byte.compare(kind, kind(right));
    if (order != 0 || kind == NULL || kind == MISSING) {
      return order;
    }
    return left instanceof String text && right instanceof String other
        ? text.compareTo(other)
        : ByteBufUtil.compare(bson(left), bson(right));
  }

  private static byte kind(@Nullable Object value) {
    if (value == null) {
      return NULL;
    }
    return value instanceof Missing ? MISSING : value instanceof String ? TEXT : OTHER;
  }

  // The type's byte and the value.
  private static ByteBuf bson(@Nullable Object value) {
    byte type = BsonEncoder.determineType(value);
    ByteBuf out = Unpooled.buffer();
    out.writeByte(type);
    BsonEncoder.encodeValue(type, value, out);
    return out;
  }

  @Override
  public void write(WriteBuffer out, KeyValue key) {
    out.putVarInt(key.size());
    for (Object value : key) {
      byte kind = kind(value);
      out.put(kind);
      if (value instanceof String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putVarInt(bytes.length).put(bytes);
      } else if (kind == OTHER) {
        out.put(bson(value).nioBuffer());
      }
    }
  }

  @Override
  public KeyValue read(ByteBuffer in) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int left = DataUtils.readVarInt(in); left > 0; left--) {
      values.add(readValue(in));
    }
    return new KeyValue(values);
  }

  private static @Nullable Object readValue(ByteBuffer in) {
    return switch (in.get()) {
      case NULL -> null;
      case MISSING -> Missing.getInstance();
      case TEXT -> {
        byte[] bytes = new byte[DataUtils.readVarInt(in)];
        in.get(bytes);
        yield new String(bytes, StandardCharsets.UTF_8);
      }
      case OTHER -> {
        byte type = in.get();
        ByteBuf bson = Unpooled.wrappedBuffer(in);
        Object value = BsonDecoder.decodeValue(type, bson);
        in.position(in.position() + bson.readerIndex());
        yield value;
      }
      default -> throw new IllegalStateException("the file of the documents is damaged");
    };
  }

  @Override
  public KeyValue[] createStorage(int size) {
    return new KeyValue[size];
  }
}
