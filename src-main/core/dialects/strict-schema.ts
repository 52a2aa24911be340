import { isJsonObject, type Json, type JsonObject } from '../json.ts';

/** Keywords of JSON Schema that upstream's strict mode knows (OpenAI's guide to structured outputs, Supported schemas). */
const strictKeywords = new Set([
  ...['type', 'title', 'description', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'const'],
  ...['anyOf', '$ref', '$defs', 'definitions', 'pattern', 'format', 'multipleOf', 'maximum', 'exclusiveMaximum'],
  ...['minimum', 'exclusiveMinimum', 'minItems', 'maxItems'],
]);
const maxDepth = 10;

function listedIn(schema: JsonObject, name: string): readonly Json[] {
  const value = schema[name];
  return Array.isArray(value) ? value : [];
}

function membersOf(value: Json | undefined): readonly Json[] {
  return isJsonObject(value) ? Object.values(value).map((member) => member ?? null) : [];
}

/** An object that says of every property that it must be there, and that there is no other. */
function isClosed(schema: JsonObject): boolean {
  if (schema.type !== 'object' && schema.properties === undefined) return true;
  const names = isJsonObject(schema.properties) ? Object.keys(schema.properties) : [];
  const required = new Set(listedIn(schema, 'required'));
  return schema.additionalProperties === false && names.every((name) => required.has(name));
}

/** Whether upstream takes a schema in its strict mode, where it refuses the whole request for one that it does not. */
export function isStrictSchema(schema: Json | undefined, depth = 0): boolean {
  if (!isJsonObject(schema) || depth > maxDepth) return false;
  if (!Object.keys(schema).every((name) => strictKeywords.has(name)) || !isClosed(schema)) return false;
  const inner = [
    ...membersOf(schema.properties),
    ...membersOf(schema.$defs),
    ...membersOf(schema.definitions),
    ...listedIn(schema, 'anyOf'),
    ...(schema.items === undefined ? [] : [schema.items]),
  ];
  return inner.every((part) => isStrictSchema(part, depth + 1));
}
