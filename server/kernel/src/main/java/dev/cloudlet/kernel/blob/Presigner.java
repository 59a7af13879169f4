package dev.cloudlet.kernel.blob;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.Sha256;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs URLs of one S3 identity by Signature Version 4 in the query, path style, for the address
 * that clients see (which may differ from the one the server uses). Two hashes per URL: the key of
 * the day is kept. No I/O; any thread, also an event loop.
 */
public final class Presigner {
  private static final Duration MAX_EXPIRY = Duration.ofDays(7);
  private static final HexFormat HEX = HexFormat.of();
  // For most requests, so that their text is written once.
  private static final int ROOM = 768;

  private final String origin;
  private final String host;
  private final String region;
  private final String accessKey;
  private final Secret secretKey;
  private final InstantSource clock;

  /** Replaced when the day changes; a race only computes the same key twice. */
  private volatile DayKey dayKey;

  /** Replaced when the second changes; a race only writes the same twice. */
  private volatile Stamp stamp;

  /** Signs for {@code publicEndpoint}: scheme, host and port only. */
  public Presigner(
      URI publicEndpoint, String region, String accessKey, Secret secretKey, InstantSource clock) {
    this.origin = publicEndpoint.getScheme() + "://" + host(publicEndpoint);
    this.host = host(publicEndpoint);
    this.region = region;
    this.accessKey = accessKey;
    this.secretKey = secretKey;
    this.clock = clock;
    this.stamp = stamp(clock.instant().getEpochSecond());
    this.dayKey = dayKey(stamp.day());
  }

  /**
   * A URL that reads one object until {@code expiry} from now (1 s to 7 d).
   *
   * @throws IllegalArgumentException if the bucket, key or expiry is out of bounds
   */
  public SignedUrl get(String bucket, String key, Duration expiry, ResponseOverrides overrides) {
    StringBuilder extra = new StringBuilder();
    overrides
        .contentDisposition()
        .ifPresent(v -> parameter(extra, "response-content-disposition", v));
    overrides.contentType().ifPresent(v -> parameter(extra, "response-content-type", v));
    String path = path(bucket, key);
    return url(path, sign("GET", path, expiry, extra, "", "host"));
  }

  /**
   * Leave to store exactly {@code contentLength} bytes of {@code contentType} under the key until
   * {@code expiry} from now (1 s to 7 d).
   *
   * @throws IllegalArgumentException if the bucket, key, expiry, length or type is out of bounds
   */
  public PresignedPut put(
      String bucket, String key, Duration expiry, long contentLength, String contentType) {
    if (contentLength < 0 || !contentType.matches("[\\x21-\\x7e]+(?: [\\x21-\\x7e]+)*")) {
      throw new IllegalArgumentException("not a length or media type");
    }
    String path = path(bucket, key);
    String headers = "content-length:" + contentLength + "\ncontent-type:" + contentType + "\n";
    String query =
        sign("PUT", path, expiry, new StringBuilder(), headers, "content-length;content-type;host");
    return new PresignedPut(
        url(path, query),
        Map.of("Content-Length", Long.toString(contentLength), "Content-Type", contentType),
        clock.instant().plus(expiry));
  }

  /**
   * A PUT that signs neither length nor type: only for a store that enforces a quota while it
   * reads.
   */
  public PresignedPut putOfAnySize(String bucket, String key, Duration expiry) {
    String path = path(bucket, key);
    String query = sign("PUT", path, expiry, new StringBuilder(), "", "host");
    return new PresignedPut(url(path, query), Map.of(), clock.instant().plus(expiry));
  }

  private SignedUrl url(String path, String query) {
    return new SignedUrl(origin + path + '?' + query);
  }

  /** The signed query for an encoded path; header lines and names are sorted before "host". */
  String sign(
      String method,
      String path,
      Duration expiry,
      StringBuilder extra,
      String headers,
      String names) {
    if (expiry.toSeconds() < 1 || expiry.compareTo(MAX_EXPIRY) > 0) {
      throw new IllegalArgumentException("a presigned URL lives from 1 s to 7 days");
    }
    Stamp now = now();
    StringBuilder query =
        new StringBuilder(ROOM).append(now.beginning()).append(expiry.toSeconds());
    parameter(query, "X-Amz-SignedHeaders", names);
    query.append(extra);
    StringBuilder request = new StringBuilder(ROOM);
    request.append(method).append('\n').append(path).append('\n').append(query).append('\n');
    request.append(headers).append("host:").append(host).append("\n\n");
    request.append(names).append("\nUNSIGNED-PAYLOAD");
    String toSign = now.signedBeginning() + HEX.formatHex(Sha256.of(request.toString()));
    query.append("&X-Amz-Signature=");
    return query.append(HEX.formatHex(mac(now.day(), toSign))).toString();
  }

  private Stamp now() {
    long second = clock.instant().getEpochSecond();
    Stamp current = stamp;
    if (current.second() != second) {
      current = stamp(second);
      stamp = current;
    }
    return current;
  }

  private Stamp stamp(long second) {
    String time = SigV4Text.time(Instant.ofEpochSecond(second));
    String day = time.substring(0, 8);
    String scope = day + '/' + region + "/s3/aws4_request";
    StringBuilder beginning = new StringBuilder("X-Amz-Algorithm=AWS4-HMAC-SHA256");
    parameter(beginning, "X-Amz-Credential", accessKey + '/' + scope);
    parameter(beginning, "X-Amz-Date", time);
    beginning.append("&X-Amz-Expires=");
    return new Stamp(
        second, day, beginning.toString(), "AWS4-HMAC-SHA256\n" + time + '\n' + scope + '\n');
  }

  private static String path(String bucket, String key) {
    StringBuilder path =
        new StringBuilder(128).append('/').append(ObjectNames.bucket(bucket)).append('/');
    SigV4Text.encode(path, ObjectNames.key(key), true);
    return path.toString();
  }

  private static void parameter(StringBuilder query, String name, String value) {
    query.append('&').append(name).append('=');
    SigV4Text.encode(query, value, false);
  }

  private static String host(URI endpoint) {
    String path = endpoint.getRawPath();
    if (endpoint.getHost() == null || !(path.isEmpty() || path.equals("/"))) {
      throw new IllegalArgumentException("an endpoint is scheme://host[:port]");
    }
    int usual = endpoint.getScheme().equals("https") ? 443 : 80;
    return endpoint.getPort() < 0 || endpoint.getPort() == usual
        ? endpoint.getHost()
        : endpoint.getHost() + ':' + endpoint.getPort();
  }

  private byte[] mac(String day, String text) {
    DayKey current = dayKey;
    if (!current.day().equals(day)) {
      current = dayKey(day);
      dayKey = current;
    }
    try {
      // The prepared Mac is never used itself, so cloning it is safe from any thread.
      return ((Mac) current.prepared().clone()).doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (CloneNotSupportedException unsupported) {
      throw new IllegalStateException("the platform's HmacSHA256 can be cloned", unsupported);
    }
  }

  private DayKey dayKey(String day) {
    byte[] key = ("AWS4" + secretKey.reveal()).getBytes(StandardCharsets.UTF_8);
    for (String step : new String[] {day, region, "s3", "aws4_request"}) {
      key = hmac(key).doFinal(step.getBytes(StandardCharsets.UTF_8));
    }
    return new DayKey(day, hmac(key));
  }

  private static Mac hmac(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java platform has HmacSHA256", missing);
    }
  }

  private record DayKey(String day, Mac prepared) {}

  /**
   * What all signatures of one second share.
   *
   * @param beginning of the query, up to the seconds that the address lives
   * @param signedBeginning of the text that is signed, up to the hash of the request
   */
  private record Stamp(long second, String day, String beginning, String signedBeginning) {}
}
