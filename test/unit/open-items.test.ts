import { describe, expect, it } from 'vitest';
import { OpenItems } from '../../src-main/core/dialects/open-items.ts';
import type { Json, JsonObject } from '../../src-main/core/json.ts';
import { makeEvent } from '../../src-main/core/wire-event.ts';
import { added, args, call, done, type Event, text } from './chat-scripts.ts';

/** The items of an answer that ended before they did. */

const message = (id: string, said: string): JsonObject => ({
  type: 'message',
  id,
  content: [{ type: 'output_text', text: said }],
});
const begun = (id: string, index: number): Event => added({ type: 'message', id, content: [] }, index);

function listed(events: readonly Event[], output: Json = [], status = 'incomplete'): readonly Json[] {
  const items = new OpenItems();
  for (const event of events) items.note(makeEvent(event));
  return items.listed({ status, output });
}

const cut = (id: string, said: string) => ({
  ...{ id, type: 'message', status: 'incomplete' },
  content: [{ type: 'output_text', text: said }],
});

describe('what an end leaves out', () => {
  it('stands where it began', () => {
    const events = [begun('a', 0), text('one', 'a', 0), begun('b', 1), text('two', 'b', 1), done(message('b', '2'), 1)];
    expect(listed(events, [message('b', '2')])).toMatchObject([cut('a', 'one'), message('b', '2')]);
  });

  it('is not told again where it is listed: by its id, or by its place in a whole list', () => {
    const events = [done(message('a', '1'), 0), begun('b', 1), text('two', 'b', 1)];
    const lists = [
      [message('b', '2')],
      [message('a', '1'), message('other', '2')],
      [message('a', '1'), { ...message('', '2'), id: null }],
    ];
    for (const list of lists) expect(listed(events, list)).toEqual(list);
    expect(listed(events, [{ ...message('', '1'), id: null }])).toMatchObject([{ id: null }, cut('b', 'two')]);
  });

  it('is whole where the response is', () => {
    const events = [begun('a', 0), text('one', 'a', 0)];
    expect(listed(events, null, 'completed')).toMatchObject([{ ...cut('a', 'one'), status: 'completed' }]);
  });

  it('is what says something: a text, a refusal, a summary, or a call of which nothing more is known', () => {
    const search = added({ type: 'web_search_call', id: 'ws_1', status: 'in_progress' }, 1);
    const refused: Event = {
      ...{ type: 'response.refusal.delta', item_id: 'b', output_index: 2, content_index: 0 },
      delta: 'No.',
    };
    const thought = { item_id: 'rs_1', output_index: 4, summary_index: 0 };
    const events: Event[] = [
      ...[begun('a', 0), search, begun('b', 2), refused, added(call('c', ''), 3)],
      added({ type: 'reasoning', id: 'rs_1', summary: [] }, 4),
      { type: 'response.reasoning_summary_part.added', ...thought, part: { type: 'summary_text', text: '' } },
      { type: 'response.reasoning_summary_text.delta', ...thought, delta: 'Hm.' },
    ];
    expect(listed(events)).toMatchObject([
      { id: 'b', content: [{ type: 'refusal', refusal: 'No.' }] },
      { call_id: 'call_c', status: 'incomplete', arguments: '' },
      { id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }] },
    ]);
  });

  it('has the texts that came whole, with what they have them from', () => {
    const place = { item_id: 'a', output_index: 0, content_index: 0 };
    const note = { type: 'url_citation', url: 'https://example.com/', title: '', start_index: 0, end_index: 3 };
    const events: Event[] = [
      begun('a', 0),
      { type: 'response.output_text.done', ...place, text: 'one' },
      { type: 'response.output_text.annotation.added', ...place, annotation: note },
      added(call('c', ''), 1),
      { type: 'response.function_call_arguments.done', item_id: 'fc_c', output_index: 1, arguments: '{"a":1}' },
    ];
    expect(listed(events)).toMatchObject([
      { id: 'a', content: [{ type: 'output_text', text: 'one', annotations: [note] }] },
      { call_id: 'call_c', arguments: '{"a":1}' },
    ]);
  });

  it('has texts whose item nobody told of, and no pieces that come after their item', () => {
    const nameless: Event = { type: 'response.output_text.delta', delta: 'one' };
    expect(listed([nameless, nameless])).toMatchObject([
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'oneone' }] },
    ]);
    const over = done(message('a', '1'), 0);
    expect(listed([over, text('late', 'a', 0), args('unknown', '{', 7)], [message('a', '1')])).toEqual([
      message('a', '1'),
    ]);
  });
});
