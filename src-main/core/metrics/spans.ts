import type { Agent } from 'node:http';
import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, TraceFlags, type Tracer, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { within } from '../in-time.ts';
import type { Clock } from '../ports.ts';
import type { WatchedAttempt, WatchedTurn } from './watched-turn.ts';

/** Spans that wait for a collector that is slow or away; more are dropped. */
const maxQueuedSpans = 4_096;
const batchSpans = 512;
const exportEveryMs = 2_000;
const exportLimitMs = 10_000;
const closeLimitMs = 2_000;

/** Sends a span for each turn to a collector over OTLP (HTTP, JSON). Nothing waits on it, and nothing that was said is in it. */
export class TurnSpans {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;

  /**
   * `endpoint` is the collector's base, such as http://127.0.0.1:4318; `agent` makes what it is reached through, and without
   * one it is reached straight. Headers for it come of OTEL_EXPORTER_OTLP_HEADERS.
   */
  constructor(endpoint: string, version: string, agent: (() => Promise<Agent>) | null, clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
    const exporter = new OTLPTraceExporter({
      url: `${endpoint}${endpoint.endsWith('/') ? '' : '/'}v1/traces`,
      timeoutMillis: exportLimitMs,
      concurrencyLimit: 2,
      ...(agent === null ? {} : { httpAgentOptions: agent }),
    });
    const processor = new BatchSpanProcessor({
      exporter,
      maxQueueSize: maxQueuedSpans,
      maxExportBatchSize: batchSpans,
      scheduledDelayMillis: exportEveryMs,
      exportTimeoutMillis: exportLimitMs,
    });
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'slipstream', 'service.version': version }),
      spanProcessors: [processor],
      spanLimits: { attributeValueLengthLimit: 256 },
    });
    this.#tracer = this.#provider.getTracer('slipstream', version);
  }

  /** Queues the spans of a turn. */
  note(turn: WatchedTurn): void {
    const at = (ms: number) => turn.startedAt + ms;
    const model = turn.note?.model ?? turn.modelAsked;
    const name = `chat ${model}`.trim();
    const parent = parentOf(turn.traceparent ?? '');
    const root = this.#tracer.startSpan(
      name,
      { kind: SpanKind.SERVER, startTime: at(0), attributes: { ...askedFacts(turn, model), ...answeredFacts(turn) } },
      parent,
    );
    const inside = trace.setSpan(ROOT_CONTEXT, root);
    for (const [index, attempt] of turn.attempts.entries()) {
      const { startedMs, endedMs, errorCode } = attempt;
      const isLast = index === turn.attempts.length - 1;
      const attributes = {
        ...askedFacts(turn, model),
        ...(isLast ? answeredFacts(turn) : {}),
        ...attemptFacts(attempt, index),
      };
      const span = this.#tracer.startSpan(
        name,
        { kind: SpanKind.CLIENT, startTime: at(startedMs), attributes },
        inside,
      );
      finish(span, errorCode, at(endedMs));
    }
    let from = 0;
    for (const { name: mark, atMs } of turn.marks) {
      if (mark === 'accepted') continue;
      this.#tracer.startSpan(`until ${mark}`, { startTime: at(from) }, inside).end(at(Math.max(from, atMs)));
      from = Math.max(from, atMs);
    }
    finish(root, turn.status === 'failed' ? (turn.errorCode ?? 'failed') : null, at(turn.totalMs));
  }

  /** Sends what waits, if the collector takes it soon, and ends. */
  async close(): Promise<void> {
    await within(
      this.#clock,
      closeLimitMs,
      this.#provider.shutdown().catch(() => {}),
    );
  }
}

function finish(span: Span, errorCode: string | null, endTime: number): void {
  if (errorCode !== null) {
    span.setAttribute('error.type', errorCode);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end(endTime);
}

/** Names as OpenTelemetry's semantic conventions for generative AI have them (1.45). */
function askedFacts({ kind, dialect, sessionId, note, client, keyName }: WatchedTurn, model: string) {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': model,
    'openai.api.type': dialect === 'chat' ? 'chat_completions' : 'responses',
    ...(sessionId === null ? {} : { 'gen_ai.conversation.id': sessionId }),
    ...(note?.tierSent ? { 'openai.request.service_tier': note.tierSent } : {}),
    'slipstream.kind': kind,
    'slipstream.dialect': dialect,
    'slipstream.client': client,
    ...(keyName === null ? {} : { 'slipstream.key': keyName }),
  };
}

function answeredFacts({ usage, tierEchoed, httpStatus, firstTokenMs, status }: WatchedTurn) {
  return {
    'slipstream.status': status,
    ...(httpStatus === null ? {} : { 'http.response.status_code': httpStatus }),
    ...(tierEchoed === null ? {} : { 'openai.response.service_tier': tierEchoed }),
    ...(firstTokenMs === null ? {} : { 'gen_ai.response.time_to_first_chunk': firstTokenMs / 1000 }),
    ...(usage === null
      ? {}
      : {
          'gen_ai.usage.input_tokens': usage.inputTokens,
          'gen_ai.usage.output_tokens': usage.outputTokens,
          'gen_ai.usage.cache_read.input_tokens': usage.cachedTokens,
          'gen_ai.usage.reasoning.output_tokens': usage.reasoningTokens,
        }),
  };
}

function attemptFacts({ transport, host, reused, status }: WatchedAttempt, index: number) {
  return {
    'server.address': host,
    'slipstream.attempt': index + 1,
    'slipstream.transport': transport,
    ...(reused === null ? {} : { 'slipstream.connection.reused': reused }),
    ...(status === null ? {} : { 'http.response.status_code': status }),
  };
}

/** A client that traces itself names its span (W3C trace context): the turn is then a part of that. */
function parentOf(traceparent: string) {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags ?? '00', 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
