import { tell } from '../../../shared/words/told.ts';
import { isJsonObject, type Json, type JsonObject, objectMember, textMember } from '../../json.ts';
import type { ChangeNotes } from '../change-notes.ts';
import { invalidRequest } from '../request-json.ts';
import { choiceAmong, choiceAmongNone, noteForm } from '../tool-choice.ts';
import type { ToolNames } from '../tool-names.ts';

/** The tool members of a Responses body, and whether the client used the names from before `tools`. */
interface TranslatedTools {
  readonly body: JsonObject;
  readonly isLegacy: boolean;
}

function functionTool(definition: JsonObject | null, path: string, names: ToolNames): JsonObject {
  const name = textMember(definition, 'name');
  if (name === null || name === '') throw invalidRequest(`${path} must have a "name".`);
  const description = textMember(definition, 'description');
  return {
    type: 'function',
    name: names.wire(name),
    ...(description === null ? {} : { description }),
    parameters: objectMember(definition, 'parameters') ?? { type: 'object', properties: {} },
    // Left out, Chat means false and Responses means true.
    strict: definition?.strict === true,
  };
}

function customTool(definition: JsonObject | null, path: string, names: ToolNames): JsonObject {
  const name = textMember(definition, 'name');
  if (name === null || name === '') throw invalidRequest(`${path}.custom must have a "name".`);
  const description = textMember(definition, 'description');
  const format = objectMember(definition, 'format');
  const grammar = objectMember(format, 'grammar');
  const said = grammar === null ? format : { type: 'grammar', ...grammar };
  return {
    type: 'custom',
    name: names.wire(name),
    ...(description === null ? {} : { description }),
    ...(said === null ? {} : { format: said }),
  };
}

function translateTool(tool: Json, path: string, names: ToolNames): JsonObject {
  if (!isJsonObject(tool)) throw invalidRequest(`${path} must be an object.`);
  switch (tool.type) {
    case 'function':
      // Some clients send the flat form of Responses.
      return functionTool(objectMember(tool, 'function') ?? tool, path, names);
    case 'custom':
      return customTool(objectMember(tool, 'custom') ?? tool, path, names);
    default:
      // Upstream's own tools, such as web_search, have one form only.
      return tool;
  }
}

function translateList(tools: Json, names: ToolNames, notes: ChangeNotes): readonly JsonObject[] {
  if (!Array.isArray(tools)) throw invalidRequest('"tools" must be a list.');
  notes.add('tools', 'set', tell('why.chat.tools'));
  const translated = tools.map((tool: Json, index) => translateTool(tool, `tools[${index}]`, names));
  const functions = new Set(translated.flatMap(({ type, name }) => (type === 'function' ? [name] : [])));
  return translated.filter(({ type, name }, index) => {
    if (type !== 'custom' || !functions.has(name)) return true;
    notes.add(`tools[${index}]`, 'dropped', tell('why.chat.sameName'));
    return false;
  });
}

/** What a choice names: the tool's type and name, flat. */
function namedTool(choice: JsonObject, names: ToolNames): JsonObject {
  const { type } = choice;
  if (type !== 'function' && type !== 'custom') return choice;
  const name = textMember(objectMember(choice, type) ?? choice, 'name');
  if (name === null) throw invalidRequest('"tool_choice" must have a "name".');
  return { type, name: names.wire(name) };
}

function translateChoice(choice: Json, names: ToolNames): Json {
  if (!isJsonObject(choice)) return choice;
  if (choice.type !== 'allowed_tools') return namedTool(choice, names);
  const { mode, tools } = objectMember(choice, 'allowed_tools') ?? choice;
  const allowed = Array.isArray(tools)
    ? tools.map((tool: Json) => (isJsonObject(tool) ? namedTool(tool, names) : tool))
    : [];
  return { type: 'allowed_tools', ...(mode === undefined ? {} : { mode }), tools: allowed };
}

function chosenAmong(choice: Json | undefined, tools: readonly JsonObject[], notes: ChangeNotes): JsonObject {
  if (tools.length === 0) choiceAmongNone(choice, notes);
  const isNone = choice === undefined || choice === null || tools.length === 0;
  return isNone ? {} : { tool_choice: choiceAmong(choice, tools, notes) };
}

/** The search of Chat's search models as upstream's tool; none where the client lists one itself. */
function searchTools(chat: JsonObject, tools: readonly JsonObject[], notes: ChangeNotes): readonly JsonObject[] {
  const asked = objectMember(chat, 'web_search_options');
  if (asked === null) return [];
  if (tools.some(({ type }) => typeof type === 'string' && type.startsWith('web_search'))) {
    notes.add('web_search_options', 'dropped', tell('why.chat.hasSearch'));
    return [];
  }
  notes.add('web_search_options', 'set', tell('why.chat.webSearch'));
  const size = textMember(asked, 'search_context_size');
  const place = objectMember(asked, 'user_location');
  const tool: JsonObject = {
    type: 'web_search',
    ...(size === null ? {} : { search_context_size: size }),
    // Chat has the place one level deeper.
    ...(place === null
      ? {}
      : { user_location: { type: 'approximate', ...(objectMember(place, 'approximate') ?? place) } }),
  };
  return [tool];
}

/** `functions` and `function_call`, as they were before `tools`: one call at a time, named rather than numbered. */
function translateLegacy(chat: JsonObject, names: ToolNames, notes: ChangeNotes): JsonObject {
  const { functions, function_call: choice } = chat;
  if (!Array.isArray(functions)) throw invalidRequest('"functions" must be a list.');
  const own = functions.map((one: Json, index) =>
    functionTool(isJsonObject(one) ? one : null, `functions[${index}]`, names),
  );
  const tools = [...own, ...searchTools(chat, own, notes)];
  notes.add('functions', 'set', tell('why.chat.functions'));
  if (choice !== undefined && choice !== null) notes.add('function_call', 'set', tell('why.chat.functionCall'));
  const named = isJsonObject(choice) ? namedTool({ type: 'function', ...choice }, names) : choice;
  const chosen = chosenAmong(named, tools, notes);
  return { tools, ...chosen, parallel_tool_calls: false };
}

/** Tools, the choice among them, and whether they may be called side by side. Throws `request_invalid`. */
export function translateTools(chat: JsonObject, names: ToolNames, notes: ChangeNotes): TranslatedTools {
  const hasTools = chat.tools !== undefined && chat.tools !== null;
  const hasFunctions = chat.functions !== undefined && chat.functions !== null;
  if (!hasTools && hasFunctions) return { body: translateLegacy(chat, names, notes), isLegacy: true };
  if (hasFunctions) notes.add('functions', 'dropped', tell('why.chat.hasTools'));
  if (chat.function_call !== undefined && chat.function_call !== null)
    notes.add('function_call', 'dropped', tell(hasFunctions ? 'why.chat.hasTools' : 'why.toolChoice.noTools'));
  const { tool_choice: choice, parallel_tool_calls: parallel } = chat;
  const listed = hasTools && chat.tools !== undefined ? translateList(chat.tools, names, notes) : null;
  const search = searchTools(chat, listed ?? [], notes);
  const tools = listed === null && search.length === 0 ? null : [...(listed ?? []), ...search];
  const wanted = choice === undefined || choice === null ? choice : translateChoice(choice, names);
  if (wanted !== undefined && wanted !== null && tools !== null && tools.length > 0) noteForm(choice, wanted, notes);
  return {
    isLegacy: false,
    body: {
      ...(tools === null ? {} : { tools }),
      ...chosenAmong(wanted, tools ?? [], notes),
      ...(typeof parallel === 'boolean' ? { parallel_tool_calls: parallel } : {}),
    },
  };
}
