import { describe, expect, it } from 'vitest';
import { roughInput } from '../../src-main/core/dialects/input-tokens.ts';
import { estimateText } from '../../src-main/core/dialects/text-tokens.ts';
import { estimateInput } from '../../src-main/core/dialects/token-estimate.ts';
import type { JsonObject } from '../../src-main/core/json.ts';

/** The estimate behind `count_tokens`, against what o200k_base makes of the same texts. */

const prose =
  'All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience and should act towards one another in a spirit of brotherhood. Everyone is entitled to all the rights and freedoms set forth in this Declaration.';
const german =
  'Die Würde des Menschen ist unantastbar. Sie zu achten und zu schützen ist Verpflichtung aller staatlichen Gewalt.';
const chinese = '人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。';
const code = `export function portOf(server: Server): number {
  const address = server.address() as AddressInfo;
  if (address === null) throw new Error('the server does not listen');
  return address.port;
}
`;
const json = JSON.stringify({
  model: 'gpt-5.5',
  stream: true,
  tools: [
    { type: 'function', name: 'clock', parameters: { type: 'object', properties: { zone: { type: 'string' } } } },
  ],
});
const log = '2026-11-23T22:10:04.123Z INFO request id=7919 path=/v1/messages status=200 took=36ms\n'.repeat(3);

describe('the estimate of a text', () => {
  it.each<[string, string, number]>([
    ['English', prose, 48],
    ['German', german, 25],
    ['Chinese', chinese, 37],
    ['code', code, 44],
    ['JSON', json, 41],
    ['a log', log, 102],
  ])('is within a fifth of the vocabulary: %s', (_what, text, tokens) => {
    expect(estimateText(text) / tokens).toBeGreaterThan(0.8);
    expect(estimateText(text) / tokens).toBeLessThan(1.2);
  });

  it('of nothing is nothing', () => {
    expect(estimateText('')).toBe(0);
  });
});

describe.each<[string, (body: JsonObject) => number | Promise<number>]>([
  ['the estimate of a body', estimateInput],
  ['the rough estimate of a body', roughInput],
])('%s', (_which, estimate) => {
  const message = (...content: JsonObject[]) => ({ type: 'message', role: 'user', content });

  it('counts texts, tools and formats, and each item a little', async () => {
    const text = { type: 'input_text', text: prose };
    const one = await estimate({ input: [message(text)] });
    const two = await estimate({ input: [message(text), message(text)] });
    const tools = await estimate({ input: [message(text)], tools: [{ type: 'function', name: 'clock' }] });
    expect(one).toBeGreaterThan(48);
    expect(two).toBeGreaterThanOrEqual(2 * one - 1);
    expect(tools).toBeGreaterThan(one + 5);
  });

  it('does not take the bytes of an image or a document for text', async () => {
    const data = 'A'.repeat(400_000);
    const image = await estimate({
      input: [message({ type: 'input_image', image_url: `data:image/png;base64,${data}` })],
    });
    const file = await estimate({ input: [message({ type: 'input_file', file_data: data })] });
    expect(image).toBeLessThan(2_000);
    expect(file).toBeLessThan(20_000);
  });
});

it('an estimate lets other work go on while it reads a long text', async () => {
  let turns = 0;
  const tick = setInterval(() => {
    turns += 1;
  }, 0);
  await estimateInput({ input: [{ role: 'user', content: prose.repeat(8_000) }] });
  clearInterval(tick);
  expect(turns).toBeGreaterThan(3);
});

it.each([prose, german, chinese, code, json, log])(
  'the rough estimate knows a text by its length: %s',
  async (text) => {
    const body = { input: [{ role: 'user', content: text.repeat(500) }] };
    const share = roughInput(body) / (await estimateInput(body));
    expect(share).toBeGreaterThan(0.6);
    expect(share).toBeLessThan(1.6);
  },
);

it('the rough estimate knows a long list by some of its members', async () => {
  const of = (items: number) =>
    roughInput({ input: Array.from({ length: items }, () => ({ role: 'user', content: prose })) });
  expect(of(20_000) / of(20)).toBeCloseTo(1_000, -1);
  expect(roughInput({ input: [] })).toBe(0);
});
