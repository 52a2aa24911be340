import { describe, expect, it } from 'vitest';
import { isStrictSchema } from '../../src-main/core/dialects/strict-schema.ts';
import { isJsonObject, type JsonObject, objectMember } from '../../src-main/core/json.ts';
import { paths, read } from './messages-read.ts';

/** Tools of Anthropic's that clients run (its reference of tools; the input schemas of its provider in the AI SDK). */

const editing = ['command', 'path', 'file_text', 'insert_line', 'new_str', 'old_str', 'view_range'];
const pointing = ['action', 'coordinate', 'text'];
const moving = [...pointing, 'duration', 'scroll_amount', 'scroll_direction', 'start_coordinate'];
const keeping = [...editing, 'insert_text', 'old_path', 'new_path'];
const firstActions =
  'key type mouse_move left_click left_click_drag right_click middle_click double_click screenshot cursor_position';
const actions = `${firstActions} hold_key left_mouse_down left_mouse_up triple_click scroll wait`;
const screen = { display_width_px: 1024, display_height_px: 768 };

const kinds: readonly (readonly [tool: JsonObject, members: readonly string[], words: string])[] = [
  [{ type: 'bash_20241022', name: 'bash' }, ['command', 'restart'], ''],
  [{ type: 'bash_20250124', name: 'bash' }, ['command', 'restart'], ''],
  [{ type: 'bash_20990101', name: 'bash' }, ['command', 'restart'], ''],
  [{ type: 'text_editor_20241022', name: 'str_replace_editor' }, editing, 'view create str_replace insert undo_edit'],
  [{ type: 'text_editor_20250124', name: 'str_replace_editor' }, editing, 'view create str_replace insert undo_edit'],
  [
    { type: 'text_editor_20250429', name: 'str_replace_based_edit_tool' },
    [...editing, 'insert_text'],
    'view create str_replace insert',
  ],
  [
    { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool' },
    [...editing, 'insert_text'],
    'view create str_replace insert',
  ],
  [{ type: 'memory_20250818', name: 'memory' }, keeping, 'view create str_replace insert delete rename'],
  [{ type: 'computer_20241022', name: 'computer', ...screen }, pointing, firstActions],
  [{ type: 'computer_20250124', name: 'computer', ...screen }, moving, actions],
  [{ type: 'computer_20251124', name: 'computer', ...screen }, moving, actions],
  [
    { type: 'computer_20251124', name: 'computer', ...screen, enable_zoom: true },
    [...moving, 'region'],
    `${actions} zoom`,
  ],
];

function offered(tool: JsonObject): JsonObject {
  const tools = read({ tools: [tool] }).body.tools;
  const [first] = Array.isArray(tools) ? tools : [];
  return isJsonObject(first) ? first : {};
}

describe('a tool that Anthropic names and a client runs', () => {
  it.each(kinds)('%j is a function that takes %j', (tool, members, words) => {
    const made = offered(tool);
    expect([made.type, made.name, made.strict]).toEqual(['function', tool.name, false]);
    const parameters = objectMember(made, 'parameters');
    const properties = objectMember(parameters, 'properties') ?? {};
    expect(Object.keys(properties).toSorted()).toEqual([...members].toSorted());
    const verb = properties.action ?? properties.command;
    expect(isJsonObject(verb) ? (verb.enum ?? []) : null).toEqual(
      words === '' ? [] : expect.arrayContaining(words.split(' ')),
    );
    if (isJsonObject(verb) && Array.isArray(verb.enum)) expect(verb.enum.length).toBe(words.split(' ').length);
    // The AI SDK refuses a call that lacks one of these, and takes any that has no more.
    const always =
      tool.name === 'str_replace_editor' || tool.name === 'str_replace_based_edit_tool'
        ? ['command', 'path']
        : [tool.name === 'computer' ? 'action' : 'command'];
    expect(parameters?.required).toEqual(always);
    for (const member of Object.values(properties)) expect(member).toMatchObject({ description: expect.any(String) });
    expect(isStrictSchema(parameters ?? {})).toBe(false);
    expect(paths(read({ tools: [tool] }))).toEqual(expect.arrayContaining(['body.tools[0]']));
  });

  it('says what only its own members tell', () => {
    expect(offered({ type: 'computer_20250124', name: 'computer', ...screen }).description).toContain('1024 by 768');
    expect(offered({ type: 'computer_20250124', name: 'computer' }).description).toContain('the screen');
    const editor = { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool', max_characters: 900 };
    expect(offered(editor).description).toContain('900 characters');
  });

  it('can be chosen, and called in the history', () => {
    const turn = read({
      tools: [{ type: 'bash_20250124', name: 'bash' }],
      tool_choice: { type: 'tool', name: 'bash' },
      messages: [
        { role: 'user', content: 'list' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'bash', input: { command: 'ls' } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'a' }] },
      ],
    });
    expect(turn.body.tool_choice).toEqual({ type: 'function', name: 'bash' });
    expect(turn.body.input).toMatchObject([{}, { name: 'bash', arguments: '{"command":"ls"}' }, { output: 'a' }]);
  });

  it.each(['code_execution_20250825', 'web_fetch_20250910', 'computer_toolset_20260801', 'bash', 'bash_1'])(
    'is none of those that others run, or that are many, such as %s',
    (type) => {
      const turn = read({ tools: [{ type, name: 'x' }] });
      expect(turn.body.tools).toBeUndefined();
      expect(paths(turn)).toContain('body.tools[0]');
    },
  );
});

describe('a tool of the client’s own', () => {
  const clock = { name: 'clock', input_schema: { type: 'object' } };

  it.each([
    [
      { description: 'Tells.', input_examples: [{ zone: 'UTC' }, {}] },
      'Tells.\n\nExamples of its input:\n{"zone":"UTC"}\n{}',
    ],
    [{ input_examples: [{ zone: 'UTC' }] }, 'Examples of its input:\n{"zone":"UTC"}'],
    [{ description: 'Tells.', input_examples: [] }, 'Tells.'],
  ])('is told with its examples: %j', (more, description) => {
    expect(offered({ ...clock, ...more }).description).toBe(description);
  });

  it('that only code may call is called by the model itself, and that is named', () => {
    const called = (callers: readonly string[]) => paths(read({ tools: [{ ...clock, allowed_callers: callers }] }));
    expect(called(['code_execution_20250825'])).toContain('body.tools[0].allowed_callers');
    expect(called(['direct'])).not.toContain('body.tools[0].allowed_callers');
  });
});
