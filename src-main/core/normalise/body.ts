import type { Change, Transport } from '../../shared/model.ts';
import { tell } from '../../shared/words/told.ts';
import type { Told } from '../../shared/words/told-text.ts';
import { isJsonObject, type Json, type JsonObject, objectMember } from '../json.ts';
import type { ModelLevels } from '../model-levels.ts';
import type { Slices } from '../slices.ts';
import { clientMetadata, filled, type IdentityFacts } from './identity.ts';
import { cleanInput } from './input-items.ts';
import { fitLevels } from './levels.ts';
import type { TierAnswer } from './tier.ts';

/** Which of upstream's endpoints a body is for. */
export type Endpoint = 'responses' | 'compact';

export interface BodyQuestion {
  readonly body: JsonObject;
  /** The text of `input`, where it is a long text itself. */
  readonly inputText?: Buffer | null;
  readonly endpoint: Endpoint;
  readonly isCodex: boolean;
  readonly transport: Transport;
  readonly identity: IdentityFacts;
  readonly tier: TierAnswer;
  /** Of the model; null where they are not known. */
  readonly levels: ModelLevels | null;
  /** `x-openai-internal-codex-responses-lite` or its metadata twin. */
  readonly isLite: boolean;
  /** Members of `client_metadata` that came as headers, to add on a websocket; and those to take out on HTTP. */
  readonly metadataToAdd: Readonly<Record<string, string>>;
  readonly metadataToRemove: readonly string[];
}

/** The body's edits, member by member, with a note of each. */
export interface BodyEdits {
  readonly edits: Map<string, Json | undefined>;
  readonly changes: Change[];
}

/** Fields that upstream refuses (PROTOCOL.md, What upstream refuses). */
const refusedFields = [
  'max_completion_tokens',
  'temperature',
  'top_p',
  'truncation',
  'prompt_cache_options',
  'prompt_cache_retention',
  'context_management',
  'safety_identifier',
  'user',
];

/** Fields that only exist on a websocket. */
const websocketFields = ['type', 'previous_response_id', 'generate', 'stream_options'];

/** All that the compaction endpoint takes (PROTOCOL.md, Side endpoints). */
const compactFields = new Set([
  'model',
  'input',
  'instructions',
  'tools',
  'parallel_tool_calls',
  'reasoning',
  'text',
  'service_tier',
  'prompt_cache_key',
]);

const encryptedReasoning = 'reasoning.encrypted_content';

class Editor implements BodyEdits {
  readonly edits = new Map<string, Json | undefined>();
  readonly changes: Change[] = [];
  readonly #body: JsonObject;

  constructor(body: JsonObject) {
    this.#body = body;
  }

  note(step: Change['step'], path: string, action: Change['action'], why: Told): void {
    this.changes.push({ step, path, action, why });
  }

  set(key: string, value: Json, step: Change['step'], why: Told): void {
    const before = this.#body[key];
    if (before === value) return;
    this.edits.set(key, value);
    this.note(step, `body.${key}`, before === undefined ? 'added' : 'set', why);
  }

  remove(key: string, step: Change['step'], why: Told): void {
    if (this.#body[key] === undefined) return;
    this.edits.set(key, undefined);
    this.note(step, `body.${key}`, 'removed', why);
  }

  /** Takes out what is null and has no value by now: upstream may refuse it for its name or its type. */
  removeNulls(): void {
    for (const [key, value] of Object.entries(this.#body))
      if (value === null && !this.edits.has(key)) this.remove(key, 'body', tell('why.null'));
  }
}

/** What every client's body gets: the tier and the transport's own members. */
function editForTransport(question: BodyQuestion, editor: Editor): void {
  const { body, transport, tier } = question;
  if (tier.sent === null) editor.remove('service_tier', 'tier', tier.why);
  else editor.set('service_tier', tier.sent, 'tier', tier.why);
  if (transport === 'ws') {
    editor.set('type', 'response.create', 'transport', tell('why.frame.type'));
  } else {
    for (const field of websocketFields) editor.remove(field, 'transport', tell('why.websocket.only'));
  }
  const metadata = objectMember(body, 'client_metadata');
  const added = Object.entries(question.metadataToAdd).filter(([key]) => metadata?.[key] === undefined);
  const removed = question.metadataToRemove.filter((key) => metadata?.[key] !== undefined);
  if (added.length === 0 && removed.length === 0) return;
  const kept = Object.entries(metadata ?? {}).filter(([key]) => !removed.includes(key));
  editor.edits.set('client_metadata', Object.fromEntries([...kept, ...added]));
  for (const [key] of added)
    editor.note('transport', `body.client_metadata.${key}`, 'added', tell('why.metadata.transport'));
  for (const key of removed)
    editor.note('transport', `body.client_metadata.${key}`, 'removed', tell('why.metadata.http'));
}

/** Names of the web search tool beside its own: those of its preview, and that of a day, such as `web_search_2025_08_26`. */
const otherWebSearch = /^web_search_(preview|\d{4}_\d\d_\d\d$)/;

function webSearchTool(tool: Json): Json {
  const type = isJsonObject(tool) ? tool.type : undefined;
  return typeof type === 'string' && otherWebSearch.test(type) && isJsonObject(tool)
    ? { ...tool, type: 'web_search' }
    : tool;
}

function editTools({ body, isLite }: BodyQuestion, editor: Editor): void {
  const tools = body.tools;
  const hasTools = Array.isArray(tools) && tools.length > 0;
  if (Array.isArray(tools)) {
    const renamed = tools.map(webSearchTool);
    if (renamed.some((tool, index) => tool !== tools[index]))
      editor.set('tools', renamed, 'body', tell('why.tools.webSearch'));
  }
  const choice = body.tool_choice;
  if (isJsonObject(choice)) {
    const renamed = webSearchTool(choice);
    const nested = Array.isArray(choice.tools) ? choice.tools.map(webSearchTool) : null;
    const nestedChanged =
      nested?.some((tool, index) => Array.isArray(choice.tools) && tool !== choice.tools[index]) ?? false;
    if (nestedChanged && isJsonObject(renamed) && nested !== null) {
      editor.set('tool_choice', { ...renamed, tools: nested }, 'body', tell('why.tools.webSearch'));
    } else if (renamed !== choice) {
      editor.set('tool_choice', renamed, 'body', tell('why.tools.webSearch'));
    }
  }
  if (isLite) editor.set('parallel_tool_calls', false, 'body', tell('why.tools.lite'));
  else if (!hasTools) editor.remove('parallel_tool_calls', 'body', tell('why.tools.none'));
  else if (typeof body.parallel_tool_calls !== 'boolean') {
    editor.set('parallel_tool_calls', true, 'body', tell('why.official.default'));
  }
}

/** Rules that hold on every endpoint. */
function* editCommon(question: BodyQuestion, editor: Editor): Slices<void> {
  const { body } = question;
  if (typeof body.instructions !== 'string') editor.set('instructions', '', 'body', tell('why.instructions.empty'));
  const noteItem = (path: string, action: Change['action'], why: Told) => editor.note('body', path, action, why);
  const input = yield* cleanInput(body.input, noteItem, question.inputText ?? null);
  if (input !== undefined && input !== body.input) editor.edits.set('input', input);
  editTools(question, editor);
  editLevels(question, editor);
}

/** Levels that the model does not have would be refused (PROTOCOL.md, Other dialects). */
function editLevels({ body, levels }: BodyQuestion, editor: Editor): void {
  for (const { path, value, why } of fitLevels(body, levels)) {
    const [key = '', member = ''] = path.split('.');
    const before = objectMember({ m: editor.edits.get(key) ?? body[key] ?? null }, 'm');
    editor.edits.set(key, { ...before, [member]: value });
    editor.note('body', `body.${path}`, value === undefined ? 'removed' : 'set', why);
  }
}

function* editForeignCompaction(question: BodyQuestion, editor: Editor): Slices<void> {
  for (const field of Object.keys(question.body)) {
    if (!compactFields.has(field)) editor.remove(field, 'body', tell('why.compact.field'));
  }
  yield* editCommon(question, editor);
}

/** Rules for clients that are not Codex (PROTOCOL.md, What upstream refuses). */
function* editForeignBody(question: BodyQuestion, editor: Editor): Slices<void> {
  const { body, identity } = question;
  editor.remove('max_output_tokens', 'body', tell('why.refused.counted'));
  editor.remove('stream_id', 'body', tell('why.refused.lane'));
  for (const field of refusedFields) editor.remove(field, 'body', tell('why.refused'));
  editor.set('stream', true, 'body', tell('why.stream'));
  editor.set('store', false, 'body', tell('why.store'));
  yield* editCommon(question, editor);
  const include = Array.isArray(body.include) ? body.include : [];
  if (!include.includes(encryptedReasoning)) {
    editor.set('include', [...include, encryptedReasoning], 'body', tell('why.reasoning.include'));
  }
  const key = body.prompt_cache_key;
  if (typeof key !== 'string' || key.trim() === '') {
    editor.set('prompt_cache_key', identity.sessionId, 'identity', tell('why.session.cacheKey'));
  }
  for (const { name, on, fill } of identity.profile.moreFields ?? []) {
    if (!on.includes(question.transport) || body[name] !== undefined) continue;
    editor.set(name, filled(fill, identity, 'frame'), 'identity', tell('why.official.shape'));
  }
  const edited = objectMember({ m: editor.edits.get('client_metadata') ?? body.client_metadata ?? null }, 'm');
  const metadata = clientMetadata(identity, edited);
  if (Object.keys(metadata).length === Object.keys(edited ?? {}).length) return;
  editor.edits.set('client_metadata', metadata);
  editor.note(
    'identity',
    'body.client_metadata',
    body.client_metadata === undefined ? 'added' : 'set',
    tell('why.metadata.turn'),
  );
}

/**
 * What has to change in a body before it goes upstream, with rests. A Codex client's body changes in its tier and transport only.
 */
export function* editBody(question: BodyQuestion): Slices<BodyEdits> {
  const editor = new Editor(question.body);
  editForTransport(question, editor);
  if (!question.isCodex && question.endpoint === 'compact') yield* editForeignCompaction(question, editor);
  else if (!question.isCodex) yield* editForeignBody(question, editor);
  if (!question.isCodex) editor.removeNulls();
  return editor;
}
