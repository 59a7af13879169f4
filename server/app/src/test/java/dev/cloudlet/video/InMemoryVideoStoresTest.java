package dev.cloudlet.video;

class InMemoryVideoStoresTest extends VideoStoresContract {
  private final InMemoryVideoStore videos = new InMemoryVideoStore();
  private final InMemoryGarbageStore garbage = new InMemoryGarbageStore();

  @Override
  VideoStore videos() {
    return videos;
  }

  @Override
  GarbageStore garbage() {
    return garbage;
  }
}
