package dev.cloudlet.kernel.mongo;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tries on documents of its own whether a database keeps the uniqueness that stores rely on. Some
 * servers of the protocol take the declaration of an index and do not obey it, and nothing that
 * they say shows it.
 */
public final class MongoUniqueness {
  private static final String TRIALS = "uniqueness_trials";
  private static final String HELD = "held";

  private final MongoRecords<Trial> trials;

  record Part(String id) {}

  record Trial(String id, Optional<String> held, List<Part> parts) {
    static Trial of(String id, Optional<String> held, String... parts) {
      return new Trial(id, held, List.of(parts).stream().map(Part::new).toList());
    }
  }

  private MongoUniqueness(MongoConnection mongo) {
    trials =
        mongo.records(
            TRIALS,
            Trial.class,
            MongoIndex.uniqueIfPresent("by_held", HELD),
            MongoIndex.unique("by_part", "parts._id"));
  }

  /**
   * What the database does otherwise, in words; empty if it can be trusted. Leaves a few documents,
   * and may be run by several servers at once.
   */
  public static List<String> shortcomings(MongoConnection mongo) {
    return new MongoUniqueness(mongo).find();
  }

  private List<String> find() {
    List<String> found = new ArrayList<>();
    trials.insertIfAbsent(Trial.of("first", Optional.empty(), "a", "shared"));
    trials.insertIfAbsent(Trial.of("second", Optional.empty(), "b"));
    trials.insertIfAbsent(Trial.of("third", Optional.of("name"), "c"));
    if (trials.get("second").isEmpty()) {
      found.add("a sparse unique index refuses a second document without the field");
    }
    if (lets(Trial.of("fourth", Optional.of("name"), "d"))) {
      found.add("a unique index lets a second document of one value in");
    }
    if (lets(Trial.of("fifth", Optional.empty(), "e", "shared"))) {
      found.add("a unique index lets a second document in whose list shares an element");
    }
    changed().ifPresent(found::add);
    return found;
  }

  private boolean lets(Trial forbidden) {
    boolean let = trials.insertIfAbsent(forbidden);
    trials.delete(Filters.eq("_id", forbidden.id()));
    return let;
  }

  private Optional<String> changed() {
    try {
      boolean let = trials.update(Filters.eq("_id", "second"), Updates.set(HELD, "name"));
      trials.update(Filters.eq("_id", "second"), Updates.unset(HELD));
      return let
          ? Optional.of("a unique index lets a change to a value in that exists")
          : Optional.empty();
    } catch (DuplicateKeyException refused) {
      return Optional.empty();
    } catch (IllegalStateException unnamed) {
      return Optional.of("a change that a unique index forbids is not refused as a duplicate");
    }
  }
}
