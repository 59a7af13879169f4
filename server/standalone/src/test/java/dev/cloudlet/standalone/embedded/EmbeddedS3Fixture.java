package dev.cloudlet.standalone.embedded;

import io.minio.Http;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running server with tenants "alice" and "bob", and a plain HTTP client for presigned URLs. */
final class EmbeddedS3Fixture implements AutoCloseable {
  static final long PLENTY = 1L << 30;
  static final String ORIGIN = "https://app.example.com";

  final S3Tenants tenants = new S3Tenants();
  final HttpClient http = HttpClient.newHttpClient();
  final EmbeddedS3 server;

  EmbeddedS3Fixture(Path folder) {
    tenants.put("alice", PLENTY, true);
    tenants.put("bob", PLENTY, true);
    server =
        EmbeddedS3.start(
            new EmbeddedS3.Settings(folder, "127.0.0.1", 0, Optional.empty(), List.of(ORIGIN)),
            tenants,
            InstantSource.system());
  }

  S3Probe as(String name) {
    return new S3Probe(server.endpoint(), "key-" + name, "secret-of-" + name);
  }

  long used(String name) {
    return server.usedBytes("acct_" + name);
  }

  HttpResponse<String> send(URI url, String method, byte[] body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url).method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException closed) {
      // A refusal that did not read the body closes the connection, and the client may take that
      // one from its pool before it hears of it.
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  HttpResponse<String> put(S3Probe probe, String bucket, String key, byte[] body) throws Exception {
    return send(probe.presign(Http.Method.PUT, bucket, key, Map.of()), "PUT", body);
  }

  /** Starts a multipart upload and returns its id. */
  String startUpload(S3Probe probe, String bucket, String key) throws Exception {
    URI url = probe.presign(Http.Method.POST, bucket, key, Map.of("uploads", ""));
    Matcher id =
        Pattern.compile("<UploadId>(.*)</UploadId>").matcher(send(url, "POST", new byte[0]).body());
    if (!id.find()) {
      throw new IllegalStateException("no upload id");
    }
    return id.group(1);
  }

  HttpResponse<String> putPart(
      S3Probe probe, String bucket, String key, String upload, int number, byte[] body)
      throws Exception {
    Map<String, String> query = Map.of("partNumber", Integer.toString(number), "uploadId", upload);
    return send(probe.presign(Http.Method.PUT, bucket, key, query), "PUT", body);
  }

  @Override
  public void close() {
    http.close();
    server.close();
  }
}
