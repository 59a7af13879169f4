package dev.cloudlet.video;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.or;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.inc;
import static com.mongodb.client.model.Updates.set;
import static com.mongodb.client.model.Updates.unset;

import com.mongodb.client.model.Sorts;
import dev.cloudlet.jobs.JobId;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoOwnerOrder;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bson.conversions.Bson;

/** Videos in MongoDB: {@code videos} and their order by owner. */
final class MongoVideoStore implements VideoStore {
  // A page with one look-ahead.
  private static final int LIST_BATCH = 101;

  private final MongoRecords<Video> videos;
  private final MongoOwnerOrder order;

  MongoVideoStore(MongoConnection mongo) {
    this.videos =
        mongo.records(
            "videos",
            Video.class,
            new MongoIndex(
                "claims", List.of("transcode.submitted", "transcode.claimTime"), false, true));
    this.order = new MongoOwnerOrder(mongo, "videos");
  }

  @Override
  public boolean insert(Video video) {
    order.append(video.owner().value(), video.id().value());
    return videos.insertIfAbsent(video);
  }

  @Override
  public Optional<Video> find(VideoId id) {
    return videos.get(id);
  }

  @Override
  public List<Video> list(AccountId owner, Optional<VideoId> after, int limit) {
    List<Video> found = new ArrayList<>();
    Optional<String> below = after.map(VideoId::value);
    while (true) {
      List<String> ids = order.before(owner.value(), below, LIST_BATCH);
      if (ids.isEmpty()) {
        return found;
      }
      Map<String, Video> there =
          videos.list(in("_id", ids), Sorts.ascending("_id"), ids.size()).stream()
              .collect(Collectors.toMap(video -> video.id().value(), Function.identity()));
      for (String id : ids) {
        Optional.ofNullable(there.get(id))
            .filter(video -> video.owner().equals(owner))
            .ifPresent(found::add);
        if (found.size() == limit) {
          return found;
        }
      }
      below = Optional.of(ids.getLast());
    }
  }

  @Override
  public boolean uploaded(VideoId id, long sourceBytes) {
    return change(
        and(of(id), eq("state", Video.State.AWAITING_UPLOAD.name())),
        set("state", Video.State.UPLOADED.name()),
        set("sourceBytes", sourceBytes));
  }

  @Override
  public boolean claim(VideoId id, Video.Transcode transcode) {
    return change(
        and(
            of(id),
            in(
                "state",
                Video.State.UPLOADED.name(),
                Video.State.READY.name(),
                Video.State.FAILED.name()),
            exists("transcode", false)),
        set("state", Video.State.TRANSCODING.name()),
        set("sourceBytes", transcode.sourceBytes()),
        set("transcode", MongoRecords.stored(transcode)));
  }

  @Override
  public boolean unclaim(VideoId id, Video.Transcode transcode) {
    return change(
        and(by(id, transcode.jobId()), eq("transcode.submitted", false)),
        set("state", transcode.before().name()),
        unset("transcode"));
  }

  @Override
  public boolean submitted(VideoId id, JobId job) {
    return change(by(id, job), set("transcode.submitted", true));
  }

  @Override
  public boolean playable(VideoId id, JobId job, int attempt) {
    return change(
        and(
            by(id, job),
            or(exists("transcode.playable", false), lt("transcode.playable", attempt))),
        set("transcode.playable", attempt));
  }

  @Override
  public boolean startedAgain(VideoId id, JobId job) {
    return change(and(by(id, job), exists("transcode.playable")), unset("transcode.playable"));
  }

  @Override
  public boolean finish(VideoId id, JobId job, Ending ending) {
    List<Bson> changes = new ArrayList<>();
    changes.add(set("state", ending.state().name()));
    changes.add(unset("transcode"));
    changes.add(set("lastJobId", job.value()));
    ending.output().ifPresent(made -> changes.add(set("output", MongoRecords.stored(made))));
    changes.add(
        ending
            .failure()
            .map(why -> set("failure", MongoRecords.stored(why)))
            .orElseGet(() -> unset("failure")));
    return change(by(id, job), changes.toArray(Bson[]::new));
  }

  @Override
  public List<Video> stuckClaims(Instant before, Optional<VideoId> after, int limit) {
    Bson stuck =
        and(
            eq("transcode.submitted", false),
            lt("transcode.claimTime", MongoRecords.stored(before)));
    return videos.list(
        after.map(id -> and(stuck, gt("_id", id.value()))).orElse(stuck),
        Sorts.ascending("_id"),
        limit);
  }

  private boolean change(Bson condition, Bson... changes) {
    return videos.update(condition, combine(combine(changes), inc("revision", 1L)));
  }

  private static Bson of(VideoId id) {
    return eq("_id", id.value());
  }

  private static Bson by(VideoId id, JobId job) {
    return and(of(id), eq("transcode.jobId", job.value()));
  }
}
