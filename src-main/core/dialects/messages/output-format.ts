import { isJsonObject, type Json, type JsonObject, objectMember } from '../../json.ts';

/** Whether upstream's strict mode takes a schema: every object is closed and requires all of its properties. */
function isStrict(schema: Json | undefined): boolean {
  if (Array.isArray(schema)) return schema.every((one: Json) => isStrict(one));
  if (!isJsonObject(schema)) return true;
  const properties = objectMember(schema, 'properties');
  const required: readonly Json[] = Array.isArray(schema.required) ? schema.required : [];
  const isObject = schema.type === 'object' || properties !== null;
  const isClosed = schema.additionalProperties === false;
  if (isObject && !(isClosed && Object.keys(properties ?? {}).every((name) => required.includes(name)))) return false;
  return Object.values(schema).every((member) => isStrict(member));
}

/** `text` for a request that wants its answer as JSON of a schema; null where it does not. */
export function outputFormat(body: JsonObject): JsonObject | null {
  const asked = objectMember(objectMember(body, 'output_config'), 'format') ?? objectMember(body, 'output_format');
  const schema = objectMember(asked, 'schema');
  if (asked?.type !== 'json_schema' || schema === null) return null;
  return { format: { type: 'json_schema', name: 'output', schema, strict: isStrict(schema) } };
}
