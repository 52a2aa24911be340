/** Rules for `input`: roles, content parts, item ids, encrypted reasoning, and calls that need their outputs. */
import type { CiphertextSeal } from '../accounts/ciphertext.ts';
import { isObject, type Json, type JsonObject, objectsOf, shown, stringOf } from '../json.ts';
import { badRequest, type Refusal } from './refusal.ts';

export interface InputRules {
  readonly accountId: string;
  readonly seal: CiphertextSeal;
  /** Items of the conversation so far, for a turn that continues one. */
  readonly history: readonly JsonObject[];
}

const MAX_ID_CHARS = 64;

/** Item type and the prefix its id must have; null: an id of whatever form. */
const itemTypes = new Map<string, string | null>([
  ['message', 'msg'],
  ['agent_message', 'amsg'],
  ['reasoning', 'rs'],
  ['function_call', 'fc'],
  ['custom_tool_call', 'ctc'],
  ['function_call_output', null],
  ['custom_tool_call_output', null],
  ['local_shell_call', null],
  ['local_shell_call_output', null],
  ['tool_search_call', null],
  ['tool_search_output', null],
  ['web_search_call', null],
  ['image_generation_call', null],
  ['additional_tools', null],
  ['compaction', null],
  ['compaction_summary', null],
  ['compaction_trigger', null],
]);

const callTypes = new Set(['function_call', 'custom_tool_call', 'local_shell_call', 'tool_search_call']);
const outputTypes = new Set([
  'function_call_output',
  'custom_tool_call_output',
  'local_shell_call_output',
  'tool_search_output',
]);
const sealedTypes = new Set(['reasoning', 'compaction', 'compaction_summary']);
const userParts = ['input_text', 'input_image', 'input_file', 'input_audio'];
const assistantParts = ['output_text', 'refusal'];
// Members of other dialects' parts that must not come through.
const strangerMembers = ['cache_control', 'prompt_cache_breakpoint'];

/** The first thing wrong with `input`, in the words of upstream where they are known. */
export function checkInput(input: Json | undefined, rules: InputRules): Refusal | undefined {
  if (!Array.isArray(input)) return badRequest('Input must be a list', null, 'input');
  for (const [index, item] of input.entries()) {
    const path = `input[${index}]`;
    if (!isObject(item)) return badRequest(`Invalid type for '${path}': expected an object.`, 'invalid_type', path);
    const problem = checkItem(item, path, rules);
    if (problem) return problem;
    if (item.type === 'compaction_trigger' && index !== input.length - 1) {
      return badRequest('compaction_trigger must be the last item', 'invalid_value', path);
    }
  }
  return checkCalls([...rules.history, ...objectsOf(input)]);
}

function checkItem(item: JsonObject, path: string, rules: InputRules): Refusal | undefined {
  const type = item.type === undefined && item.role !== undefined ? 'message' : item.type;
  if (type === 'item_reference') return notPersisted(stringOf(item.id), 'input');
  const prefix = typeof type === 'string' ? itemTypes.get(type) : undefined;
  if (typeof type !== 'string' || prefix === undefined) {
    const names = [...itemTypes.keys()].map((name) => `'${name}'`).join(', ');
    return badRequest(`Invalid value: '${shown(type)}'. Supported values are: ${names}.`, 'invalid_value', path);
  }
  return (
    checkId(item.id, prefix, `${path}.id`) ??
    (type === 'message' ? checkMessage(item, path) : undefined) ??
    (sealedTypes.has(type) ? checkSealed(item, type, path, rules) : undefined) ??
    (type === 'agent_message' ? checkAgentMessage(item, path, rules) : undefined) ??
    checkCallShape(item, type, path)
  );
}

function checkId(id: Json | undefined, prefix: string | null, path: string): Refusal | undefined {
  if (id === undefined || id === null) return undefined;
  if (typeof id !== 'string') return badRequest(`Invalid type for '${path}': expected a string.`, 'invalid_type', path);
  if (id.length > MAX_ID_CHARS) {
    const text = `Invalid '${path}': string too long. Expected a string with maximum length ${MAX_ID_CHARS}`;
    return badRequest(`${text}, but got a string with length ${id.length} instead.`, 'string_above_max_length', path);
  }
  if (prefix === null || id.startsWith(prefix)) return undefined;
  return badRequest(`Invalid '${path}': '${id}'. Expected an ID that begins with '${prefix}'.`, 'invalid_value', path);
}

function checkMessage(item: JsonObject, path: string): Refusal | undefined {
  if (item.role === 'system') return badRequest('System messages are not allowed', null, `${path}.role`);
  const role = stringOf(item.role);
  if (!['user', 'assistant', 'developer'].includes(role)) {
    const text = `Invalid value: '${role}'. Supported values are: 'assistant', 'developer', and 'user'.`;
    return badRequest(text, 'invalid_value', `${path}.role`);
  }
  if (typeof item.content === 'string') return undefined;
  if (!Array.isArray(item.content)) {
    return badRequest(`Missing required parameter: '${path}.content'.`, 'missing_required_parameter', path);
  }
  const allowed = role === 'assistant' ? assistantParts : userParts;
  for (const [index, part] of item.content.entries()) {
    const problem = checkPart(part, allowed, `${path}.content[${index}]`);
    if (problem) return problem;
  }
  return undefined;
}

function checkPart(part: Json, allowed: readonly string[], path: string): Refusal | undefined {
  const type = isObject(part) ? stringOf(part.type) : '';
  if (!isObject(part) || !allowed.includes(type)) {
    const names = allowed.map((name) => `'${name}'`).join(', ');
    return badRequest(`Invalid value: '${type}'. Supported values are: ${names}.`, 'invalid_value', `${path}.type`);
  }
  const stranger = strangerMembers.find((name) => part[name] !== undefined);
  if (stranger)
    return badRequest(`Unknown parameter: '${path}.${stranger}'.`, 'unknown_parameter', `${path}.${stranger}`);
  if ((type === 'input_text' || type === 'output_text') && typeof part.text !== 'string') {
    return badRequest(`Missing required parameter: '${path}.text'.`, 'missing_required_parameter', `${path}.text`);
  }
  if (type === 'input_image' && part.image_url !== undefined && typeof part.image_url !== 'string') {
    return badRequest(`Invalid type for '${path}.image_url': expected a string.`, 'invalid_type', `${path}.image_url`);
  }
  return undefined;
}

function checkSealed(item: JsonObject, type: string, path: string, rules: InputRules): Refusal | undefined {
  const text = item.encrypted_content;
  if (text === undefined || text === null) {
    if (type === 'reasoning') return item.id === undefined ? undefined : notPersisted(stringOf(item.id), path);
    return badRequest(`Missing required parameter: '${path}.encrypted_content'.`, 'missing_required_parameter', path);
  }
  if (typeof text === 'string' && rules.seal.check(rules.accountId, text) === 'ok') return undefined;
  const excerpt = typeof text === 'string' ? `${text.slice(0, 4)}...${text.slice(-4)}` : shown(text);
  return badRequest(`The encrypted content ${excerpt} could not be verified.`, 'invalid_encrypted_content');
}

/** Between agents of a Codex client; what the model itself wrote is sealed (PROTOCOL.md, Conversations and lines). */
function checkAgentMessage(item: JsonObject, path: string, rules: InputRules): Refusal | undefined {
  for (const [index, part] of objectsOf(item.content).entries()) {
    const at = `${path}.content[${index}]`;
    const problem =
      part.type === 'encrypted_content'
        ? checkSealed(part, 'encrypted_content', at, rules)
        : checkPart(part, userParts, at);
    if (problem) return problem;
  }
  return undefined;
}

function notPersisted(id: string, param: string): Refusal {
  return badRequest(
    `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`,
    null,
    param,
  );
}

function checkCallShape(item: JsonObject, type: string, path: string): Refusal | undefined {
  const needs = (name: string) =>
    badRequest(`Missing required parameter: '${path}.${name}'.`, 'missing_required_parameter', `${path}.${name}`);
  if (type === 'function_call') {
    if (typeof item.name !== 'string') return needs('name');
    if (typeof item.arguments !== 'string') return needs('arguments');
  }
  if (type === 'custom_tool_call' && typeof item.input !== 'string') return needs('input');
  if (type === 'function_call_output' || type === 'custom_tool_call_output') {
    if (item.output === undefined || item.output === null) return needs('output');
  }
  const paired = type.startsWith('function_call') || type.startsWith('custom_tool_call');
  return paired && typeof item.call_id !== 'string' ? needs('call_id') : undefined;
}

/** Every output needs its call, and every call its output, within the whole conversation. */
function checkCalls(items: readonly JsonObject[]): Refusal | undefined {
  const calls = new Map<string, string>();
  const answered = new Set<string>();
  for (const item of items) {
    const type = stringOf(item.type);
    const callId = item.call_id;
    if (typeof callId !== 'string') continue;
    if (callTypes.has(type)) calls.set(callId, type);
    if (!outputTypes.has(type)) continue;
    if (!calls.has(callId)) {
      return badRequest(`No tool call found for ${nameOf(type)} with call_id ${callId}.`, null, 'input');
    }
    answered.add(callId);
  }
  for (const [callId, type] of calls) {
    if (!answered.has(callId)) return badRequest(`No tool output found for ${nameOf(type)} ${callId}.`, null, 'input');
  }
  return undefined;
}

function nameOf(type: string): string {
  return type.replaceAll('_', ' ');
}
