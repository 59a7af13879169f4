package dev.cloudlet.kernel.rpc;

import dev.cloudlet.kernel.config.Secret;
import java.util.Optional;

/**
 * What a call carries to say who makes it.
 *
 * @param bearer token of the authorization header
 * @param accessCookie HttpOnly cookie of a browser
 * @param refreshCookie HttpOnly cookie of a browser, sent only to the refresh
 * @param sameSite whether a browser says that the page is ours (Sec-Fetch-Site or Origin), or a
 *     custom header shows that the call was not made by a form
 * @param mutation whether the method changes anything
 * @param clientAddress the peer
 */
public record Credentials(
    Optional<Secret> bearer,
    Optional<Secret> accessCookie,
    Optional<Secret> refreshCookie,
    boolean sameSite,
    boolean mutation,
    String clientAddress) {}
