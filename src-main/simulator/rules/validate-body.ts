/** Rules for a turn's body: which members exist, what they may say, and what each transport allows. */

import type { CiphertextSeal } from '../accounts/ciphertext.ts';
import { isObject, type Json, type JsonObject, listOf, objectsOf, shown, stringOf } from '../json.ts';
import type { Catalogue } from '../model/catalogue.ts';
import { badRequest, type Refusal } from './refusal.ts';
import type { Caller, Strictness } from './validate-headers.ts';
import { checkInput } from './validate-input.ts';

export type BodyTransport = 'ws' | 'http' | 'compact';

export interface BodyRules {
  readonly transport: BodyTransport;
  readonly caller: Caller;
  readonly catalogue: Catalogue;
  readonly seal: CiphertextSeal;
  readonly strictness: Strictness;
  /** The items before this turn's input: empty unless it continues a response. */
  readonly history: readonly JsonObject[];
}

/** Refused by name upstream (PROTOCOL.md, What upstream refuses). */
const unsupported = [
  'max_output_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'truncation',
  'user',
  'prompt_cache_retention',
  'safety_identifier',
  'prompt_cache_options',
  'context_management',
  'stream_id',
];
const unsupportedOverHttp = ['previous_response_id', 'generate', 'type'];

const known = new Set([
  ...['type', 'model', 'instructions', 'previous_response_id', 'service_tier', 'input', 'tools', 'tool_choice'],
  ...['parallel_tool_calls', 'reasoning', 'store', 'stream', 'stream_options', 'include', 'prompt_cache_key', 'text'],
  ...['generate', 'client_metadata', 'metadata', 'max_tool_calls', 'background', 'conversation', 'top_logprobs'],
]);
const knownToCompact = new Set([
  ...['model', 'input', 'instructions', 'tools', 'parallel_tool_calls', 'reasoning', 'text', 'service_tier'],
  'prompt_cache_key',
]);

const toolTypes = new Set([
  ...['function', 'custom', 'namespace', 'web_search', 'local_shell', 'shell', 'apply_patch', 'image_generation'],
  ...['tool_search', 'mcp', 'code_interpreter', 'file_search', 'computer_use_preview'],
]);

/** The first thing wrong with a turn's body, or undefined. */
export function checkBody(body: JsonObject, rules: BodyRules): Refusal | undefined {
  return (
    checkNames(body, rules) ??
    checkModel(body, rules) ??
    checkSwitches(body, rules.transport) ??
    checkInstructions(body, rules) ??
    checkTools(body) ??
    checkTexts(body, rules) ??
    checkInput(body.input, { accountId: rules.caller.account.id, seal: rules.seal, history: rules.history })
  );
}

function checkNames(body: JsonObject, { transport, strictness }: BodyRules): Refusal | undefined {
  for (const name of Object.keys(body)) {
    if (unsupported.includes(name) || (transport !== 'ws' && unsupportedOverHttp.includes(name))) {
      return badRequest(`Unsupported parameter: ${name}`, 'unsupported_parameter', name);
    }
    if (strictness.refuseUnknownMembers && !(transport === 'compact' ? knownToCompact : known).has(name)) {
      return badRequest(`Unknown parameter: '${name}'.`, 'unknown_parameter', name);
    }
  }
  return undefined;
}

function checkModel(body: JsonObject, { catalogue }: BodyRules): Refusal | undefined {
  if (typeof body.model !== 'string' || body.model === '') {
    return badRequest("Missing required parameter: 'model'.", 'missing_required_parameter', 'model');
  }
  const model = catalogue.model(body.model);
  if (!model) {
    const text = `The '${body.model}' model is not supported when using Codex with a ChatGPT account.`;
    return badRequest(text, 'model_not_supported', 'model');
  }
  const tier = body.service_tier;
  const tierOk = tier === undefined || tier === 'flex' || (tier === 'priority' && catalogue.hasTier(model.slug, tier));
  if (!tierOk) {
    const shown = typeof tier === 'string' ? tier : JSON.stringify(tier);
    return badRequest(`Unsupported service_tier: ${shown}`, 'unsupported_service_tier', 'service_tier');
  }
  const effort = isObject(body.reasoning) ? body.reasoning.effort : undefined;
  if (effort === undefined || effort === null || model.efforts.includes(shown(effort))) return undefined;
  const names = model.efforts.map((name) => `'${name}'`).join(', ');
  const text = `Unsupported value: '${shown(effort)}' is not supported with the '${model.slug}' model.`;
  return badRequest(`${text} Supported values are: ${names}.`, 'unsupported_value', 'reasoning.effort');
}

function checkSwitches(body: JsonObject, transport: BodyTransport): Refusal | undefined {
  if (transport === 'compact') return undefined;
  if (transport === 'ws' && body.type !== 'response.create') {
    return badRequest(`Unsupported message type: ${shown(body.type)}`, 'unsupported_type', 'type');
  }
  if (body.store !== false) return badRequest('Store must be set to false', null, 'store');
  if (body.stream !== true) return badRequest('Stream must be set to true', null, 'stream');
  return undefined;
}

function checkInstructions(body: JsonObject, { caller }: BodyRules): Refusal | undefined {
  if (typeof body.instructions === 'string') return undefined;
  // The official client leaves the member away since 0.169 (PROTOCOL.md, Websocket).
  if (body.instructions === undefined && caller.isCodex) return undefined;
  const text = body.instructions === undefined ? 'Instructions are required' : 'Instructions are not valid';
  return badRequest(text, null, 'instructions');
}

function checkTools(body: JsonObject): Refusal | undefined {
  if (body.tools !== undefined && !Array.isArray(body.tools)) {
    return badRequest("Invalid type for 'tools': expected a list.", 'invalid_type', 'tools');
  }
  const lists: [Json[], string][] = [[listOf(body.tools), 'tools']];
  for (const item of objectsOf(body.input)) {
    if (item.type === 'additional_tools') lists.push([listOf(item.tools), 'input.tools']);
  }
  for (const [tools, path] of lists) {
    for (const [index, tool] of tools.entries()) {
      const problem = checkTool(tool, `${path}[${index}]`);
      if (problem) return problem;
    }
  }
  return checkToolChoice(body.tool_choice);
}

function checkTool(tool: Json, path: string): Refusal | undefined {
  const type = isObject(tool) ? stringOf(tool.type) : '';
  if (type.startsWith('web_search_preview')) {
    return badRequest(`Unsupported tool type: ${type}`, 'unsupported_tool', path);
  }
  if (!isObject(tool) || !toolTypes.has(type)) {
    return badRequest(`Invalid value: '${type}'. Unknown tool type.`, 'invalid_value', `${path}.type`);
  }
  const needsName = type === 'function' || type === 'custom' || type === 'namespace';
  if (needsName && typeof tool.name !== 'string') {
    return badRequest(`Missing required parameter: '${path}.name'.`, 'missing_required_parameter', `${path}.name`);
  }
  for (const [index, inner] of type === 'namespace' ? listOf(tool.tools).entries() : []) {
    const problem = checkTool(inner, `${path}.tools[${index}]`);
    if (problem) return problem;
  }
  return undefined;
}

function checkToolChoice(choice: Json | undefined): Refusal | undefined {
  if (choice === undefined || choice === 'auto' || choice === 'none' || choice === 'required') return undefined;
  const chosen = isObject(choice) ? [choice, ...objectsOf(choice.tools)] : [];
  if (chosen.some((tool) => stringOf(tool.type).startsWith('web_search_preview'))) {
    return badRequest('Unsupported tool type: web_search_preview', 'unsupported_tool', 'tool_choice');
  }
  const [first] = chosen;
  const named = first?.type === 'function' || first?.type === 'custom';
  if (first && typeof first.type === 'string' && (!named || typeof first.name === 'string')) return undefined;
  return badRequest("Invalid value for 'tool_choice'.", 'invalid_value', 'tool_choice');
}

function checkTexts(body: JsonObject, { transport, strictness }: BodyRules): Refusal | undefined {
  const include = body.include;
  if (include !== undefined && !(Array.isArray(include) && include.every((name) => typeof name === 'string'))) {
    return badRequest("Invalid type for 'include': expected a list of strings.", 'invalid_type', 'include');
  }
  const metadata = body.client_metadata;
  if (metadata === undefined) return undefined;
  if (!isObject(metadata) || Object.values(metadata).some((value) => typeof value !== 'string')) {
    return badRequest("Invalid type for 'client_metadata': expected strings.", 'invalid_type', 'client_metadata');
  }
  if (
    metadata.ws_request_header_x_openai_internal_codex_responses_lite === 'true' &&
    body.parallel_tool_calls === true
  ) {
    return badRequest('parallel_tool_calls must be false here', 'invalid_value', 'parallel_tool_calls');
  }
  // Over HTTP these travel as headers, or not at all (PROTOCOL.md, HTTP).
  const crossing = Object.keys(metadata).find(
    (name) => name.startsWith('ws_request_header_') || name === 'x-codex-ws-stream-request-start-ms',
  );
  if (transport === 'ws' || !strictness.strictShape || crossing === undefined) return undefined;
  return badRequest(`client_metadata.${crossing} belongs to websockets`, 'wrong_transport', 'client_metadata');
}
