package dev.cloudlet.kernel.telemetry;

import dev.cloudlet.kernel.telemetry.Trace.Kind;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Traces with OpenTelemetry, sent over HTTP in batches by a thread of its own. What can't be sent
 * in time is dropped: the queue has a bound, and no call ever waits for it.
 */
final class OtelTracing implements Tracing {
  private static final int QUEUE = 4096;
  private static final int BATCH = 512;
  private static final Duration SEND_EVERY = Duration.ofSeconds(1);
  private static final Duration SEND_LIMIT = Duration.ofSeconds(5);
  private static final int MAX_VALUE = 256;
  private static final String TRACEPARENT = "traceparent";

  private final SdkTracerProvider provider;
  private final Tracer tracer;

  private OtelTracing(SdkTracerProvider provider) {
    this.provider = provider;
    this.tracer = provider.get("dev.cloudlet");
  }

  // What a caller wants kept is kept within the ratio as well; what it does not want is not.
  static Tracing ofServer(URI endpoint, TelemetryConfig config, String instance) {
    Sampler ratio = Sampler.traceIdRatioBased(config.sampleRatio());
    Sampler sampler =
        Sampler.parentBasedBuilder(ratio).setRemoteParentSampled(new WithinRatio(ratio)).build();
    return open(endpoint, config, who("cloudlet-server", instance), sampler);
  }

  // What the server keeps is kept.
  static Tracing ofWorker(URI endpoint, TelemetryConfig config, String instance) {
    Sampler sampler = Sampler.parentBased(Sampler.traceIdRatioBased(config.sampleRatio()));
    return open(endpoint, config, who("cloudlet-worker", instance), sampler);
  }

  private static Resource who(String service, String instance) {
    return Resource.getDefault()
        .merge(
            Resource.create(
                Attributes.of(
                    AttributeKey.stringKey("service.namespace"), "cloudlet",
                    AttributeKey.stringKey("service.name"), service,
                    AttributeKey.stringKey("service.instance.id"), instance)));
  }

  private static Tracing open(URI endpoint, TelemetryConfig config, Resource who, Sampler sampler) {
    OtlpHttpSpanExporterBuilder exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(endpoint.toString().replaceAll("/+$", "") + "/v1/traces")
            .setConnectTimeout(SEND_LIMIT)
            .setTimeout(SEND_LIMIT)
            // Repeating would hold up the stop of a process whose collector is away.
            .setRetryPolicy(null);
    config
        .otlpToken()
        .ifPresent(token -> exporter.addHeader("authorization", "Bearer " + token.reveal()));
    BatchSpanProcessor batches =
        BatchSpanProcessor.builder(exporter.build())
            .setMaxQueueSize(QUEUE)
            .setMaxExportBatchSize(BATCH)
            .setScheduleDelay(SEND_EVERY)
            .setExporterTimeout(SEND_LIMIT)
            .build();
    return new OtelTracing(
        SdkTracerProvider.builder()
            .addSpanProcessor(batches)
            .setSampler(sampler)
            .setSpanLimits(SpanLimits.builder().setMaxAttributeValueLength(MAX_VALUE).build())
            .setResource(who)
            .build());
  }

  @Override
  public boolean isOn() {
    return true;
  }

  @Override
  public Trace begin(String name, Kind kind, Optional<String> parent) {
    Context outside =
        parent
            .map(text -> W3CTraceContextPropagator.getInstance().extract(Context.root(), text, ONE))
            .orElse(Context.root());
    return span(name, kind, outside);
  }

  private Trace span(String name, Kind kind, Context parent) {
    return new OtelTrace(
        tracer.spanBuilder(name).setParent(parent).setSpanKind(kindOf(kind)).startSpan());
  }

  private static SpanKind kindOf(Kind kind) {
    return switch (kind) {
      case SERVER -> SpanKind.SERVER;
      case CLIENT -> SpanKind.CLIENT;
      case CONSUMER -> SpanKind.CONSUMER;
      case INTERNAL -> SpanKind.INTERNAL;
    };
  }

  @Override
  public void close() {
    var unused = provider.shutdown().join(SEND_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  // Only the parent is taken: the caller's own tracestate means nothing to us.
  private static final TextMapGetter<String> ONE =
      (parent, field) -> field.equals(TRACEPARENT) ? parent : null;

  // The same id is decided on in the same way by every replica, and by a later attempt of a job.
  private record WithinRatio(Sampler ratio) implements Sampler {
    @Override
    public SamplingResult shouldSample(
        Context parent,
        String traceId,
        String name,
        SpanKind kind,
        Attributes attributes,
        List<LinkData> links) {
      return ratio.shouldSample(parent, traceId, name, kind, attributes, links);
    }

    @Override
    public String getDescription() {
      return "within " + ratio.getDescription();
    }
  }

  private final class OtelTrace implements Trace {
    private final Span span;

    OtelTrace(Span span) {
      this.span = span;
    }

    @Override
    public Trace child(String name, Kind kind) {
      return OtelTracing.this.span(name, kind, Context.root().with(span));
    }

    @Override
    public Trace named(String name) {
      span.updateName(name);
      return this;
    }

    @Override
    public Trace with(String key, String value) {
      span.setAttribute(key, value);
      return this;
    }

    @Override
    public Trace with(String key, long value) {
      span.setAttribute(key, value);
      return this;
    }

    @Override
    public void failed(String reason) {
      span.setStatus(io.opentelemetry.api.trace.StatusCode.ERROR);
      span.setAttribute("error.type", reason);
    }

    @Override
    public void end() {
      span.end();
    }

    @Override
    public Optional<String> id() {
      return Optional.of(span.getSpanContext().getTraceId());
    }

    @Override
    public Optional<String> parent() {
      SpanContext context = span.getSpanContext();
      return Optional.of(
          "00-"
              + context.getTraceId()
              + '-'
              + context.getSpanId()
              + '-'
              + context.getTraceFlags().asHex());
    }
  }
}
