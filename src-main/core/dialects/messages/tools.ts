import { cutText } from '../../../shared/cut-text.ts';
import { SlipstreamError } from '../../../shared/errors.ts';
import { tell } from '../../../shared/words/told.ts';
import { isJsonObject, type Json, type JsonObject, objectMember, textMember } from '../../json.ts';
import type { ChangeNotes } from '../change-notes.ts';
import { isStrictSchema } from '../strict-schema.ts';
import { choiceAmong, choiceAmongNone, noteForm } from '../tool-choice.ts';
import { ToolNames } from '../tool-names.ts';
import { describedTool } from './client-tools.ts';
import { noteCacheControl } from './parts.ts';
import { toolsInEffect } from './tool-changes.ts';

/** Tools of a request as Responses takes them. */
export interface TranslatedTools {
  readonly names: ToolNames;
  /** The members `tools`, `tool_choice` and `parallel_tool_calls`, as far as the client says something of them. */
  readonly members: JsonObject;
}

function isWebSearch(tool: JsonObject): boolean {
  return textMember(tool, 'type')?.startsWith('web_search_') ?? false;
}

/** Tools the client describes itself; Anthropic's own have a versioned type and no schema. */
function isCustom(tool: JsonObject): boolean {
  return tool.type === undefined || tool.type === null || tool.type === 'custom';
}

function listTools(tools: Json | undefined): readonly JsonObject[] {
  if (tools === undefined || tools === null) return [];
  if (!Array.isArray(tools)) throw new SlipstreamError('request_invalid', { message: '"tools" must be a list.' });
  return tools.map((tool: Json, index) => {
    if (isJsonObject(tool) && typeof (isCustom(tool) ? tool.name : tool.type) === 'string') return tool;
    throw new SlipstreamError('request_invalid', { message: `tools[${index}] must be an object with a "name".` });
  });
}

/** A schema upstream accepts: of an object, with its properties, without the name of its language. */
function parameters(schema: JsonObject | null): JsonObject {
  const { $schema: _language, ...rest } = schema ?? {};
  return { ...rest, type: 'object', properties: objectMember(rest, 'properties') ?? {} };
}

function functionTool(tool: JsonObject, path: string, names: ToolNames, notes: ChangeNotes): JsonObject {
  const description = describing(tool, path, notes);
  const schema = parameters(objectMember(tool, 'input_schema'));
  const strict = tool.strict === true && isStrictSchema(schema);
  if (tool.strict === true && !strict) notes.add(`${path}.strict`, 'dropped', tell('why.messages.strict'));
  return {
    type: 'function',
    name: names.wire(textMember(tool, 'name') ?? ''),
    ...(description === null ? {} : { description }),
    parameters: schema,
    strict,
  };
}

function webSearchTool(tool: JsonObject, path: string, notes: ChangeNotes): JsonObject {
  const { allowed_domains: domains, user_location: place } = tool;
  noteCacheControl(tool, path, notes);
  for (const member of ['blocked_domains', 'max_uses', 'response_inclusion']) {
    if (tool[member] !== undefined && tool[member] !== null)
      notes.add(`${path}.${member}`, 'dropped', tell('why.messages.webSearch', { member }));
  }
  return {
    type: 'web_search',
    ...(Array.isArray(domains) && domains.length > 0 ? { filters: { allowed_domains: domains } } : {}),
    ...(isJsonObject(place) ? { user_location: place } : {}),
  };
}

function noteMembers(tool: JsonObject, path: string, names: ToolNames, notes: ChangeNotes): void {
  const name = textMember(tool, 'name') ?? '';
  if (names.wire(name) !== name) notes.add(`${path}.name`, 'set', tell('why.messages.toolName'));
  if (tool.defer_loading === true) notes.add(`${path}.defer_loading`, 'dropped', tell('why.messages.defer'));
  noteCacheControl(tool, path, notes);
  if (callersOf(tool).some((caller) => caller !== 'direct'))
    notes.add(`${path}.allowed_callers`, 'dropped', tell('why.messages.callers'));
}

function callersOf({ allowed_callers: callers }: JsonObject): readonly Json[] {
  return Array.isArray(callers) ? callers : [];
}

/** What a client says of its tool, with the examples that upstream has no member for. */
function describing(tool: JsonObject, path: string, notes: ChangeNotes): string | null {
  const description = textMember(tool, 'description');
  const { input_examples: examples } = tool;
  if (!Array.isArray(examples) || examples.length === 0) return description;
  notes.add(`${path}.input_examples`, 'set', tell('why.messages.examples'));
  const lines = examples.map((example: Json) => JSON.stringify(example));
  return [...(description === null ? [] : [description, '']), 'Examples of its input:', ...lines].join('\n');
}

/** `tool_choice` in upstream's words; undefined where the client leaves it to upstream. */
function toolChoice(choice: JsonObject | null, tools: readonly JsonObject[], names: ToolNames): Json | undefined {
  switch (choice?.type) {
    case 'auto':
      return 'auto';
    case 'any':
      return 'required';
    case 'none':
      return 'none';
    case 'tool': {
      const name = textMember(choice, 'name') ?? '';
      const isSearch = tools.some((tool) => isWebSearch(tool) && tool.name === name);
      return isSearch ? { type: 'web_search' } : { type: 'function', name: names.wire(name) };
    }
    default:
      return undefined;
  }
}

function isSaid(value: Json | undefined): boolean {
  return value !== undefined && value !== null;
}

/** Translates what a request says of tools (PROTOCOL.md, Other dialects). Throws `request_invalid`. */
export function translateTools(body: JsonObject, notes: ChangeNotes): TranslatedTools {
  const asked = listTools(toolsInEffect(body, notes));
  const names = new ToolNames();
  const tools = asked.flatMap((tool, index) => {
    const path = `tools[${index}]`;
    if (isWebSearch(tool)) {
      notes.add(path, 'set', tell('why.chat.webSearch'));
      return [webSearchTool(tool, path, notes)];
    }
    const described = isCustom(tool) ? tool : describedTool(tool);
    const type = cutText(String(tool.type), 60);
    if (described === null) {
      notes.add(path, 'dropped', tell('why.messages.tool', { type }));
      return [];
    }
    if (described !== tool) notes.add(path, 'set', tell('why.messages.clientTool', { type }));
    notes.add('tools', 'set', tell('why.messages.tools'));
    noteMembers(described, path, names, notes);
    return [functionTool(described, path, names, notes)];
  });
  const choice = objectMember(body, 'tool_choice');
  const wanted = toolChoice(choice, asked, names);
  if (wanted === undefined && isSaid(body.tool_choice))
    notes.add('tool_choice', 'dropped', tell('why.toolChoice.unknown'));
  if (tools.length === 0) choiceAmongNone(wanted, notes);
  const chosen = tools.length === 0 ? undefined : wanted;
  if (chosen !== undefined) noteForm(body.tool_choice, chosen, notes);
  if (choice?.disable_parallel_tool_use === true)
    notes.add('tool_choice.disable_parallel_tool_use', 'set', tell('why.messages.parallel'));
  return {
    names,
    members: {
      ...(tools.length === 0 ? {} : { tools }),
      ...(chosen === undefined ? {} : { tool_choice: choiceAmong(chosen, tools, notes) }),
      ...(choice?.disable_parallel_tool_use === true ? { parallel_tool_calls: false } : {}),
    },
  };
}
