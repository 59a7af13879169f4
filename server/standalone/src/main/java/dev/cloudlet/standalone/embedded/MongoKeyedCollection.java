package dev.cloudlet.standalone.embedded;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/**
 * A collection that finds a document by its {@code _id} also when the query says more about it. The
 * library looks into an index only if the query names its keys and nothing else, and reads the
 * whole collection otherwise, under its lock: each guarded write of ours would do that.
 *
 * <p>What it finds are copies. The library writes answers without the lock, and changes the very
 * document that was found before it puts it back: an answer on its way would be half of each, or
 * break off. So no document changes once it is in the map.
 */
final class MongoKeyedCollection extends H2Collection {
  private static final String ID = "_id";

  MongoKeyedCollection(
      MongoDatabase database,
      String name,
      CollectionOptions options,
      MVMap<Object, Document> data,
      MVMap<String, Object> meta,
      CursorRegistry cursors) {
    super(database, name, options, data, meta, cursors);
  }

  @Override
  protected QueryResult queryDocuments(
      Document query,
      @Nullable Document orderBy,
      int skip,
      int limit,
      int batchSize,
      @Nullable Document projection) {
    QueryResult found = found(query, orderBy, skip, limit, batchSize, projection);
    List<Document> copies = new ArrayList<>();
    found.forEach(document -> copies.add(document.cloneDeeply()));
    return new QueryResult(copies, found.getCursorId());
  }

  private QueryResult found(
      Document query,
      @Nullable Document orderBy,
      int skip,
      int limit,
      int batchSize,
      @Nullable Document projection) {
    Optional<Document> byId = idOf(query).map(id -> new Document(ID, id));
    if (byId.isPresent()) {
      for (Index<Object> index : getIndexes()) {
        if (index.canHandle(byId.get())) {
          // What stands at the position is matched against the whole query.
          return matchDocuments(
              query, index.getPositions(byId.get()), orderBy, skip, limit, batchSize, projection);
        }
      }
    }
    return super.queryDocuments(query, orderBy, skip, limit, batchSize, projection);
  }

  // Only text, which our ids are: other types have rules of their own for being equal.
  private static Optional<String> idOf(Document query) {
    if (query.get(ID) instanceof String id) {
      return Optional.of(id);
    }
    return query.get("$and") instanceof Collection<?> clauses
        ? clauses.stream()
            .flatMap(
                clause ->
                    clause instanceof Document document
                        ? idOf(document).stream()
                        : Stream.<String>empty())
            .findFirst()
        : Optional.empty();
  }
}
