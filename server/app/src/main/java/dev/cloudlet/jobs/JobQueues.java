package dev.cloudlet.jobs;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.OutcomeUnknownException;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.mongo.PageToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What the operator sees of all jobs, and may do with the queues and with single jobs. */
final class JobQueues {
  private static final Duration KEEP_ACTIONS = Duration.ofDays(90);
  private static final int MOST_ACTIONS = 10_000;
  // How many jobs of other accounts a page passes over before it ends short.
  private static final int LOOK_AT = 200;

  private final EngineParts parts;
  private final Map<String, JobLane> lanes;
  private final Jobs jobs;
  private final Supplier<Optional<JobCensus>> census;

  JobQueues(
      EngineParts parts,
      Map<String, JobLane> lanes,
      Jobs jobs,
      Supplier<Optional<JobCensus>> census) {
    this.parts = parts;
    this.lanes = lanes;
    this.jobs = jobs;
    this.census = census;
  }

  /** One kind of job as it stands. */
  record View(String kind, Optional<LaneSetting> setting, Optional<JobCensus> census) {}

  /** All kinds, by name. */
  PageToken.Page<View> list(int size, String token) {
    PageToken.Request page = PageToken.read("queues", size, token);
    List<View> found =
        lanes.keySet().stream()
            .sorted()
            .filter(kind -> page.after().map(after -> kind.compareTo(after) > 0).orElse(true))
            .limit(page.fetchSize())
            .map(this::view)
            .toList();
    return page.page(found, View::kind);
  }

  View get(String kind) {
    requireKnown(kind);
    return view(kind);
  }

  private View view(String kind) {
    return new View(kind, parts.operator().lanes().find(kind), census.get());
  }

  private JobLane requireKnown(String kind) {
    return Optional.ofNullable(lanes.get(kind))
        .orElseThrow(() -> PlatformException.notFound("queue", kind));
  }

  /** Sets a kind to that mode, on every server. */
  View set(String kind, LaneSetting.Mode mode, Operator operator) {
    requireKnown(kind);
    OperatorAction.What what =
        switch (mode) {
          case ACTIVE -> OperatorAction.What.RESUME;
          case PAUSED -> OperatorAction.What.PAUSE;
          case DRAINING -> OperatorAction.What.DRAIN;
        };
    return does(
        operator,
        new Operator.Target(what, kind, Optional.empty()),
        () -> {
          parts.operator().lanes().put(new LaneSetting(kind, mode, parts.clock().instant()));
          parts.signals().signal(JobDispatcher.LANES_TOPIC);
          return view(kind);
        },
        done -> "done");
  }

  private <T> T does(
      Operator operator, Operator.Target target, Supplier<T> change, Function<T, String> outcome) {
    return operator.does(parts.operator().actions(), parts.clock(), target, change, outcome);
  }

  /** The unfinished jobs of a kind, oldest first. */
  PageToken.Page<Job> unfinished(String kind, Optional<AccountId> owner, int size, String token) {
    requireKnown(kind);
    PageToken.Request page = PageToken.read(name("unfinished", kind, owner), size, token);
    List<JobMark> marks = parts.store().marks(page.after().map(JobId::new), LOOK_AT);
    List<JobId> ids =
        marks.stream()
            .filter(mark -> mark.kind().equals(kind))
            .filter(mark -> owner.map(mark.owner()::equals).orElse(true))
            .map(JobMark::id)
            .toList();
    Optional<JobId> last =
        marks.size() < LOOK_AT ? Optional.empty() : Optional.of(marks.getLast().id());
    return shortPage(page, ids, last, job -> !job.settled());
  }

  /** The failed jobs of a kind, the last one first. */
  PageToken.Page<Job> failed(String kind, Optional<AccountId> owner, int size, String token) {
    requireKnown(kind);
    PageToken.Request page = PageToken.read(name("failed", kind, owner), size, token);
    List<JobId> ids = parts.operator().failed().list(kind, page.after().map(JobId::new), LOOK_AT);
    Optional<JobId> last = ids.isEmpty() ? Optional.empty() : Optional.of(ids.getLast());
    return shortPage(
        page, ids, last, job -> job.settled() && owner.map(job.owner()::equals).orElse(true));
  }

  private static String name(String list, String kind, Optional<AccountId> owner) {
    return list + ':' + kind + ':' + owner.map(AccountId::value).orElse("");
  }

  // Goes on after the last one shown, or after the last one looked at.
  private PageToken.Page<Job> shortPage(
      PageToken.Request page, List<JobId> ids, Optional<JobId> last, Predicate<Job> wanted) {
    Map<JobId, Job> there =
        parts.store().findAll(ids).stream().collect(Collectors.toMap(Job::id, Function.identity()));
    List<Job> found =
        ids.stream().map(there::get).filter(job -> job != null && wanted.test(job)).toList();
    return found.size() > page.size()
        ? page.page(found, job -> job.id().value())
        : page.upTo(found, last.map(JobId::value));
  }

  /** The job of any account. */
  Job job(JobId id) {
    return parts.store().find(id).orElseThrow(() -> PlatformException.notFound("job", id.value()));
  }

  /** Cancels the job of any account. */
  Job cancel(JobId id, Operator operator) {
    Job job = job(id);
    return does(
        operator,
        new Operator.Target(OperatorAction.What.CANCEL, job.kind(), Optional.of(id)),
        () -> jobs.cancel(job.owner(), id),
        done -> "done");
  }

  /** Orders the work of a failed job once more; the new job. */
  Job retry(JobId id, Operator operator) {
    Job failed = job(id);
    JobRetry retry = new JobRetry(parts, requireKnown(failed.kind()).handler());
    return does(
        operator,
        new Operator.Target(OperatorAction.What.RETRY, failed.kind(), Optional.of(id)),
        () -> job(retry.of(failed, JobRetry.Ids.from(operator.ids()))),
        next -> "done: " + next.id());
  }

  /** Which failed jobs to retry. */
  record Filter(Optional<String> reason, Optional<AccountId> owner, Optional<Instant> after) {
    boolean allows(Job job) {
      return reason
              .map(why -> job.failure().filter(f -> f.reason().equals(why)).isPresent())
              .orElse(true)
          && owner.map(job.owner()::equals).orElse(true)
          && after
              .map(time -> job.endTime().filter(end -> !end.isBefore(time)).isPresent())
              .orElse(true);
    }
  }

  /** What became of one job: the new one, or the refusal. */
  record Retried(JobId job, Optional<JobId> next, Optional<ErrorReason> refusal) {}

  /** Retries those of one page of failed jobs that satisfy the filter. */
  PageToken.Page<Retried> retryMany(
      String kind, Filter filter, int size, String token, Operator operator) {
    JobRetry retry = new JobRetry(parts, requireKnown(kind).handler());
    PageToken.Request page = PageToken.read("retry:" + kind, size, token);
    List<JobId> ids =
        parts.operator().failed().list(kind, page.after().map(JobId::new), page.fetchSize());
    List<JobId> looked = ids.subList(0, Math.min(ids.size(), page.size()));
    return does(
        operator,
        new Operator.Target(OperatorAction.What.RETRY_MANY, kind, Optional.empty()),
        () ->
            page.upTo(
                retryAll(retry, looked, filter, operator),
                ids.isEmpty() ? Optional.empty() : Optional.of(looked.getLast().value())),
        done ->
            "retried %d, refused %d"
                .formatted(
                    done.items().stream().filter(one -> one.next().isPresent()).count(),
                    done.items().stream().filter(one -> one.refusal().isPresent()).count()));
  }

  private List<Retried> retryAll(
      JobRetry retry, List<JobId> ids, Filter filter, Operator operator) {
    List<Retried> outcomes = new ArrayList<>();
    Map<JobId, Job> there =
        parts.store().findAll(ids).stream().collect(Collectors.toMap(Job::id, Function.identity()));
    Set<JobId> known =
        parts
            .store()
            .findAll(
                there.values().stream()
                    .flatMap(job -> job.successor().map(Job.Successor::id).stream())
                    .toList())
            .stream()
            .map(Job::id)
            .collect(Collectors.toSet());
    for (JobId id : ids) {
      // Drawn for each, so that a repetition after a crash draws the same for the same job.
      JobRetry.Ids next = JobRetry.Ids.from(operator.ids());
      Optional.ofNullable(there.get(id))
          .filter(job -> job.settled() && filter.allows(job))
          .filter(
              job ->
                  job.successor()
                      .map(Job.Successor::id)
                      .filter(known::contains)
                      .filter(other -> !other.equals(next.job()))
                      .isEmpty())
          .ifPresent(job -> outcomes.add(retried(retry, job, next)));
    }
    return outcomes;
  }

  private static Retried retried(JobRetry retry, Job job, JobRetry.Ids next) {
    try {
      return new Retried(job.id(), Optional.of(retry.of(job, next)), Optional.empty());
    } catch (OutcomeUnknownException | UnavailableException repeat) {
      // No answer about this job: the call as a whole is repeated, and goes on where it was.
      throw repeat;
    } catch (PlatformException refused) {
      return new Retried(job.id(), Optional.empty(), Optional.of(refused.reason()));
    }
  }

  /** What operators did, the last first. */
  PageToken.Page<OperatorAction> actions(int size, String token) {
    PageToken.Request page = PageToken.read("queue-actions", size, token);
    return page.page(
        parts.operator().actions().list(page.after().map(OperatorActionId::new), page.fetchSize()),
        action -> action.id().value());
  }

  /** Forgets what operators did long ago. */
  void trim() {
    parts.operator().actions().trim(parts.clock().instant().minus(KEEP_ACTIONS), MOST_ACTIONS);
  }
}
