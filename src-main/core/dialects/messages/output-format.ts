import { cutText } from '../../../shared/cut-text.ts';
import { tell } from '../../../shared/words/told.ts';
import { isJsonObject, type Json, type JsonObject, objectMember } from '../../json.ts';
import type { ChangeNotes } from '../change-notes.ts';
import { invalidRequest } from '../request-json.ts';

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

/** Members of `output_config` that are translated. */
const translated = new Set(['effort', 'format']);

/** `text` for a request that wants its answer as JSON of a schema; null where it does not. Throws `request_invalid` for another form. */
export function outputFormat(body: JsonObject, notes: ChangeNotes): JsonObject | null {
  const config = objectMember(body, 'output_config');
  for (const [name, value] of Object.entries(config ?? {})) {
    const member = `output_config.${cutText(name, 60)}`;
    if (!translated.has(name) && value !== undefined && value !== null)
      notes.add(member, 'dropped', tell('why.messages.member', { member }));
  }
  const asked = objectMember(config, 'format') ?? objectMember(body, 'output_format');
  if (asked === null) return null;
  const schema = objectMember(asked, 'schema');
  if (asked.type !== 'json_schema' || schema === null)
    throw invalidRequest('The output format must be of the type "json_schema" and have a "schema".');
  const member = objectMember(config, 'format') === null ? 'output_format' : 'output_config.format';
  notes.add(member, 'set', tell('why.chat.format'));
  return { format: { type: 'json_schema', name: 'output', schema, strict: isStrict(schema) } };
}
