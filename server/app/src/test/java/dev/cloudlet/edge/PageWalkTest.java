package dev.cloudlet.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.kernel.rpc.MethodPolicy;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every list of a customer's things, page by page. */
@ExtendWith(EdgePlatform.Resolver.class)
class PageWalkTest {
  private static final int COUNT = 7;
  private static final EnumSet<Listing> BY_NAME =
      EnumSet.of(Listing.BUCKETS, Listing.OBJECTS, Listing.CREDENTIALS);
  private static final EnumSet<Listing> NEWEST_FIRST =
      EnumSet.of(Listing.ORDERS, Listing.VIDEOS, Listing.JOBS);

  static Stream<Arguments> everyListOnEveryWire() {
    return Stream.of(Listing.values())
        .flatMap(list -> Stream.of(Wire.values()).map(wire -> Arguments.of(list, wire)));
  }

  @Test
  void everyListOfACustomersThingsIsWalked(EdgePlatform platform) {
    assertThat(
            platform.services().stream()
                .flatMap(service -> service.bindService().getMethods().stream())
                .map(ServerMethodDefinition::getMethodDescriptor)
                .filter(method -> MethodPolicy.of(method).access() == Access.ACCESS_USER)
                .filter(PageWalkTest::hasPages)
                .map(MethodDescriptor::getFullMethodName))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Listing.values()).map(Listing::rpc).distinct().toList());
  }

  private static boolean hasPages(MethodDescriptor<?, ?> method) {
    return method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier proto
        && proto.getMethodDescriptor().getOutputType().findFieldByName("next_page_token") != null;
  }

  @ParameterizedTest
  @MethodSource("everyListOnEveryWire")
  void walkingThePagesGivesEverythingOnceInTheOrderOfTheWholeList(
      Listing list, Wire wire, EdgePlatform platform) {
    Caller owner = platform.customer(wire);
    list.plantAll(platform, owner, COUNT);
    List<String> whole = list.read(owner, 100, "").keys();
    List<String> walked = new ArrayList<>();
    String token = "";
    do {
      Listing.Page page = list.read(owner, 3, token);
      assertThat(page.keys()).hasSizeLessThanOrEqualTo(3);
      walked.addAll(page.keys());
      token = page.next();
    } while (!token.isEmpty() && walked.size() <= COUNT);
    assertThat(walked).isEqualTo(whole).hasSize(COUNT).doesNotHaveDuplicates();
    if (BY_NAME.contains(list)) {
      assertThat(walked).isSorted();
    }
    if (NEWEST_FIRST.contains(list)) {
      assertThat(walked).isSortedAccordingTo((a, b) -> b.compareTo(a));
    }
  }

  @ParameterizedTest
  @MethodSource("everyListOnEveryWire")
  void aPageThatEndsTheListHasNoTokenAndAnEmptyListIsAPage(
      Listing list, Wire wire, EdgePlatform platform) {
    Caller owner = platform.customer(wire);
    list.plantAll(platform, owner, 2);
    assertThat(list.read(owner, 2, "").next()).isEmpty();
    assertThat(list.read(owner, 0, "").keys()).hasSize(2);
    assertThat(list.read(owner, 1, "").next()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("everyListOnEveryWire")
  void aTokenThatThisListDidNotGiveIsRefused(Listing list, Wire wire, EdgePlatform platform) {
    Caller owner = platform.customer(wire);
    list.plantAll(platform, owner, 2);
    Listing other = list == Listing.JOBS ? Listing.ORDERS : Listing.JOBS;
    other.plantAll(platform, owner, 2);
    String foreign = other.read(owner, 1, "").next();
    for (String token : List.of(foreign, "bm9uc2Vuc2U", "%%%", "AAAA")) {
      assertThat(list.call(owner, 1, token).refused().reason())
          .as(token)
          .isEqualTo("INVALID_PAGE_TOKEN");
    }
  }

  @ParameterizedTest
  @MethodSource("everyListOnEveryWire")
  void aTokenOfAnotherCustomerShowsNothingOfTheirs(Listing list, Wire wire, EdgePlatform platform) {
    Caller ann = platform.customer(wire);
    Caller ben = platform.customer(wire);
    list.plantAll(platform, ann, 3);
    list.plantAll(platform, ben, 2);
    List<String> own = list.read(ben, 100, "").keys();
    String token = list.read(ann, 1, "").next();
    assertThat(own).containsAll(list.read(ben, 100, token).keys());
  }

  @ParameterizedTest
  @MethodSource("everyListOnEveryWire")
  void aPageSizeOutOfBoundsIsRefusedByName(Listing list, Wire wire, EdgePlatform platform) {
    Caller owner = platform.customer(wire);
    for (int size : new int[] {-1, 101, Integer.MAX_VALUE}) {
      Answer.Refused<?> refused = list.call(owner, size, "").refused();
      assertThat(refused.reason()).isEqualTo("INVALID_FIELD");
      assertThat(refused.fields()).containsExactly("page_size");
    }
  }
}
