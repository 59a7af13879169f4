package dev.cloudlet.standalone.embedded;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.h2.mvstore.MVStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The H2 backend of mongo-java-server with the one thing it lacks: a write is answered only after
 * it is in the file, synced.
 *
 * <p>A write command touches several maps of the store (documents, one per index, sizes), so a
 * commit in the middle of one would put half of it into the file: after a kill the document would
 * be there and its {@code _id} index not. Writers therefore hold {@link #content} shared, and
 * everything that writes the file (commit, house-keeping) holds it exclusively; the store's own
 * background writer stays off, because it does not know that lock. Commands that read register the
 * version they look at, so that house-keeping does not free it under them.
 *
 * <p>Called on the server's event loops, which block here; the server is given enough of them that
 * concurrent writers meet in one commit.
 */
final class MongoDurableBackend extends H2Backend {
  private static final Logger log = LoggerFactory.getLogger(MongoDurableBackend.class);

  /**
   * Commands that cannot change anything. Whatever is not listed is treated as a write: a needless
   * commit is cheap, a missing one is not.
   */
  private static final Set<String> READS =
      Set.of(
          "find",
          "getmore",
          "count",
          "distinct",
          "ismaster",
          "hello",
          "ping",
          "buildinfo",
          "listcollections",
          "listindexes",
          "listdatabases",
          "killcursors",
          "serverstatus",
          "endsessions",
          "getlog",
          "connectionstatus",
          "hostinfo",
          "collstats",
          "dbstats",
          "validate",
          "whatsmyuri",
          "getlasterror",
          "getcmdlineopts");

  /**
   * Below this share of live data in the written chunks (percent) house-keeping rewrites the
   * emptiest ones.
   */
  private static final int TARGET_FILL_PERCENT = 60;

  /** Bytes that one round of house-keeping may rewrite: bounds how long writers wait for it. */
  private static final int REWRITE_BYTES = 1 << 20;

  /** Files smaller than this are not worth moving chunks in. */
  private static final long SMALL_FILE_BYTES = 32L << 20;

  private static final int COMPACT_MILLIS = 50;

  private final ReentrantReadWriteLock content = new ReentrantReadWriteLock();
  private final GroupCommit commits = new GroupCommit(this::commitAndSync);

  MongoDurableBackend(MVStore store) {
    super(store);
    store.setRetentionTime(0);
  }

  /** Opens or creates the store file; the caller closes the backend. */
  static MongoDurableBackend open(String file) {
    MVStore store =
        new MVStore.Builder()
            .fileName(file)
            .autoCommitDisabled()
            .autoCommitBufferSize(0)
            .cacheSize(32)
            .open();
    try {
      MongoFile.upgrade(store);
      return new MongoDurableBackend(store);
    } catch (RuntimeException | Error e) {
      store.closeImmediately();
      throw e;
    }
  }

  @Override
  protected MongoDatabase openOrCreateDatabase(String databaseName) {
    return new KeyedDatabase(databaseName);
  }

  /** The library's database with our collections; an inner class, because it opens them at once. */
  private final class KeyedDatabase extends H2Database {
    KeyedDatabase(String name) {
      super(
          name,
          MongoDurableBackend.this.getMvStore(),
          MongoDurableBackend.this.getCursorRegistry());
    }

    @Override
    protected MongoCollection<Object> openOrCreateCollection(
        String name, CollectionOptions options) {
      String full = getFullCollectionNamespace(name);
      return new MongoKeyedCollection(
          this,
          name,
          options,
          MongoFile.documents(getMvStore(), full),
          getMvStore().openMap("meta." + full),
          cursorRegistry);
    }

    @Override
    protected Index<Object> openOrCreateUniqueIndex(
        String collection, String index, List<IndexKey> keys, boolean sparse) {
      return new MongoKeyedIndex(
          MongoFile.index(getMvStore(), getFullCollectionNamespace(collection), index),
          index,
          keys,
          sparse);
    }
  }

  @Override
  public Document handleMessage(MongoMessage message) {
    MVStore.TxCounter version = getMvStore().registerVersionUsage();
    try {
      return isRead(message.getDocument()) ? super.handleMessage(message) : write(message);
    } finally {
      getMvStore().deregisterVersionUsage(version);
    }
  }

  // A refusal is made durable too: "duplicate key" is a statement about a document that must not
  // vanish afterwards.
  private Document write(MongoMessage message) {
    try {
      content.readLock().lock();
      try {
        return super.handleMessage(message);
      } finally {
        content.readLock().unlock();
      }
    } finally {
      commits.awaitDurable();
    }
  }

  private void commitAndSync() {
    content.writeLock().lock();
    try {
      getMvStore().commit();
    } finally {
      content.writeLock().unlock();
    }
    getMvStore().sync();
  }

  /**
   * One bounded round of house-keeping: rewrites chunks that are mostly dead, and closes the gaps
   * once they are half of the file. Called every second or so by one thread.
   */
  void keepHouse() {
    MVStore store = getMvStore();
    content.writeLock().lock();
    try {
      if (store.compact(TARGET_FILL_PERCENT, REWRITE_BYTES)) {
        store.commit();
      }
      if (store.getFillRate() < 50 && store.getFileStore().size() > SMALL_FILE_BYTES) {
        store.compactFile(COMPACT_MILLIS);
      }
    } finally {
      content.writeLock().unlock();
    }
    log.debug(
        "store file {} bytes, fill rate {}", store.getFileStore().size(), store.getFillRate());
  }

  private static boolean isRead(Document command) {
    String name = command.keySet().iterator().next().toLowerCase(Locale.ROOT);
    if (name.equals("aggregate")) {
      String pipeline = String.valueOf(command.get("pipeline"));
      return !pipeline.contains("$out") && !pipeline.contains("$merge");
    }
    return READS.contains(name);
  }
}
