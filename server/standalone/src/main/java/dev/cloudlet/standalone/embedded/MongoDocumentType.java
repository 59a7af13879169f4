package dev.cloudlet.standalone.embedded;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * Documents as BSON. By itself the store would use Java's serialization, which took most of the
 * time of every write.
 */
final class MongoDocumentType extends BasicDataType<Document> {
  private static final int PER_OBJECT = 48;
  private static final int FIRST_ROOM = 512;

  // Of what is held in memory, roughly: bounds the store's cache.
  @Override
  public int getMemory(Document document) {
    return size(document);
  }

  private static int size(Object value) {
    int size = PER_OBJECT;
    if (value instanceof CharSequence text) {
      size += text.length();
    } else if (value instanceof byte[] bytes) {
      size += bytes.length;
    } else if (value instanceof de.bwaldvogel.mongo.bson.BinData binary) {
      size += binary.getData().length;
    } else if (value instanceof Map<?, ?> fields) {
      for (Map.Entry<?, ?> field : fields.entrySet()) {
        size += PER_OBJECT + size(field.getValue());
      }
    } else if (value instanceof Collection<?> elements) {
      for (Object element : elements) {
        size += size(element);
      }
    }
    return size;
  }

  @Override
  public void write(WriteBuffer out, Document document) {
    ByteBuf bson = Unpooled.buffer(FIRST_ROOM);
    BsonEncoder.encodeDocument(document, bson);
    out.put(bson.nioBuffer());
  }

  @Override
  public Document read(ByteBuffer in) {
    ByteBuf bson = Unpooled.wrappedBuffer(in);
    Document document = BsonDecoder.decodeBson(bson);
    in.position(in.position() + bson.readerIndex());
    return document;
  }

  @Override
  public Document[] createStorage(int size) {
    return new Document[size];
  }
}
