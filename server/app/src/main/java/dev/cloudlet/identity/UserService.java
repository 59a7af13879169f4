package dev.cloudlet.identity;

import com.google.protobuf.FieldMask;
import dev.cloudlet.api.identity.v1.GetProfileRequest;
import dev.cloudlet.api.identity.v1.GetProfileResponse;
import dev.cloudlet.api.identity.v1.UpdateProfileRequest;
import dev.cloudlet.api.identity.v1.UpdateProfileResponse;
import dev.cloudlet.api.identity.v1.UserServiceGrpc;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.rpc.CallContext;
import dev.cloudlet.kernel.rpc.Replies;
import io.grpc.stub.StreamObserver;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The endpoint of {@code cloudlet.identity.v1.UserService}. */
final class UserService extends UserServiceGrpc.UserServiceImplBase {
  private static final String NAME = "name";
  private static final String PREFERENCES = "preferences";
  private static final String NOTIFICATIONS = "preferences.email_notifications";
  private static final String SECOND_FACTOR = "preferences.second_factor";

  private final AccountStore accounts;

  UserService(AccountStore accounts) {
    this.accounts = accounts;
  }

  @Override
  public void getProfile(GetProfileRequest request, StreamObserver<GetProfileResponse> observer) {
    Account account = accounts.find(caller()).orElseThrow(Sessions::revoked);
    Replies.send(
        observer, GetProfileResponse.newBuilder().setUser(IdentityMessages.user(account)).build());
  }

  @Override
  public void updateProfile(
      UpdateProfileRequest request, StreamObserver<UpdateProfileResponse> observer) {
    Account account =
        accounts.changeProfile(caller(), change(request)).orElseThrow(Sessions::revoked);
    Replies.send(
        observer,
        UpdateProfileResponse.newBuilder().setUser(IdentityMessages.user(account)).build());
  }

  private static ProfileChange change(UpdateProfileRequest request) {
    Set<String> paths = paths(request);
    Optional<String> name =
        paths.contains(NAME) ? Optional.of(request.getName()) : Optional.empty();
    if (name.filter(String::isBlank).isPresent()) {
      throw PlatformException.invalidField(NAME, "string.min_len", "name: must not be empty");
    }
    return new ProfileChange(
        name,
        paths.contains(NOTIFICATIONS)
            ? Optional.of(request.getPreferences().getEmailNotifications())
            : Optional.empty(),
        paths.contains(SECOND_FACTOR)
            ? Optional.of(request.getPreferences().getSecondFactor())
            : Optional.empty());
  }

  // An empty mask means every field that is set. A preference that is off can't be told from one
  // that was not given, so only the mask switches off: a new name must not take the second factor
  // away.
  private static Set<String> paths(UpdateProfileRequest request) {
    FieldMask mask = request.getUpdateMask();
    Set<String> paths = new HashSet<>();
    if (mask.getPathsCount() == 0) {
      if (!request.getName().isEmpty()) {
        paths.add(NAME);
      }
      if (request.getPreferences().getEmailNotifications()) {
        paths.add(NOTIFICATIONS);
      }
      if (request.getPreferences().getSecondFactor()) {
        paths.add(SECOND_FACTOR);
      }
      return paths;
    }
    for (String path : mask.getPathsList()) {
      switch (path) {
        case NAME, NOTIFICATIONS, SECOND_FACTOR -> paths.add(path);
        case PREFERENCES -> paths.addAll(List.of(NOTIFICATIONS, SECOND_FACTOR));
        default ->
            throw PlatformException.invalidField(
                "update_mask",
                "update_mask.path",
                "update_mask: only name, preferences.email_notifications and"
                    + " preferences.second_factor can be changed");
      }
    }
    return paths;
  }

  private static AccountId caller() {
    return CallContext.current().account().accountId();
  }
}
