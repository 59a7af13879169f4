package dev.cloudlet.jobs;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.util.Optional;

/** Settings in MongoDB: {@code job_lanes}, by kind. */
final class MongoLaneStore implements LaneStore {
  private final MongoRecords<LaneSetting> settings;

  MongoLaneStore(MongoConnection mongo) {
    settings = mongo.records("job_lanes", LaneSetting.class);
  }

  @Override
  public void put(LaneSetting setting) {
    settings.upsert(
        Filters.eq("_id", setting.id()),
        Updates.combine(
            Updates.set("mode", setting.mode().name()),
            Updates.set("since", MongoRecords.stored(setting.since()))));
  }

  @Override
  public Optional<LaneSetting> find(String kind) {
    return settings.get(kind);
  }
}
