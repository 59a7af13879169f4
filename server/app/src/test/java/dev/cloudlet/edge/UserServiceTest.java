package dev.cloudlet.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import dev.cloudlet.api.identity.v1.GetProfileRequest;
import dev.cloudlet.api.identity.v1.Preferences;
import dev.cloudlet.api.identity.v1.UpdateProfileRequest;
import dev.cloudlet.api.identity.v1.User;
import dev.cloudlet.api.identity.v1.UserServiceGrpc;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The caller's own account as both wires offer it. */
@ExtendWith(EdgePlatform.Resolver.class)
class UserServiceTest {
  @ParameterizedTest
  @EnumSource(Wire.class)
  void aChangeTouchesOnlyWhatTheMaskNames(Wire wire, EdgePlatform platform) {
    Caller ann = platform.customer(wire);
    User before = profile(ann);
    User after =
        ann.ask(
                UserServiceGrpc.getUpdateProfileMethod(),
                UpdateProfileRequest.newBuilder()
                    .setName("Other")
                    .setPreferences(Preferences.newBuilder().setSecondFactor(true))
                    .setUpdateMask(mask("preferences.second_factor"))
                    .build())
            .getUser();
    assertThat(after.getName()).isEqualTo(before.getName());
    assertThat(after.getPreferences().getSecondFactor()).isTrue();
    assertThat(profile(ann)).isEqualTo(after);
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void withoutAMaskEveryFieldThatIsSetIsChanged(Wire wire, EdgePlatform platform) {
    Caller ann = platform.customer(wire);
    ann.ask(
        UserServiceGrpc.getUpdateProfileMethod(),
        UpdateProfileRequest.newBuilder().setName("Other").build());
    assertThat(profile(ann).getName()).isEqualTo("Other");
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aPathThatCannotBeChangedIsRefusedAndNothingIsChanged(Wire wire, EdgePlatform platform) {
    Caller ann = platform.customer(wire);
    User before = profile(ann);
    for (String path : List.of("role", "email", "id", "preferences.none", "user.role")) {
      assertThat(
              ann.refusal(
                      UserServiceGrpc.getUpdateProfileMethod(),
                      UpdateProfileRequest.newBuilder()
                          .setName("Other")
                          .setUpdateMask(mask("name", path))
                          .build())
                  .reason())
          .as(path)
          .isEqualTo("INVALID_FIELD");
    }
    assertThat(profile(ann)).isEqualTo(before);
  }

  private static FieldMask mask(String... paths) {
    return FieldMask.newBuilder().addAllPaths(List.of(paths)).build();
  }

  private static User profile(Caller caller) {
    return caller
        .ask(UserServiceGrpc.getGetProfileMethod(), GetProfileRequest.getDefaultInstance())
        .getUser();
  }
}
