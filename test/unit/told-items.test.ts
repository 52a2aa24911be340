import { expect, it } from 'vitest';
import type { JsonObject } from '../../src-main/core/json.ts';
import { ToldItems } from '../../src-main/core/turn/told-items.ts';

const done = (item: JsonObject) => Buffer.from(JSON.stringify({ type: 'response.output_item.done', item }));
const reference = (id: string) => ({ type: 'item_reference', id });
const message = (id: string, text = 'x') => ({ type: 'message', id, content: [{ type: 'output_text', text }] });
const inputFor = (items: ToldItems, ...ids: string[]) =>
  items.resolve({ input: ids.map(reference) })?.body.input ?? null;

it('keeps the latest items, as far as there is room', () => {
  const items = new ToldItems();
  const long = 'x'.repeat(1024 * 1024);
  for (let n = 0; n < 20; n += 1) items.keep(done(message(`msg_${n}`, long)));
  expect(inputFor(items, 'msg_0')).toBeNull();
  expect(inputFor(items, 'msg_19')).toEqual([message('msg_19', long)]);
  items.keep(done(message('msg_0', long.repeat(9))));
  expect(inputFor(items, 'msg_0', 'msg_19')).toBeNull();
  items.keep(done(message('msg_1')));
  expect(inputFor(items, 'msg_1')).toEqual([message('msg_1')]);
});

it('has the latest of what is told twice, and nothing of what has no id', () => {
  const items = new ToldItems();
  for (const text of ['a', 'b']) items.keep(done(message('msg_1', text)));
  items.keep(done({ type: 'message' }));
  items.keep(Buffer.from('no JSON'));
  expect(inputFor(items, 'msg_1')).toEqual([message('msg_1', 'b')]);
});

it('leaves a body as it is that names nothing known', () => {
  const items = new ToldItems();
  for (const input of ['text', null, [], [message('msg_1')], ['text'], [reference('msg_1')]])
    expect(items.resolve({ input })).toBeNull();
});
