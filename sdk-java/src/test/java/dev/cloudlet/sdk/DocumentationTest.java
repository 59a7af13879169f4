package dev.cloudlet.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Javadoc of what programs see is complete, well-formed, and shows code that is compiled. */
class DocumentationTest {
  @Test
  void everyPublicElementIsDocumentedAndEverySnippetIsThere(@TempDir Path folder) {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);

    int exit =
        ToolProvider.findFirst("javadoc")
            .orElseThrow()
            .run(
                out,
                out,
                "-quiet",
                "-notimestamp",
                "-protected",
                "-Xdoclint:all",
                "-Werror",
                "-Xmaxwarns",
                "200",
                "-d",
                folder.toString(),
                "-classpath",
                System.getProperty("java.class.path"),
                "--source-path",
                "src/main/java",
                "--snippet-path",
                "src/test/java",
                "dev.cloudlet.sdk",
                "dev.cloudlet.sdk.testing");

    assertThat(exit).as(said.toString()).isZero();
    assertThat(folder.resolve("dev/cloudlet/sdk/package-summary.html"))
        .content()
        .contains("Cloudlet.connect(address)", "server.clock().advance");
  }
}
