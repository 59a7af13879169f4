package dev.cloudlet.standalone.embedded;

import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How documents and indexes stand in the store's file. Files of the first form, which Java's
 * serialization wrote, are written anew when they are opened.
 */
final class MongoFile {
  private static final Logger log = LoggerFactory.getLogger(MongoFile.class);
  private static final String FORM = "cloudlet.form";
  private static final String VERSION = "version";
  private static final int BSON = 2;
  private static final String DOCUMENTS = "databases.";
  private static final String INDEX = "._index_";

  private MongoFile() {}

  /** The documents of a collection by their positions. */
  static MVMap<Object, Document> documents(MVStore store, String collection) {
    return store.openMap(
        DOCUMENTS + collection,
        new MVMap.Builder<Object, Document>().valueType(new MongoDocumentType()));
  }

  /** The positions of a collection's documents by what an index looks at. */
  static MVMap<KeyValue, Object> index(MVStore store, String collection, String index) {
    return store.openMap(collection + INDEX + index, positions());
  }

  private static MVMap.Builder<KeyValue, Object> positions() {
    return new MVMap.Builder<KeyValue, Object>().keyType(new MongoKeyType());
  }

  /**
   * Brings the file into the present form, all of it or nothing.
   *
   * @throws IllegalStateException if a later version wrote it
   */
  static void upgrade(MVStore store) {
    MVMap<String, Integer> form = store.openMap(FORM);
    int version = form.getOrDefault(VERSION, 1);
    if (version > BSON) {
      throw new IllegalStateException(
          "a later version of the platform wrote the documents; start that one");
    }
    if (version == BSON) {
      return;
    }
    for (String name : List.copyOf(store.getMapNames())) {
      if (name.startsWith(DOCUMENTS)) {
        rewrite(
            store, name, new MVMap.Builder<Object, Document>().valueType(new MongoDocumentType()));
      } else if (name.contains(INDEX)) {
        rewrite(store, name, positions());
      }
    }
    form.put(VERSION, BSON);
    store.commit();
    log.debug("the documents are in the present form");
  }

  private static <K, V> void rewrite(MVStore store, String name, MVMap.Builder<K, V> builder) {
    MVMap<K, V> old = store.openMap(name);
    Map<K, V> all = new LinkedHashMap<>();
    old.forEach(all::put);
    store.removeMap(old);
    store.openMap(name, builder).putAll(all);
  }
}
