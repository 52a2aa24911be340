import { describe, expect, it } from 'vitest';
import { jsonc } from '../../src-main/clients/config-language.ts';
import { takeOut } from '../../src-main/clients/take-out.ts';
import { isJsonObject } from '../../src-main/core/json.ts';
import { Redactor } from '../../src-main/core/traces/redaction.ts';
import { makeEvent } from '../../src-main/core/wire-event.ts';
import { chatFrom } from '../support/read-texts.ts';

/** Inputs that random tests found, as they stand after they were made as small as they can be. */

describe('a Chat stream that upstream begins without response.created', () => {
  it('keeps the id and the time of its first chunk', () => {
    const raw = JSON.stringify({ model: 'gpt-5.5', stream: true, messages: [{ role: 'user', content: 'x' }] });
    const translator = chatFrom(Buffer.from(raw)).translator();
    const item = { type: 'message', id: 'item_0', content: [{ type: 'output_text', text: 'hi' }] };
    const response = { id: 'resp_1', created_at: 1_700_000_000, status: 'completed', output: [item] };
    const chunks = [
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response },
    ]
      .flatMap((event) => translator.event(makeEvent(event)))
      .flatMap(({ data }) => (isJsonObject(data) ? [data] : []));
    expect(chunks.length).toBeGreaterThan(1);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(new Set(chunks.map(({ created }) => created)).size).toBe(1);
  });
});

describe('a change that is taken out of a file that somebody edited', () => {
  it('leaves no empty table that came with it', () => {
    const written = '{\n  "provider": {\n    "slipstream": {\n      "name": "S",\n      "models": {}\n    }\n  }\n}\n';
    const now = written.replace('{', '{"mine": 1, ');
    expect(JSON.parse(takeOut(jsonc, { before: '', written, now }, ''))).toEqual({ mine: 1 });
  });

  it('leaves an empty table that was there before', () => {
    const before = '{ "provider": {} }\n';
    const written = '{ "provider": { "slipstream": { "name": "S", "models": {} } } }\n';
    const now = written.replace('{', '{"mine": 1, ');
    expect(JSON.parse(takeOut(jsonc, { before, written, now }, ''))).toEqual({ mine: 1, provider: {} });
  });
});

describe('a text with secrets that is redacted twice', () => {
  it.each([
    ['a number runs on into the next name', `"token":${'63616etoken":'.repeat(12)}63616e`],
    ['a list does', `"token":${'[1]token":'.repeat(12)}[1]`],
    ['backslashes end a value', String.raw`\"secret\":\"${String.raw`\\\"secret\":\"`.repeat(12)}a`],
    ['a value ends where the next name begins', `"secret":"${'a"secret":"'.repeat(12)}a`],
  ])('stays what it was made the first time, though %s', (_what, text) => {
    const redactor = new Redactor();
    const once = redactor.text(text);
    expect(once).not.toBe(text);
    expect(redactor.text(once)).toBe(once);
  });
});

describe('a secret list in JSON that is a text in JSON', () => {
  it('ends with the text that holds it, though a text of its own does not', () => {
    const text = String.raw`{"\"secret\":[\"":"\"\""}`;
    expect(() => JSON.parse(text)).not.toThrow();
    expect(() => JSON.parse(new Redactor().text(text))).not.toThrow();
  });
});
