package dev.cloudlet.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * A certificate of 127.0.0.1 and localhost that nobody vouches for but itself, made by the JDK's
 * own tool.
 *
 * @param certificate PEM
 * @param key PKCS#8, PEM
 */
public record TestCertificate(Path certificate, Path key) {
  private static final String PASSWORD = "of-a-test";

  /** Makes one in {@code folder}. */
  public static TestCertificate in(Path folder) {
    try {
      Path store = folder.resolve("node.p12");
      run(store);
      KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      Path certificate = folder.resolve("node.crt");
      Path key = folder.resolve("node.key");
      Files.writeString(certificate, pem("CERTIFICATE", keys.getCertificate("node").getEncoded()));
      Files.writeString(
          key, pem("PRIVATE KEY", keys.getKey("node", PASSWORD.toCharArray()).getEncoded()));
      return new TestCertificate(certificate, key);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("no certificate could be made", e);
    }
  }

  private static void run(Path store) throws IOException {
    Process tool =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "node",
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "san=ip:127.0.0.1,dns:localhost",
                    "-validity",
                    "2",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    PASSWORD))
            .inheritIO()
            .start();
    try {
      if (tool.waitFor() != 0) {
        throw new IOException("keytool ended with " + tool.exitValue());
      }
    } catch (InterruptedException e) {
      tool.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while keytool ran", e);
    }
  }

  private static String pem(String what, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, Base64.getMimeEncoder().encodeToString(content), what);
  }
}
