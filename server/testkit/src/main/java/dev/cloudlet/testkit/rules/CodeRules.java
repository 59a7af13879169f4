package dev.cloudlet.testkit.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * What holds for the main code of every module: drivers, clocks, names and sizes. A test class that
 * implements it checks everything of ours on its class path.
 */
public interface CodeRules {
  /** What the contract generates and what only tests use is not ours to shape. */
  List<String> NOT_MEANT = List.of("/dev/cloudlet/api/", "/testkit/");

  /**
   * A section of the configuration that is called what the operator writes: {@code data.folder}.
   */
  Set<String> WELL_NAMED = Set.of("dev.cloudlet.standalone.StandaloneConfig$Data");

  Map<String, List<String>> DRIVERS =
      Map.of(
          "com.mongodb..", List.of("Mongo"),
          "io.lettuce..", List.of("Redis"),
          "io.minio..", List.of("S3"),
          "io.fabric8..", List.of("Kubernetes"),
          "io.opentelemetry..", List.of("Otel"));

  int MOST_PARAMETERS = 7;
  int MOST_METHODS = 12;

  /** The main code on the class path of the test. */
  static JavaClasses read() {
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .withImportOption(location -> NOT_MEANT.stream().noneMatch(location::contains))
        .importPackages("dev.cloudlet");
  }

  /** The code that is checked. */
  JavaClasses code();

  /** The name of the class that a class stands in. */
  static String outermost(JavaClass type) {
    JavaClass outer = type;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer.getSimpleName();
  }

  @Test
  default void driversStayInClassesNamedAfterTheTechnology() {
    DRIVERS.forEach(
        (driver, names) ->
            noClasses()
                .that(
                    DescribedPredicate.describe(
                        "are not named " + names,
                        type -> names.stream().noneMatch(name -> outermost(type).startsWith(name))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(driver)
                .check(code()));
  }

  @Test
  default void timeIdsAndChanceComeFromTheKernel() {
    var outside = noClasses().that().resideOutsideOfPackage("dev.cloudlet.kernel..").should();
    outside.callMethod(Instant.class, "now").check(code());
    outside.callMethod(UUID.class, "randomUUID").check(code());
    outside.callMethod(System.class, "currentTimeMillis").check(code());
    outside.callMethod(Math.class, "random").check(code());
    outside.callMethod(ThreadLocalRandom.class, "current").check(code());
    outside.callMethod(Thread.class, "sleep", long.class).check(code());
    outside.callMethod(Thread.class, "sleep", Duration.class).check(code());
  }

  @Test
  default void namesSayWhatAThingIs() {
    noClasses()
        .that(
            DescribedPredicate.describe(
                "are not well named", type -> !WELL_NAMED.contains(type.getName())))
        .should()
        .haveNameMatching(".*[.$][A-Za-z]*(Manager|Helper|Util|Utils|Impl|Base|Common|Data)")
        .check(code());
  }

  @Test
  default void noConstructorTakesMoreThanSevenParameters() {
    classes()
        .that(
            DescribedPredicate.describe(
                "are no records", type -> !type.isRecord() && !type.isEnum()))
        .should(
            keep(
                "constructors of at most " + MOST_PARAMETERS + " parameters",
                type ->
                    type.getConstructors().stream()
                        .filter(each -> each.getRawParameterTypes().size() > MOST_PARAMETERS)
                        .map(each -> each.getFullName())
                        .toList()))
        .check(code());
  }

  @Test
  default void noInterfaceHasMoreThanTwelveMethods() {
    classes()
        .that()
        .areInterfaces()
        .should(
            keep(
                "at most " + MOST_METHODS + " methods",
                type -> {
                  List<String> methods =
                      type.getMethods().stream()
                          .filter(each -> !each.getModifiers().contains(JavaModifier.STATIC))
                          .map(each -> each.getFullName())
                          .toList();
                  return methods.size() > MOST_METHODS ? methods : List.of();
                }))
        .check(code());
  }

  /** A rule that names what breaks it. */
  private static ArchCondition<JavaClass> keep(
      String rule, Function<JavaClass, List<String>> offences) {
    return new ArchCondition<>("have " + rule) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        offences
            .apply(type)
            .forEach(
                each -> events.add(SimpleConditionEvent.violated(type, each + ": want " + rule)));
      }
    };
  }
}
