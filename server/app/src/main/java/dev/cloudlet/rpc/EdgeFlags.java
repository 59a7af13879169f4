package dev.cloudlet.rpc;

import com.linecorp.armeria.common.FlagsProvider;

/**
 * What the server library takes for an attack in an address and is none here, since no address of
 * ours is a path of files: the name of an object may have dots and semicolons, and must mean the
 * same in an address as in a message.
 */
public final class EdgeFlags implements FlagsProvider {
  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Boolean allowDoubleDotsInQueryString() {
    return true;
  }

  @Override
  public Boolean allowSemicolonInPathComponent() {
    return true;
  }
}
