package dev.cloudlet.kernel.config;

import java.util.regex.Pattern;

/**
 * Variables that Kubernetes puts into every container for each service of its namespace: a service
 * named {@code cloudlet-mongo} gives {@code CLOUDLET_MONGO_PORT=tcp://10.0.0.7:27017} and its like,
 * which look like our keys. Name and value together must have the form, so that a mistyped key is
 * still refused.
 */
final class ServiceLink {
  private static final String NAME = "[A-Z0-9_]+";
  private static final String PORT = "[0-9]{1,5}";
  private static final String ADDRESS = "[0-9a-fA-F.:]+";
  private static final Pattern LINK =
      Pattern.compile(
          String.join(
              "|",
              NAME + "_SERVICE_HOST=" + ADDRESS,
              NAME + "_SERVICE_PORT(_[A-Z0-9_]+)?=" + PORT,
              NAME
                  + "_PORT(_[0-9]+_(TCP|UDP|SCTP))?=(tcp|udp|sctp)://\\[?"
                  + ADDRESS
                  + "\\]?:"
                  + PORT,
              NAME + "_PORT_[0-9]+_(TCP|UDP|SCTP)_PROTO=(tcp|udp|sctp)",
              NAME + "_PORT_[0-9]+_(TCP|UDP|SCTP)_PORT=" + PORT,
              NAME + "_PORT_[0-9]+_(TCP|UDP|SCTP)_ADDR=" + ADDRESS));

  private ServiceLink() {}

  static boolean is(String name, String value) {
    return LINK.matcher(name + '=' + value).matches();
  }
}
