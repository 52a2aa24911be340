import { expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { modelNotFound } from '../../src-main/core/turn/model-refusal.ts';
import { refusalError, refusalFromEvent, refusalFromResponse } from '../../src-main/core/turn/refusal.ts';
import type { Dialect } from '../../src-main/shared/model.ts';

/** Upstream's no to a model, as clients of each dialect are told it (PROTOCOL.md, Other dialects). */

const words = "The 'gpt-4o' model is not supported when using Codex with a ChatGPT account.";

function told(status: number, body: JsonObject, dialect: Dialect) {
  const error = modelNotFound(refusalError(refusalFromResponse(status, [], JSON.stringify(body))), dialect);
  return [error.status, error.message, error.upstreamBody];
}

it.each<[string, number, JsonObject, string]>([
  ['as a detail', 400, { detail: words }, words],
  ['as an error without a code', 400, { error: { type: 'invalid_request_error', message: words } }, words],
  ['by its code', 400, { error: { code: 'model_not_supported', message: 'No.' } }, 'No.'],
  [
    'of a plan',
    403,
    { error: { message: 'This model is not available on your plan.' } },
    'This model is not available on your plan.',
  ],
])('is not found for Chat and Messages, and as upstream said it for Responses: %s', (_how, status, body, message) => {
  const { error = {} } = body;
  const found = { error: { ...Object(error), message, type: 'invalid_request_error', code: 'model_not_found' } };
  for (const dialect of ['chat', 'messages'] as const)
    expect(told(status, body, dialect)).toEqual([404, message, found]);
  expect(told(status, body, 'responses')).toEqual([status, message, body]);
});

it('is not found where a websocket says it', () => {
  const event = { type: 'error', status: 400, error: { type: 'invalid_request_error', message: words } };
  expect(modelNotFound(refusalError(refusalFromEvent(event)), 'chat').status).toBe(404);
});

it.each<[string, number, JsonObject]>([
  ['something else of a plan', 400, { error: { message: 'This feature requires a Pro plan.' } }],
  [
    'a value that the model does not take',
    400,
    { error: { message: `Unsupported value: 'x' is not supported with the 'y' model.`, param: 'reasoning.effort' } },
  ],
  ['a model that is full', 503, { error: { message: 'The selected model is at capacity.' } }],
  ['a region', 403, { error: { code: 'unsupported_country_region_territory', message: 'Not here.' } }],
])('stays as it was where it is about something else: %s', (_what, status, body) => {
  expect(told(status, body, 'chat')[0]).toBe(status);
});
