import { describe, expect, it } from 'vitest';
import type { Json } from '../../src-main/core/json.ts';
import { notesOf, read as readChat } from './chat-fixtures.ts';
import { read as readMessages } from './messages-read.ts';

/** A choice that names a tool which upstream is not given. */

const clock = { name: 'clock', input_schema: { type: 'object' } };
const tools: Json[] = [{ type: 'function', function: { name: 'clock' } }];
const named = (name: string) => ({ type: 'function', function: { name } });
const allowed = (mode: string, ...names: string[]) => ({
  tools,
  tool_choice: { type: 'allowed_tools', allowed_tools: { mode, tools: names.map(named) } },
});

describe('a choice of a tool that is not there', () => {
  it('is refused where it is demanded', () => {
    expect(() => readChat({ tools, tool_choice: named('gone') })).toThrow(/demands "gone"/);
    expect(() => readChat(allowed('required', 'gone'))).toThrow(/demands tools/);
    const fetched = { type: 'web_fetch_20250910', name: 'web_fetch' };
    const asked = { tools: [clock, fetched], tool_choice: { type: 'tool', name: 'web_fetch' } };
    expect(() => readMessages(asked)).toThrow(/demands "web_fetch"/);
  });

  it('is refused where there is none at all that could be called', () => {
    const fetched = [{ type: 'web_fetch_20250910', name: 'web_fetch' }];
    for (const choice of [{ type: 'tool', name: 'web_fetch' }, { type: 'any' }])
      expect(() => readMessages({ tools: fetched, tool_choice: choice })).toThrow(/there is none/);
    for (const choice of ['required', named('clock')])
      for (const none of [{}, { tools: [] }, { tools: null }])
        expect(() => readChat({ ...none, tool_choice: choice })).toThrow(/there is none/);
    expect(() => readChat({ functions: [{ name: 'clock' }], function_call: { name: 'gone' } })).toThrow(
      /demands "gone"/,
    );
  });

  it('is left out where there is none and none is demanded', () => {
    for (const choice of ['auto', 'none']) {
      expect(readChat({ tools: [], tool_choice: choice }).body).not.toHaveProperty('tool_choice');
      expect(notesOf({ tool_choice: choice })).toContain('dropped body.tool_choice');
      expect(readMessages({ tool_choice: { type: choice } }).body).not.toHaveProperty('tool_choice');
    }
  });

  it('becomes auto, or a choice among the others, where it is not, and that is named', () => {
    expect(readChat(allowed('auto', 'gone')).body.tool_choice).toBe('auto');
    expect(notesOf(allowed('auto', 'gone'))).toContain('set body.tool_choice');
    expect(readChat(allowed('auto', 'gone', 'clock')).body.tool_choice).toMatchObject({ tools: [{ name: 'clock' }] });
  });

  it('stays where it is there', () => {
    expect(readChat({ tools, tool_choice: named('clock') }).body.tool_choice).toEqual({
      type: 'function',
      name: 'clock',
    });
  });
});
