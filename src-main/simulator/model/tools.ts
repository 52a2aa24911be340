/** The tools a request offers, flattened, and arguments made up for them. */
import { isObject, type Json, type JsonObject, listOf, objectsOf, stringOf } from '../json.ts';

export interface OfferedTool {
  readonly kind: 'function' | 'custom';
  readonly name: string;
  /** Set for a tool inside a namespace. */
  readonly namespace: string | undefined;
  readonly parameters: JsonObject;
}

/** Callable tools of a turn: the body's own, and those an `additional_tools` item brought (PROTOCOL.md, Websocket). */
export function offeredTools(body: JsonObject, conversation: readonly JsonObject[]): OfferedTool[] {
  const carried = conversation.filter((item) => item.type === 'additional_tools').flatMap((item) => listOf(item.tools));
  return [...listOf(body.tools), ...carried].flatMap((tool) => flatten(tool, undefined));
}

function flatten(tool: Json, namespace: string | undefined): OfferedTool[] {
  if (!isObject(tool)) return [];
  if (tool.type === 'namespace') return listOf(tool.tools).flatMap((inner) => flatten(inner, stringOf(tool.name)));
  if (tool.type !== 'function' && tool.type !== 'custom') return [];
  const parameters = isObject(tool.parameters) ? tool.parameters : {};
  return [{ kind: tool.type, name: stringOf(tool.name), namespace, parameters }];
}

/** The smallest value that fits a JSON schema, near enough for a stand-in. */
export function sampleOf(schema: Json | undefined, name = ''): Json {
  if (!isObject(schema)) return 'simulated';
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return schema.enum[0] ?? null;
  if (schema.const !== undefined) return schema.const;
  const alternative = objectsOf(schema.anyOf ?? schema.oneOf)[0];
  if (alternative) return sampleOf(alternative, name);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object' || isObject(schema.properties)) return sampleObject(schema);
  if (type === 'array') return name === 'command' ? ['echo', 'simulated'] : [];
  if (type === 'integer' || type === 'number') return typeof schema.minimum === 'number' ? schema.minimum : 1;
  if (type === 'boolean') return false;
  if (type === 'null') return null;
  return name === 'cmd' || name === 'command' ? 'echo simulated' : 'simulated';
}

function sampleObject(schema: JsonObject): JsonObject {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = listOf(schema.required).map(String);
  return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name], name)]));
}
