package dev.cloudlet.standalone.embedded;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Presigns a path exactly as given: real clients tidy hostile paths before they sign them. */
final class S3RawSigner {
  private S3RawSigner() {}

  static URI presign(URI endpoint, String method, String path, String accessKeyId, String secret)
      throws Exception {
    String time =
        DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
            .format(ZonedDateTime.now(ZoneOffset.UTC));
    String day = time.substring(0, 8);
    String scope = day + "/us-east-1/s3/aws4_request";
    String query =
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
            + accessKeyId
            + "%2F"
            + scope.replace("/", "%2F")
            + "&X-Amz-Date="
            + time
            + "&X-Amz-Expires=600&X-Amz-SignedHeaders=host";
    String canonical =
        String.join(
            "\n",
            method,
            path,
            query,
            "host:" + endpoint.getAuthority(),
            "",
            "host",
            "UNSIGNED-PAYLOAD");
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.UTF_8));
    String toSign =
        String.join("\n", "AWS4-HMAC-SHA256", time, scope, HexFormat.of().formatHex(hash));
    byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
    for (String step : new String[] {day, "us-east-1", "s3", "aws4_request"}) {
      key = hmac(key, step);
    }
    String signature = HexFormat.of().formatHex(hmac(key, toSign));
    return URI.create(endpoint + path + "?" + query + "&X-Amz-Signature=" + signature);
  }

  private static byte[] hmac(byte[] key, String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }
}
