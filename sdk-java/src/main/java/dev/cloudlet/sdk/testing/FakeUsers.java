package dev.cloudlet.sdk.testing;

import dev.cloudlet.api.identity.v1.GetProfileResponse;
import dev.cloudlet.api.identity.v1.Preferences;
import dev.cloudlet.api.identity.v1.UpdateProfileRequest;
import dev.cloudlet.api.identity.v1.UpdateProfileResponse;
import dev.cloudlet.api.identity.v1.UserServiceGrpc;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The caller's own account. Guarded by the monitor of {@link FakeWorld}. */
final class FakeUsers {
  private static final String NAME = "name";
  private static final String NOTIFICATIONS = "preferences.email_notifications";
  private static final String SECOND_FACTOR = "preferences.second_factor";

  List<FakeMethod<?, ?>> methods() {
    return List.of(
        new FakeMethod<>(
            UserServiceGrpc.getGetProfileMethod(),
            (call, q) -> GetProfileResponse.newBuilder().setUser(call.caller().user()).build()),
        new FakeMethod<>(
            UserServiceGrpc.getUpdateProfileMethod(), (call, q) -> update(call.caller(), q)));
  }

  private static UpdateProfileResponse update(FakeAccount account, UpdateProfileRequest q) {
    Set<String> paths = paths(q);
    if (paths.contains(NAME) && q.getName().isBlank()) {
      throw FakeRefusal.invalidField(NAME, "string.min_len", "name: must not be empty");
    }
    Preferences.Builder preferences = account.preferences.toBuilder();
    if (paths.contains(NAME)) {
      account.name = q.getName();
    }
    if (paths.contains(NOTIFICATIONS)) {
      preferences.setEmailNotifications(q.getPreferences().getEmailNotifications());
    }
    if (paths.contains(SECOND_FACTOR)) {
      preferences.setSecondFactor(q.getPreferences().getSecondFactor());
    }
    account.preferences = preferences.build();
    return UpdateProfileResponse.newBuilder().setUser(account.user()).build();
  }

  /** Without a mask every field that is set: only the mask switches a preference off. */
  private static Set<String> paths(UpdateProfileRequest q) {
    Set<String> paths = new LinkedHashSet<>();
    for (String path : q.getUpdateMask().getPathsList()) {
      switch (path) {
        case NAME, NOTIFICATIONS, SECOND_FACTOR -> paths.add(path);
        case "preferences" -> paths.addAll(List.of(NOTIFICATIONS, SECOND_FACTOR));
        default ->
            throw FakeRefusal.invalidField(
                "update_mask", "update_mask.path", "update_mask: '" + path + "' can't be changed");
      }
    }
    if (q.getUpdateMask().getPathsCount() == 0) {
      if (!q.getName().isEmpty()) {
        paths.add(NAME);
      }
      if (q.getPreferences().getEmailNotifications()) {
        paths.add(NOTIFICATIONS);
      }
      if (q.getPreferences().getSecondFactor()) {
        paths.add(SECOND_FACTOR);
      }
    }
    return paths;
  }
}
