import { expect, it } from 'vitest';
import { frameLimitBytes, maxFrameBytes } from '../../src-main/core/upstream/frame-limit.ts';

it.each([
  ['20000', 20_001],
  [' 1 ', 2],
  [String(maxFrameBytes), maxFrameBytes],
  ['99999999999', maxFrameBytes],
  ['0', maxFrameBytes],
  ['-5', maxFrameBytes],
  ['1e3', maxFrameBytes],
  ['many', maxFrameBytes],
  ['9'.repeat(400), maxFrameBytes],
  ['', maxFrameBytes],
])('an upgrade that announces "%s" lets frames below %d through', (announced, expected) => {
  expect(frameLimitBytes([['X-Codex-Websocket-Max-Message-Bytes', announced]])).toBe(expected);
});

it('without a word the usual limit holds', () => {
  expect(frameLimitBytes([])).toBe(maxFrameBytes);
});
