import { equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { Redactor } from '../../../src-main/core/traces/redaction.ts';
import { jsonValues, texts } from '../inputs.ts';
import { led } from '../led.ts';
import { target } from '../target.ts';

const canary = 'canary"0123\\456789/ü';
const bytes = Buffer.from(canary);
const forms = [
  canary,
  JSON.stringify(canary).slice(1, -1),
  encodeURIComponent(canary),
  bytes.toString('hex'),
  bytes.toString('base64'),
  bytes.toString('base64url'),
];
const redactor = new Redactor();
redactor.addSecret(canary);

const spoken = [
  ...forms,
  'eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjF9.c2ln',
  'rt_abcdefgh1234',
  'sk-abcdefgh1234',
  'Bearer abcdefgh',
  '"access_token": "x"',
  'token=x&code=y',
  '<redacted>',
];
const spokenTexts = fc
  .array(fc.oneof(fc.constantFrom(...spoken), texts), { maxLength: 6 })
  .map((pieces) => pieces.join(''));
const inputs = fc.oneof(
  spokenTexts,
  fc.tuple(jsonValues, spokenTexts).map(([value, text]) => JSON.stringify({ value, text, token: text })),
  fc
    .tuple(jsonValues, spokenTexts)
    .map(([value, text]) => JSON.stringify(JSON.stringify([value, { text, secret: text }]))),
);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** No known secret is left, in any form it may be written in. */
function secretRule(text: string): void {
  const clean = redactor.text(text);
  ok(!forms.some((form) => clean.includes(form)), `the secret is left: ${clean}`);
}

/** What was JSON is still JSON, and what is clean stays as it is. */
function jsonRule(text: string): void {
  const clean = redactor.text(text);
  if (isJson(text)) ok(isJson(clean), `no JSON any more: ${clean}`);
  equal(redactor.text(clean), clean);
}

export const redactedSecret = target('redacted-secret', inputs, secretRule);

export const redactedJson = target('redacted-json', inputs, jsonRule);

export const ledRedaction = led({
  name: 'led-redaction',
  seeds: [...spoken, JSON.stringify({ token: [canary, { a: 1 }], text: JSON.stringify({ secret: canary }) })],
  words: [...spoken, '"token":', '\\"secret\\":', '\\u0022', '://a:b@', '?code=', '[{"'],
  rule: (input) => {
    const text = input.toString();
    secretRule(text);
    jsonRule(text);
  },
});
