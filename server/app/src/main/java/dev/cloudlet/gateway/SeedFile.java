package dev.cloudlet.gateway;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One file of routes, as in {@code gateway-config/src/main/resources/dev/cloudlet/gateway/*.yaml}.
 *
 * @param seed which seed system, such as {@code 000}
 * @param accessCookies names under which this system's clients send the access token as a cookie
 * @param refreshCookies names under which this system's clients send the refresh token as a cookie
 * @param defs JSLT functions that every expression of the file can call
 * @param routes the routes
 */
record SeedFile(
    @JsonProperty(required = true) String seed,
    Optional<List<String>> accessCookies,
    Optional<List<String>> refreshCookies,
    Optional<String> defs,
    @JsonProperty(required = true) List<Route> routes) {

  /**
   * One route.
   *
   * @param route method and path, such as {@code GET /api/v1/profile} or {@code GET /x/:id}
   * @param body members that are read of the body, with their {@linkplain SeedFields kinds}; others
   *     are accepted and dropped
   * @param query the same for the query
   * @param calls what is called, in order; later requests see earlier results as {@code
   *     .calls.<name>}
   * @param status HTTP status of success; 200 if absent
   * @param message sentence of the envelope
   * @param answer JSLT over {@code {body, query, cookie, now, calls}} that makes {@code data}
   * @param plain whether the answer goes out without the envelope
   * @param beside JSLT whose members stand beside {@code data}, such as {@code pagination}
   * @param cookies HttpOnly cookies to set: name and JSLT of {@code {value, until}}, or of an empty
   *     text to take the cookie away
   * @param statuses HTTP status by error reason, where this system's differs
   */
  record Route(
      @JsonProperty(required = true) String route,
      Optional<Map<String, String>> body,
      Optional<Map<String, String>> query,
      @JsonProperty(required = true) List<Call> calls,
      Optional<Integer> status,
      Optional<String> message,
      @JsonProperty(required = true) String answer,
      Optional<Boolean> plain,
      Optional<String> beside,
      Optional<Map<String, String>> cookies,
      Optional<Map<String, Integer>> statuses) {}

  /**
   * One rpc.
   *
   * @param name under which its result is seen; the rpc's own name in lowerCamel if absent
   * @param rpc full name, such as {@code cloudlet.wallet.v1.WalletService/GetBalance}
   * @param request JSLT that makes the request message; an empty one if absent
   * @param when JSLT; the call is left out, with an absent result, unless it gives a true value
   * @param bearer JSLT of the access token for this call, where an earlier call of the route opened
   *     a session; otherwise the caller's own credentials serve
   * @param optional reasons of a refusal that stand for an absent result instead of failing the
   *     route
   * @param pages how many items a page has unless {@code limit} of query or body says otherwise;
   *     the result is then {@code {items, pagination}}
   * @param only JSLT of one item: the pages hold only those for which it is true
   * @param check what must hold once the call is done or left out
   */
  record Call(
      Optional<String> name,
      @JsonProperty(required = true) String rpc,
      Optional<String> request,
      Optional<String> when,
      Optional<String> bearer,
      Optional<List<String>> optional,
      Optional<Integer> pages,
      Optional<String> only,
      Optional<Check> check) {}

  /**
   * A condition on the request that only earlier results can tell.
   *
   * @param holds JSLT; anything but a true value refuses the request
   * @param field the refused member
   * @param message sentence for a person
   */
  record Check(
      @JsonProperty(required = true) String holds,
      @JsonProperty(required = true) String field,
      @JsonProperty(required = true) String message) {}
}
