package dev.cloudlet.app;

import dev.cloudlet.kernel.config.Bounds;
import dev.cloudlet.kernel.config.Key;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.rpc.RateLimitInterceptor;
import dev.cloudlet.kernel.rpc.RateLimiter;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Sections of the configuration that server and standalone share. */
public final class Sections {
  private Sections() {}

  /** Where documents are kept. */
  public record Mongo(
      @Key(doc = "address of MongoDB, mongodb://...") Secret uri,
      @Key(value = "cloudlet", doc = "the database that holds every collection") String database,
      @Key(
              value = "false",
              doc =
                  "start although the database does not keep every unique index, as FerretDB 1: for"
                      + " trying things out, since coins may be booked twice")
          boolean acceptWeakUniqueness) {}

  /** Where queues and limits live. */
  public record Redis(@Key(doc = "address of Redis, redis://[:password@]host:port") Secret uri) {}

  /** Where objects are kept. */
  public record S3(
      @Key(doc = "address of the S3 object store as the server reaches it") URI endpoint,
      @Key(doc = "address of the object store as clients reach it; the endpoint if absent")
          Optional<URI> publicEndpoint,
      @Key(value = "us-east-1", doc = "region that signatures name") String region,
      @Key(doc = "access key of the platform") String accessKey,
      @Key(doc = "secret key of the platform") Secret secretKey) {}

  /** How mail goes out. */
  public record Smtp(
      @Key(doc = "mail server: smtp://, smtps:// or smtp+starttls://user:password@host:port")
          Secret uri,
      @Key(value = "Cloudlet <no-reply@cloudlet.local>", doc = "sender of every mail")
          String from) {}

  /** How often may be called. */
  public record Limits(
      @Key(
              value = "600",
              doc = "calls a minute of one account, or of one address without an account")
          @Bounds(min = "1", max = "1000000")
          int perMinute,
      @Key(
              value = "60",
              doc = "calls a minute of one address to log in, register, send or check codes")
          @Bounds(min = "1", max = "1000000")
          int credentialsPerMinute,
      @Key(value = "15", doc = "such calls a minute that name one e-mail address")
          @Bounds(min = "1", max = "1000000")
          int emailPerMinute,
      @Key(value = "60", doc = "calls a minute of one account that start long or paid work")
          @Bounds(min = "1", max = "1000000")
          int expensivePerMinute) {

    /** The budgets of the rate classes. */
    public RateLimitInterceptor.Budgets budgets() {
      Duration minute = Duration.ofMinutes(1);
      return new RateLimitInterceptor.Budgets(
          new RateLimiter.Budget("standard", perMinute, minute),
          new RateLimiter.Budget("credentials", credentialsPerMinute, minute),
          new RateLimiter.Budget("email", emailPerMinute, minute),
          new RateLimiter.Budget("expensive", expensivePerMinute, minute));
    }
  }
}
