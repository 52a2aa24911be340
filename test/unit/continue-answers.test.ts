import { expect, it } from 'vitest';
import { ContinueFilter } from '../../src-main/core/upstream/continue-answers.ts';

const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\nHTTP/1.1 100';
const go = 'HTTP/1.1 100 Continue\r\n\r\n';

/** What a reader gets of bytes that come cut into pieces. */
function read(filter: ContinueFilter, pieces: readonly string[]): string {
  return pieces.map((piece) => filter.take(Buffer.from(piece, 'latin1')).toString('latin1')).join('');
}

const kinds: readonly (readonly [label: string, before: string, left: string])[] = [
  ['nothing', '', ''],
  ['one', go, ''],
  ['three', go.repeat(3), ''],
  ['one with members', 'HTTP/1.1 100 Continue\r\nserver: x\r\ndate: y\r\n\r\n', ''],
  ['one of HTTP/1.0 without words', 'HTTP/1.0 100 \r\n\r\n', ''],
  ['one without a blank after its number', 'HTTP/1.1 100\r\n\r\n', ''],
  [
    'another interim answer',
    'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n',
    'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n',
  ],
];

it.each(kinds)('leaves the answer alone after %s, wherever the bytes are cut', (_, before, left) => {
  const all = `${before}${answer}`;
  for (let cut = 0; cut <= all.length; cut += 1) {
    const filter = new ContinueFilter();
    filter.expect();
    expect(read(filter, [all.slice(0, cut), all.slice(cut)])).toBe(`${left}${answer}`);
  }
  const filter = new ContinueFilter();
  filter.expect();
  expect(read(filter, [...all])).toBe(`${left}${answer}`);
});

it('looks for it before each answer, and not within one', () => {
  const filter = new ContinueFilter();
  expect(read(filter, [go])).toBe(go);
  filter.expect();
  expect(read(filter, [answer, go])).toBe(`${answer}${go}`);
  filter.expect();
  expect(read(filter, [go, answer])).toBe(answer);
});

it('hands on what begins like one and has no end', () => {
  const filter = new ContinueFilter();
  filter.expect();
  const endless = `HTTP/1.1 100 ${'x'.repeat(20_000)}`;
  expect(read(filter, [endless, endless])).toBe(`${endless}${endless}`);
});
