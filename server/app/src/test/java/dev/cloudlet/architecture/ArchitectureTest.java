package dev.cloudlet.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import dev.cloudlet.kernel.id.TypedId;
import dev.cloudlet.testkit.rules.CodeRules;
import dev.cloudlet.testkit.rules.SourceSizes;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The borders inside the server, and the sizes of every source of the repository. */
class ArchitectureTest implements CodeRules {
  private static final List<String> CAPABILITIES =
      List.of("identity", "wallet", "payments", "storage", "video", "jobs", "fleet", "mail", "dev");
  private static final int MOST_FILE_LINES = 400;
  private static final int MOST_METHOD_LINES = 40;
  // Ids that stay text, because they name nothing of ours, or are no id.
  private static final Map<String, String> UNTYPED_IDS =
      Map.ofEntries(
          Map.entry("wallet.Batch.id", "its number, in a form that sorts"),
          Map.entry("wallet.MongoLedgerStore$Checkpoint.id", "the one document"),
          Map.entry("dev.ClockOffset.id", "the one document"),
          Map.entry("dev.InboxMail.messageId", "the mail's own header"),
          Map.entry("payments.PaymentOrder.paymentId", "the gateway's"),
          Map.entry("payments.PaymentReport.paymentId", "the gateway's"),
          Map.entry("storage.S3Key.id", "a name as S3 clients know it"),
          Map.entry("storage.S3KeyFacts.accessKeyId", "a name as S3 clients know it"),
          Map.entry("jobs.LaneSetting.id", "a kind of work, named in the code"),
          Map.entry("jobs.Schedule.id", "a kind of work, named in the code"),
          Map.entry("jobs.ScheduleStore$Leader.id", "the one document"));
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
  // the outbox, the two interfaces that handlers implement, and the names of its things.
  private static boolean isPublished(JavaClass target) {
    Set<String> published = Set.of("MailOutbox", "Job", "JobHandler", "ScheduledWork", "TaskFiles");
    String outermost = CodeRules.outermost(target);
    return outermost.endsWith("Api")
        || published.contains(outermost)
        || target.isAssignableTo(TypedId.class);
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
  void idsOfOurThingsAreTyped() {
    assertThat(
            CODE.stream()
                .filter(type -> !type.getPackageName().startsWith("dev.cloudlet.kernel"))
                .flatMap(type -> type.getFields().stream())
                .filter(ArchitectureTest::isUntypedId)
                .map(field -> shortName(field.getFullName())))
        .as("fields called id or ...Id that hold text; give them a record that is a TypedId")
        .containsExactlyInAnyOrderElementsOf(UNTYPED_IDS.keySet());
  }

  private static boolean isUntypedId(JavaField field) {
    return field.getName().matches("ids?|.*Ids?")
        && field.getAllInvolvedRawTypes().stream()
            .anyMatch(type -> type.isEquivalentTo(String.class))
        && !field.getOwner().isAssignableTo(TypedId.class)
        && !field.getModifiers().contains(JavaModifier.SYNTHETIC);
  }

  private static String shortName(String name) {
    return name.replaceFirst("^dev\\.cloudlet\\.", "");
  }

  @Test
  void anIdIsItsTextAndNothingElse() {
    for (JavaClass type : CODE) {
      if (type.isRecord() && type.isAssignableTo(TypedId.class)) {
        assertThat(type.getSimpleName()).endsWith("Id");
        assertThat(textOf(type.reflect())).as(type.getName()).isEqualTo("usr_1");
      }
    }
  }

  private static String textOf(Class<?> id) {
    try {
      Constructor<?> constructor = id.getDeclaredConstructor(String.class);
      constructor.setAccessible(true);
      return constructor.newInstance("usr_1").toString();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(id + " can't be made from its text", e);
    }
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
