import { expect, it } from 'vitest';
import { answerHeaders } from '../../src-main/core/turn/answer-headers.ts';
import type { RawHeader } from '../../src-main/shared/model.ts';

it('a client is told what upstream’s own prefixes bring, new names included, and nothing of the connection', () => {
  const told: RawHeader[] = [
    ['openai-new', '1'],
    ['x-codex-new', '2'],
    ['x-openai-new', '3'],
    ['x-oai-request-id', '4'],
    ['x-oai-new', '5'],
    ['x-responsesapi-new', '6'],
  ];
  const kept: RawHeader[] = [
    ['set-cookie', 'a=b'],
    ['content-encoding', 'br'],
    ['x-openaix', '7'],
  ];
  expect(answerHeaders([...told, ...kept], true, null)).toEqual(told);
});
