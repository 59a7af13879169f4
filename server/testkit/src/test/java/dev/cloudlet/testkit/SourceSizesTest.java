package dev.cloudlet.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.testkit.rules.SourceSizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceSizesTest {
  @TempDir Path root;

  @Test
  void aMethodCountsFromItsAnnotationToItsLastBraceAndLambdasAndNestedClassesCountToo()
      throws IOException {
    write(
        "src/main/java/A.java",
        """
        class A {
          @Deprecated
          void four() {
            Runnable r = () -> {};
          }
          void two() {
          }
          static class Inner {
            Inner() {
              int a = 1;
              int b = 2;
            }
          }
        }
        """);
    assertThat(new SourceSizes(root).methodsOver(3))
        .containsExactly("src/main/java/A.java four 4", "src/main/java/A.java <init> 4");
    assertThat(new SourceSizes(root).methodsOver(4)).isEmpty();
  }

  @Test
  void aFileThatIsTooLongIsNamedAndGeneratedOnesAreNotRead() throws IOException {
    write("src/test/java/B.java", "class B {}\n\n\n");
    write("target/src/C.java", "class C {}\n\n\n\n\n");
    assertThat(new SourceSizes(root).filesOver(2)).containsExactly("src/test/java/B.java 3");
    assertThat(new SourceSizes(root).filesOver(3)).isEmpty();
  }

  private void write(String file, String text) throws IOException {
    Files.createDirectories(root.resolve(file).getParent());
    Files.writeString(root.resolve(file), text);
  }
}
