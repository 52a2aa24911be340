import type { DriftNote } from '../../shared/learned-profile.ts';
import type { Profile } from '../normalise/profiles/profile.ts';

/** Names beyond the recordings that official clients are known to send at times: helpers, residency, steering (PROTOCOL.md). */
const knownElsewhere = {
  headers: [
    'accept',
    'authorization',
    'content-type',
    'openai-beta',
    'openai-organization',
    'openai-project',
    'session_id',
    'user-agent',
    'version',
    'x-codex-image-turn-id',
    'x-codex-installation-id',
    'x-codex-parent-thread-id',
    'x-codex-routing-hint',
    'x-codex-turn-state',
    'x-openai-fedramp',
    'x-openai-internal-codex-residency',
    'x-openai-internal-codex-responses-lite',
    'x-openai-memgen-request',
    'x-openai-subagent',
    'x-responsesapi-include-timing-metrics',
  ],
  fields: ['generate', 'instructions', 'previous_response_id', 'service_tier', 'tools', 'type'],
  metadata: [
    'forked_from_thread_id',
    'parent_thread_id',
    'parent_turn_id',
    'subagent_kind',
    'workspaces',
    'x-codex-parent-thread-id',
    'x-codex-ws-stream-request-start-ms',
    'x-openai-subagent',
  ],
} as const;

const knownFrames = new Set(['body', 'response.create', 'response.interrupt', 'response.processed', 'response.steer']);

/** Events that a turn of the Responses API can have, and upstream's own. */
const knownEvents = new Set([
  'error',
  'keepalive',
  'codex.rate_limits',
  'codex.response.metadata',
  'response.audio.delta',
  'response.audio.done',
  'response.audio.transcript.delta',
  'response.audio.transcript.done',
  'response.cancelled',
  'response.compaction',
  'response.completed',
  'response.created',
  'response.done',
  'response.failed',
  'response.in_progress',
  'response.incomplete',
  'response.metadata',
  'response.queued',
  ...['accepted', 'failed'].map((end) => `response.interrupt.${end}`),
  ...['added', 'done'].flatMap((end) => [
    `response.content_part.${end}`,
    `response.output_item.${end}`,
    `response.reasoning_summary_part.${end}`,
  ]),
  ...['delta', 'done'].flatMap((end) => [
    `response.code_interpreter_call_code.${end}`,
    `response.custom_tool_call_input.${end}`,
    `response.function_call_arguments.${end}`,
    `response.mcp_call_arguments.${end}`,
    `response.output_text.${end}`,
    `response.reasoning.${end}`,
    `response.reasoning_summary.${end}`,
    `response.reasoning_summary_text.${end}`,
    `response.reasoning_text.${end}`,
    `response.refusal.${end}`,
  ]),
  'response.output_text.annotation.added',
  ...[
    'code_interpreter_call',
    'file_search_call',
    'image_generation_call',
    'mcp_call',
    'mcp_list_tools',
    'web_search_call',
  ].flatMap((call) =>
    ['in_progress', 'searching', 'generating', 'interpreting', 'partial_image', 'completed', 'failed'].map(
      (state) => `response.${call}.${state}`,
    ),
  ),
]);

/** Whether a frame of a client, or an event of upstream, is of a type that the code knows. */
export function isKnownType(direction: 'client-in' | 'upstream-in', type: string): boolean {
  return direction === 'client-in' ? knownFrames.has(type) : knownEvents.has(type);
}

/** The names that a profile knows, each part as a set. */
export interface KnownNames {
  readonly headers: ReadonlySet<string>;
  readonly fields: ReadonlySet<string>;
  readonly metadata: ReadonlySet<string>;
}

/** Whatever of the profile is on either transport: a client may be on one and upstream on the other. */
export function knownNames({ captured, capturedMetadata }: Profile): KnownNames {
  const shapes = [captured.ws, captured.http].filter((shape) => shape !== null);
  return {
    headers: new Set([
      ...knownElsewhere.headers,
      ...shapes.flatMap(({ headers, optionalHeaders }) => [...headers, ...optionalHeaders]),
    ]),
    fields: new Set([
      ...knownElsewhere.fields,
      ...shapes.flatMap(({ fields, optionalFields }) => [...fields, ...optionalFields]),
    ]),
    metadata: new Set([...knownElsewhere.metadata, ...capturedMetadata.client, ...capturedMetadata.turn]),
  };
}

/** A note without what its version's profile has come to know since, by learning or by a newer Slipstream. */
export function stillNew(note: DriftNote, profile: Profile): DriftNote {
  const known = knownNames(profile);
  const strange = (names: readonly string[], set: ReadonlySet<string>) => names.filter((name) => !set.has(name));
  return {
    ...note,
    headers: strange(note.headers, known.headers),
    fields: strange(note.fields, known.fields),
    metadata: strange(note.metadata, known.metadata),
    frames: strange(note.frames, knownFrames),
    events: strange(note.events, knownEvents),
  };
}

/** `0.171` for `0.171.0`: people name a release by two numbers. */
function shortVersion(version: string): string {
  return version.replace(/^(\d+\.\d+)\.0$/, '$1');
}

const counted = (names: readonly string[], word: string) =>
  names.length === 0 ? null : { words: `${names.length} ${word}${names.length === 1 ? '' : 's'}`, names };

/** A note as one sentence; null for one that says nothing. */
export function driftText(note: DriftNote): string | null {
  const sends = [
    counted(note.headers, 'header'),
    counted(note.fields, 'body member'),
    counted(note.metadata, 'metadata field'),
    counted(note.frames, 'frame type'),
  ].filter((part) => part !== null);
  const gets = counted(note.events, 'event type');
  const said = [
    sends.length === 0
      ? null
      : `sends ${sends.map(({ words }) => words).join(', ')} that profile ${note.profile} lacks: ${sends
          .flatMap(({ names }) => names)
          .join(', ')}`,
    gets === null ? null : `is sent ${gets.words} not known here: ${gets.names.join(', ')}`,
  ].filter((part) => part !== null);
  return said.length === 0 ? null : `Codex ${shortVersion(note.version)} ${said.join('; it ')}`;
}
