import { cutText } from '../../../shared/cut-text.ts';
import { tell } from '../../../shared/words/told.ts';
import { isJsonObject, type Json, type JsonObject, objectMember, textMember } from '../../json.ts';
import type { ChangeNotes } from '../change-notes.ts';
import { invalidRequest } from '../request-json.ts';

/** Members that mean the same in both dialects; whether upstream takes them is the normaliser's question. */
const sameFields = [
  'temperature',
  'top_p',
  'user',
  'store',
  'metadata',
  'service_tier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'safety_identifier',
  'client_metadata',
];

/** Read elsewhere in the translation. */
const handledFields = new Set([
  ...sameFields,
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'functions',
  'function_call',
  'web_search_options',
  'reasoning_effort',
  'reasoning',
  'verbosity',
  'text',
  'response_format',
  'n',
  'modalities',
  'stop',
  'max_tokens',
  'max_completion_tokens',
]);

const noSampling = tell('why.chat.sampling');

/** Why members of Chat have no place upstream. */
const droppedFields = new Map([
  ['seed', noSampling],
  ['presence_penalty', noSampling],
  ['frequency_penalty', noSampling],
  ['logit_bias', noSampling],
  ['logprobs', tell('why.chat.probabilities')],
  ['top_logprobs', tell('why.chat.probabilities')],
  ['prediction', tell('why.chat.prediction')],
  ['audio', tell('why.chat.audio')],
]);

function refuseImpossible({ n, modalities }: JsonObject): void {
  if (n !== undefined && n !== null && n !== 1)
    throw invalidRequest('"n" must be 1: upstream gives one answer. Send the request again for another.');
  if (Array.isArray(modalities) && modalities.includes('audio'))
    throw invalidRequest('"modalities" must not hold "audio": upstream answers in text.');
}

function translateFormat(format: Json): JsonObject {
  const type = isJsonObject(format) ? format.type : undefined;
  switch (type) {
    case 'text':
    case 'json_object':
      return { type };
    case 'json_schema': {
      const given = isJsonObject(format) ? objectMember(format, 'json_schema') : null;
      if (objectMember(given, 'schema') === null)
        throw invalidRequest('"response_format.json_schema" must have a "schema".');
      const { name = 'response', description, schema, strict } = given ?? {};
      const more = { ...(description === undefined ? {} : { description }), ...(strict == null ? {} : { strict }) };
      return { type, name, schema, ...more };
    }
    default:
      throw invalidRequest('"response_format.type" must be "text", "json_object" or "json_schema".');
  }
}

function textOptions(chat: JsonObject, notes: ChangeNotes): JsonObject {
  const { response_format: format, verbosity } = chat;
  const text: Record<string, Json | undefined> = { ...objectMember(chat, 'text') };
  if (format !== undefined && format !== null) {
    text.format = translateFormat(format);
    notes.add('response_format', 'set', tell('why.chat.format'));
  }
  if (verbosity !== undefined && verbosity !== null) {
    text.verbosity = verbosity;
    notes.add('verbosity', 'set', tell('why.chat.verbosity'));
  }
  return Object.keys(text).length === 0 ? {} : { text };
}

/** `reasoning` is none of Chat's members: what other vendors' clients put into it, upstream refuses. */
function knownReasoning(given: JsonObject | null, notes: ChangeNotes): JsonObject | null {
  const { effort, summary, ...others } = given ?? {};
  for (const [name, value] of Object.entries(others))
    if (value !== undefined) notes.add(`reasoning.${cutText(name, 100)}`, 'dropped', tell('why.chat.unknown'));
  const known = { ...(effort === undefined ? {} : { effort }), ...(summary === undefined ? {} : { summary }) };
  return Object.keys(known).length === 0 ? null : known;
}

/** With an effort named, summaries are asked for: `reasoning_content` has no other source (PROTOCOL.md, Other dialects). */
function reasoningOptions(chat: JsonObject, notes: ChangeNotes): JsonObject {
  const given = knownReasoning(objectMember(chat, 'reasoning'), notes);
  const effort = textMember(chat, 'reasoning_effort');
  if (effort === null && chat.reasoning_effort !== undefined && chat.reasoning_effort !== null)
    notes.add('reasoning_effort', 'dropped', tell('why.chat.noEffort'));
  if (effort === null) return given === null ? {} : { reasoning: given };
  notes.add('reasoning_effort', 'set', tell('why.chat.effort'));
  if (effort === 'none') return { reasoning: { ...given, effort } };
  if (given?.summary === undefined) notes.add('reasoning.summary', 'added', tell('why.chat.summary'));
  return { reasoning: { summary: 'auto', ...given, effort } };
}

/** Members that ask for what is done here, or for what upstream does anyway. */
const keptHere = [
  ['stream_options', tell('why.chat.here')],
  ['n', tell('why.chat.only')],
  ['modalities', tell('why.chat.only')],
] as const;

/** Every member but messages and tools. What has no place upstream is left out and noted. Throws `request_invalid`. */
export function translateFields(chat: JsonObject, notes: ChangeNotes): JsonObject {
  refuseImpossible(chat);
  for (const [name, value] of Object.entries(chat)) {
    if (handledFields.has(name) || value === undefined) continue;
    notes.add(cutText(name, 100), 'dropped', droppedFields.get(name) ?? tell('why.chat.unknown'));
  }
  for (const [name, why] of keptHere)
    if (chat[name] !== undefined && chat[name] !== null) notes.add(name, 'dropped', why);
  const kept = sameFields.flatMap((name) => (chat[name] === undefined ? [] : [[name, chat[name]] as const]));
  return { ...Object.fromEntries(kept), ...reasoningOptions(chat, notes), ...textOptions(chat, notes) };
}
