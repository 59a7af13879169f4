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

  /** Runs it; takes {@code --server=}. */
  public static void main(String[] args) {
    try (Cloudlet cloudlet = Cloudlet.connect(Arguments.read(args, Set.of("server")).server())) {
      cloudlet.login(
          Arguments.environment("CLOUDLET_EMAIL"), Arguments.environment("CLOUDLET_PASSWORD"));
      enableStorage(cloudlet);
      // An id of your own makes a repetition safe even over a crash of this program.
      CreateOrderRequest order =
          CreateOrderRequest.newBuilder()
              .setAmount(Coins.of(100).toMessage())
              .setRequestId("basket-" + ProcessHandle.current().pid())
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
