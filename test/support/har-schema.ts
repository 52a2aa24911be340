import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import harSchemas from 'har-schema';

/** What the published HAR 1.2 schema has against a value; empty for a good file. */
export function harProblems(value: unknown): string[] {
  const require = createRequire(import.meta.url);
  const draft6 = JSON.parse(readFileSync(require.resolve('ajv/dist/refs/json-schema-draft-06.json'), 'utf8'));
  // The schemas have members of their own (`optional`, `min`) beside the standard's.
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addMetaSchema(draft6);
  const { har, ...others } = harSchemas;
  for (const schema of Object.values(others)) ajv.addSchema(schema);
  const validate = ajv.compile(har);
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
