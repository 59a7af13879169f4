package dev.cloudlet.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The borders of the code: layers, drivers, clocks, names and sizes. */
class ArchitectureTest {
  private static final List<String> CAPABILITIES =
      List.of("identity", "wallet", "payments", "storage", "video", "jobs", "fleet", "mail", "dev");
  private static final int MOST_LINES = 400;
  // A suite names many behaviours of one thing.
  private static final int MOST_TEST_LINES = 550;
  private static JavaClasses code;

  @BeforeAll
  static void read() {
    code =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(
                location ->
                    !location.contains("/dev/cloudlet/api/") && !location.contains("/testkit/"))
            .importPackages("dev.cloudlet");
  }

  @Test
  void theKernelKnowsNoCapability() {
    noClasses()
        .that()
        .resideInAPackage("dev.cloudlet.kernel..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            Stream.concat(CAPABILITIES.stream(), Stream.of("app", "rpc", "gateway"))
                .map(name -> "dev.cloudlet." + name + "..")
                .toArray(String[]::new))
        .check(code);
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
          .check(code);
    }
  }

  // What a capability shows to others: its XxxApi and what stands in that interface's signatures,
  // the outbox, and the two interfaces that handlers implement.
  private static boolean isPublished(JavaClass target) {
    Set<String> published = Set.of("MailOutbox", "Job", "JobId", "JobHandler", "TaskFiles");
    JavaClass outer = target;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer.getSimpleName().endsWith("Api") || published.contains(outer.getSimpleName());
  }

  @Test
  void driversStayInClassesNamedAfterTheTechnology() {
    Map<String, List<String>> drivers =
        Map.of(
            "com.mongodb..", List.of("Mongo"),
            "io.lettuce..", List.of("Redis"),
            "io.minio..", List.of("S3"),
            "io.fabric8..", List.of("Kubernetes"));
    drivers.forEach(
        (driver, names) ->
            noClasses()
                .that(
                    DescribedPredicate.describe(
                        "are not named " + names,
                        type -> names.stream().noneMatch(name -> outermost(type).startsWith(name))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(driver)
                .check(code));
  }

  private static String outermost(JavaClass type) {
    JavaClass outer = type;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer.getSimpleName();
  }

  @Test
  void timeIdsAndSleepComeFromTheKernel() {
    var outside = noClasses().that().resideOutsideOfPackage("dev.cloudlet.kernel..");
    outside.should().callMethod(Instant.class, "now").check(code);
    outside.should().callMethod(UUID.class, "randomUUID").check(code);
    outside.should().callMethod(System.class, "currentTimeMillis").check(code);
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.cloudlet.kernel..")
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .check(code);
  }

  @Test
  void namesSayWhatAThingIs() {
    noClasses()
        .should()
        .haveNameMatching(".*\\.[A-Za-z]*(Manager|Helper|Util|Utils|Impl|Base|Common)")
        .check(code);
  }

  @Test
  void noConstructorTakesMoreThanSevenParameters() {
    classes()
        .that(
            DescribedPredicate.describe(
                "are no records", type -> !type.isRecord() && !type.isEnum()))
        .should(
            new ArchCondition<>("have constructors of at most 7 parameters") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                for (JavaConstructor constructor : type.getConstructors()) {
                  if (constructor.getRawParameterTypes().size() > 7) {
                    events.add(
                        SimpleConditionEvent.violated(
                            constructor,
                            constructor.getFullName() + " takes more than 7 parameters"));
                  }
                }
              }
            })
        .check(code);
  }

  @Test
  void noInterfaceHasMoreThanTwelveMethods() {
    classes()
        .that()
        .areInterfaces()
        .should(
            new ArchCondition<>("have at most 12 methods") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                long methods =
                    type.getMethods().stream()
                        .filter(
                            method ->
                                !method
                                    .getModifiers()
                                    .contains(com.tngtech.archunit.core.domain.JavaModifier.STATIC))
                        .count();
                if (methods > 12) {
                  events.add(
                      SimpleConditionEvent.violated(
                          type, type.getName() + " has " + methods + " methods"));
                }
              }
            })
        .check(code);
  }

  @Test
  void noFileIsTooLong() throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent().getParent();
    try (Stream<Path> files = Files.walk(root)) {
      List<String> tooLong =
          files
              .filter(
                  file ->
                      file.toString().endsWith(".java")
                          && file.toString().contains("src/")
                          && !file.toString().contains("/target/"))
              .filter(
                  file ->
                      lines(file)
                          > (file.toString().contains("src/test/") ? MOST_TEST_LINES : MOST_LINES))
              .map(file -> root.relativize(file) + " " + lines(file))
              .toList();
      Assertions.assertThat(tooLong).isEmpty();
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
