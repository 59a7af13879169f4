package dev.cloudlet.kernel.mongo;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The things of each owner in the order in which they came, so that a list of one owner's costs the
 * same however many others there are. The embedded server answers only equality on an id or a
 * unique key from an index, and scans for everything else; so each thing has a numbered place of
 * its owner, and a page asks for those places by name.
 *
 * <p>A thing is appended before it is itself written. After a crash in between its place names
 * nothing, which readers skip; repeating the append changes nothing.
 */
public final class MongoOwnerOrder {
  /** A page gives no more things than this at once. */
  public static final int MAX_BATCH = 200;

  private final MongoRecords<Last> last;
  private final MongoRecords<Place> places;

  /** The number of an owner's newest place. */
  record Last(String id, long number) {}

  /**
   * @param id {@code <owner>/<number>}, numbered from 1
   * @param item the thing, unique
   */
  record Place(String id, String item) {
    long number() {
      return Long.parseLong(id.substring(id.lastIndexOf('/') + 1));
    }
  }

  /** The order of {@code what}, in collections {@code <what>_order} and {@code <what>_last}. */
  public MongoOwnerOrder(MongoConnection mongo, String what) {
    last = mongo.records(what + "_last", Last.class);
    places = mongo.records(what + "_order", Place.class, MongoIndex.unique(what + "_item", "item"));
  }

  /**
   * Makes the thing the owner's newest, unless it has its place. For new things: who repeats this
   * often leaves numbers without a place, which are skipped one by one.
   */
  public void append(String owner, String item) {
    long number = last.upsertAndGet(Filters.eq("_id", owner), Updates.inc("number", 1L)).number();
    // Refused if the thing has its place.
    places.insertIfAbsent(new Place(place(owner, number), item));
  }

  private Optional<Place> find(String item) {
    return places.find(Filters.eq("item", item));
  }

  private static String place(String owner, long number) {
    return owner + '/' + number;
  }

  /**
   * The owner's things that came before {@code item}, or the newest, newest first; at most {@code
   * limit}, and fewer only where places are missing. Empty at the end alone.
   */
  public List<String> before(String owner, Optional<String> item, int limit) {
    long below = item.isPresent() ? numberOf(owner, item.get()) : newest(owner) + 1;
    int size = Math.min(limit, MAX_BATCH);
    while (below > 1) {
      long from = Math.max(1, below - size);
      List<String> wanted = new ArrayList<>();
      for (long number = from; number < below; number++) {
        wanted.add(place(owner, number));
      }
      // Only the id is asked for, so that the embedded server answers from its index.
      List<Place> found =
          places.list(Filters.in("_id", wanted), Sorts.ascending("_id"), wanted.size());
      if (!found.isEmpty()) {
        return found.stream()
            .sorted(Comparator.comparingLong(Place::number).reversed())
            .map(Place::item)
            .toList();
      }
      below = from;
    }
    return List.of();
  }

  private long newest(String owner) {
    return last.get(owner).map(Last::number).orElse(0L);
  }

  // Of another owner, or of nobody: nothing came before it.
  private long numberOf(String owner, String item) {
    return find(item)
        .filter(place -> place.id().startsWith(owner + '/'))
        .map(Place::number)
        .orElse(0L);
  }
}
