package dev.cloudlet.examples;

import dev.cloudlet.api.payments.v1.CreateOrderRequest;
import dev.cloudlet.sdk.AlreadyExistsException;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.CloudletException;
import dev.cloudlet.sdk.Coins;
import dev.cloudlet.sdk.InsufficientCoinsException;
import dev.cloudlet.sdk.InvalidArgumentException;
import dev.cloudlet.sdk.UnauthenticatedException;
import dev.cloudlet.sdk.UnavailableException;
import java.util.Set;

/** What can go wrong and what to do about it: catch what you handle, switch on the reason else. */
public final class HandleErrors {
  private HandleErrors() {}

  /** Runs it; takes {@code --server=} and {@code --basket=}. */
  public static void main(String[] args) {
    Arguments given = Arguments.read(args, Set.of("server", "basket"));
    try (Cloudlet cloudlet = Cloudlet.connect(given.server())) {
      cloudlet.login(
          Arguments.environment("CLOUDLET_EMAIL"), Arguments.environment("CLOUDLET_PASSWORD"));
      enableStorage(cloudlet);
      // An id that outlives this program makes a repetition safe even over a crash of it: the same
      // basket is one order, however often this runs.
      CreateOrderRequest order =
          CreateOrderRequest.newBuilder()
              .setAmount(Coins.of(100).toMessage())
              .setRequestId("basket-" + given.find("basket").orElse("1"))
              .build();
      try {
        System.out.println(cloudlet.payments().createOrder(order).getCheckoutUrl());
      } catch (UnavailableException lost) {
        System.out.println(
            lost.outcomeUnknown() ? "Send it again as " + lost.requestId() : "Nothing happened.");
      } catch (InvalidArgumentException wrong) {
        wrong.violations().forEach(v -> System.out.println(v.field() + ": " + v.message()));
      }
    } catch (UnauthenticatedException nobody) {
      System.out.println("Log in: " + nobody.getMessage());
    } catch (CloudletException other) {
      System.out.println(other.reason() + " " + other.getMessage());
    }
  }

  private static void enableStorage(Cloudlet cloudlet) {
    try {
      cloudlet.storage().enable(1);
    } catch (AlreadyExistsException enabled) {
      System.out.println("Storage is enabled.");
    } catch (InsufficientCoinsException poor) {
      System.out.println("Buy " + poor.required().minus(poor.available()) + " coins first.");
    }
  }
}
