package dev.cloudlet.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import dev.cloudlet.testkit.rules.CodeRules;
import dev.cloudlet.testkit.rules.SourceSizes;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The borders inside the server, and the sizes of every source of the repository. */
class ArchitectureTest implements CodeRules {
  private static final List<String> CAPABILITIES =
      List.of("identity", "wallet", "payments", "storage", "video", "jobs", "fleet", "mail", "dev");
  private static final int MOST_FILE_LINES = 400;
  private static final int MOST_METHOD_LINES = 40;
  private static final JavaClasses CODE = CodeRules.read();

  @Override
  public JavaClasses code() {
    return CODE;
  }

  @Test
  void theKernelKnowsNoCapability() {
    noClasses()
        .that()
        .resideInAPackage("dev.cloudlet.kernel..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            Stream.concat(CAPABILITIES.stream(), Stream.of("app", "capability", "rpc", "gateway"))
                .map(name -> "dev.cloudlet." + name + "..")
                .toArray(String[]::new))
        .check(CODE);
  }

  @Test
  void capabilitiesSeeEachOtherOnlyThroughTheirApi() {
    for (String capability : CAPABILITIES) {
      DescribedPredicate<JavaClass> inside =
          DescribedPredicate.describe(
              "the inside of another capability",
              target ->
                  CAPABILITIES.stream()
                          .anyMatch(
                              other ->
                                  !other.equals(capability)
                                      && target.getPackageName().equals("dev.cloudlet." + other))
                      && !isPublished(target));
      noClasses()
          .that()
          .resideInAPackage("dev.cloudlet." + capability + "..")
          .should()
          .dependOnClassesThat(inside)
          .check(CODE);
    }
  }

  // What a capability shows to others: its XxxApi and what stands in that interface's signatures,
  // the outbox, and the two interfaces that handlers implement.
  private static boolean isPublished(JavaClass target) {
    Set<String> published =
        Set.of("MailOutbox", "Job", "JobId", "JobHandler", "NodeId", "TaskFiles", "UploadId");
    String outermost = CodeRules.outermost(target);
    return outermost.endsWith("Api") || published.contains(outermost);
  }

  // One cycle is known: the edge adds the seeds' routes, which are served through its bridge.
  @Test
  void packagesFormNoCycle() {
    slices()
        .matching("dev.cloudlet.(*)..")
        .should()
        .beFreeOfCycles()
        .ignoreDependency(
            resideInAPackage("dev.cloudlet.rpc"), resideInAPackage("dev.cloudlet.gateway"))
        .check(CODE);
  }

  @Test
  void noFileIsTooLong() {
    assertThat(SourceSizes.ofTheRepository().filesOver(MOST_FILE_LINES)).isEmpty();
  }

  @Test
  void noMethodIsTooLong() {
    assertThat(SourceSizes.ofTheRepository().methodsOver(MOST_METHOD_LINES)).isEmpty();
  }
}
