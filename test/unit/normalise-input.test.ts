import { describe, expect, it } from 'vitest';
import { looksEncrypted } from '../../src-main/core/encrypted-reasoning.ts';
import { isJsonObject, type Json, type JsonObject } from '../../src-main/core/json.ts';
import { cleanInput, validItemId } from '../../src-main/core/normalise/input-items.ts';
import { atOnce } from '../../src-main/core/slices.ts';

/** Items of `input` of clients that are not Codex; cases of PROTOCOL.md, Numbered cases. */

function cleaned(items: readonly Json[]): { items: Json | undefined; notes: string[] } {
  const notes: string[] = [];
  const result = atOnce(cleanInput(items, (path, action) => notes.push(`${action} ${path}`)));
  return { items: result, notes };
}

/** A text in the outer form of a Fernet token, with `blocks` cipher blocks. */
function fernet(blocks: number, more = 0): string {
  const bytes = Buffer.alloc(57 + blocks * 16 + more, 7);
  bytes[0] = 0x80;
  bytes.fill(0, 1, 5);
  return bytes.toString('base64url');
}

const longId = (prefix: string) => `${prefix}_${'x'.repeat(80)}`;

describe('case 8: item ids', () => {
  it.each([
    ['message', 'item_x', 'msg_item_x'],
    ['message', 'msg_1', 'msg_1'],
    ['reasoning', '1', 'rs_1'],
    ['function_call', 'call_1', 'fc_call_1'],
    ['function_call', 'fc_1', 'fc_1'],
    ['custom_tool_call', 'fc_1', 'ctc_fc_1'],
    ['custom_tool_call_output', 'x', 'ctco_x'],
    ['function_call_output', 'anything', 'anything'],
    ['web_search_call', 'ws_1', 'ws_1'],
  ])('a %s with id %s goes as %s', (type, id, expected) => {
    expect(validItemId(id, type)).toBe(expected);
  });

  it.each(['message', 'function_call', 'function_call_output'])(
    'shortens a long id of a %s to 64 characters',
    (type) => {
      const short = validItemId(longId('id'), type);
      expect(short).toHaveLength(64);
      expect(short).toMatch(/^.{47}_[0-9a-f]{16}$/);
      expect(validItemId(longId('id'), type)).toBe(short);
      expect(validItemId(`${longId('id')}y`, type)).not.toBe(short);
    },
  );

  it('keeps an id of exactly 64 characters and cuts one of 65', () => {
    const exact = `msg_${'a'.repeat(60)}`;
    expect(validItemId(exact, 'message')).toBe(exact);
    expect(validItemId(`${exact}a`, 'message')).toHaveLength(64);
  });

  describe('that are different stay different', () => {
    const message = (id: string) => ({ type: 'message', id, role: 'user', content: 'x' });
    const idsOf = (...items: Json[]) => {
      const { items: result } = cleaned(items);
      return Array.isArray(result) ? result.map((item: Json) => (isJsonObject(item) ? item.id : null)) : [];
    };
    const marked = expect.stringMatching(/^msg_x_[0-9a-f]{16}$/);

    it.each([
      ['the valid one last', [message('x'), message('msg_x')], [marked, 'msg_x']],
      ['the valid one first', [message('msg_x'), message('x')], ['msg_x', marked]],
      [
        'the valid one of a type whose ids may be anything',
        [{ type: 'web_search_call', id: 'msg_x' }, message('x')],
        ['msg_x', marked],
      ],
      [
        'one that looks like the way out',
        [message('x'), message('msg_x'), message('msg_msg_x')],
        [marked, 'msg_x', 'msg_msg_x'],
      ],
    ])('where one would become another: %s', (_what, items, expected) => {
      expect(idsOf(...items)).toEqual(expected);
    });

    it('where even the way out is taken', () => {
      const [taken] = idsOf(message('x'), message('msg_x'));
      const ids = idsOf(message('x'), message('msg_x'), message(String(taken)));
      expect(new Set(ids).size).toBe(3);
      expect(ids.slice(1)).toEqual(['msg_x', taken]);
    });

    it('and the same id stays the same wherever it stands', () => {
      expect(idsOf(message('x'), message('y'), message('x'))).toEqual(['msg_x', 'msg_y', 'msg_x']);
      const [one, , three] = idsOf(message('x'), message('msg_x'), message('x'));
      expect(three).toBe(one);
    });

    it('also for types that are named like members of every object', () => {
      expect(idsOf({ type: 'constructor', id: 'x' }, { type: '__proto__', id: 'y' })).toEqual(['x', 'y']);
    });
  });

  it('leaves call ids alone, so that calls and outputs stay paired', () => {
    const call = { type: 'function_call', id: longId('x'), call_id: longId('call'), name: 'f', arguments: '{}' };
    const output = { type: 'function_call_output', id: longId('y'), call_id: longId('call'), output: 'ok' };
    const { items } = cleaned([call, output]);
    expect(items).toMatchObject([{ call_id: longId('call') }, { call_id: longId('call') }]);
  });

  it('drops an encrypted reasoning item whose id is too long, since renaming would break its seal', () => {
    const item = { type: 'reasoning', id: longId('rs'), encrypted_content: fernet(2), summary: [] };
    expect(cleaned([item])).toEqual({ items: [], notes: ['removed body.input[0]'] });
  });

  it('takes an item with a role and no type for a message', () => {
    expect(cleaned([{ id: '1', role: 'user', content: 'x' }]).items).toEqual([
      { id: 'msg_1', role: 'user', content: 'x' },
    ]);
  });
});

describe('case 9: reasoning items', () => {
  it('keeps a valid one as it is', () => {
    const item: JsonObject = { type: 'reasoning', id: 'rs_1', encrypted_content: fernet(2), summary: [] };
    const input = [item];
    expect(cleaned(input)).toEqual({ items: input, notes: [] });
    expect(cleaned(input).items).toBe(input);
  });

  it.each<[string, Json]>([
    ['a text that is no ciphertext', 'abc'],
    ['a number', 7],
    ['an object', { a: 1 }],
  ])('takes %s and the id away', (_what, encrypted) => {
    const { items, notes } = cleaned([{ type: 'reasoning', id: 'rs_1', encrypted_content: encrypted, summary: [] }]);
    expect(items).toEqual([{ type: 'reasoning', summary: [] }]);
    expect(notes).toEqual(['removed body.input[0].encrypted_content', 'removed body.input[0].id']);
  });

  it.each([undefined, null])(
    'takes the id away where the content is %s, since nothing is stored upstream',
    (encrypted) => {
      const item = {
        type: 'reasoning',
        id: 'rs_1',
        summary: [],
        ...(encrypted === null ? { encrypted_content: null } : {}),
      };
      expect(cleaned([item]).items).not.toMatchObject([{ id: 'rs_1' }]);
    },
  );

  it.each([
    ['a ciphertext of two blocks', fernet(2), true],
    ['the shortest ciphertext', fernet(1), true],
    ['no cipher block', fernet(0), false],
    ['a broken block', fernet(2, 5), false],
    ['padding as Python writes it', `${fernet(1)}=`, true],
    ['another version', Buffer.alloc(89, 9).toString('base64url'), false],
    ['a text that only begins so', 'gAAAAAbc', false],
    ['a character of another alphabet', `${fernet(2)}+`, false],
    ['nothing', '', false],
  ])('judges %s', (_what, text, expected) => {
    expect(looksEncrypted(text)).toBe(expected);
  });
});

describe('messages', () => {
  it.each<[JsonObject, string | undefined]>([
    [{ file_data: 'data:application/pdf;base64,AA' }, 'document.pdf'],
    [{ file_data: 'data:text/plain;base64,AA', filename: '' }, 'document.txt'],
    [{ file_data: 'data:application/json,{}', filename: null }, 'document.json'],
    [{ file_data: 'AA' }, 'document.pdf'],
    [{ file_data: 'data:application/pdf;base64,AA', filename: 'a.pdf' }, 'a.pdf'],
    [{ file_id: 'file-1' }, undefined],
    [{ file_url: 'https://x.example/a.pdf' }, undefined],
  ])('names a file that is sent without a name, as upstream demands: %j', (file, filename) => {
    const { items, notes } = cleaned([{ role: 'user', content: [{ type: 'input_file', ...file }] }]);
    const [item] = Array.isArray(items) ? items : [];
    const [part] = isJsonObject(item) && Array.isArray(item.content) ? item.content : [];
    expect(isJsonObject(part) ? part.filename : null).toBe(filename);
    expect(notes).toEqual(filename === (file.filename ?? undefined) ? [] : ['set body.input[0].content']);
  });

  it('case 4: takes prompt_cache_breakpoint out of content parts and keeps the rest of them', () => {
    const part = { type: 'input_text', text: 'x', prompt_cache_breakpoint: { type: 'ephemeral' } };
    const { items, notes } = cleaned([{ role: 'user', content: [part, { type: 'input_text', text: 'y' }] }]);
    expect(items).toEqual([
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'x' },
          { type: 'input_text', text: 'y' },
        ],
      },
    ]);
    expect(notes).toHaveLength(1);
  });

  it('case 1: calls system messages developer, and says so', () => {
    expect(cleaned([{ role: 'system', content: 'x' }])).toEqual({
      items: [{ role: 'developer', content: 'x' }],
      notes: ['set body.input[0].role'],
    });
  });

  it('keeps image detail and members it does not know', () => {
    const input = [
      { role: 'user', content: [{ type: 'input_image', image_url: 'data:,', detail: 'high' }], phase: 'x' },
    ];
    expect(cleaned(input).items).toBe(input);
  });

  it('leaves items that are no objects to upstream to judge', () => {
    const input = [null, 'text', 3, ['x']];
    expect(cleaned(input)).toEqual({ items: input, notes: [] });
  });
});

it('rests while it looks through many items, and gives the same as without', () => {
  const items = Array.from({ length: 5_500 }, (_none, number) => ({ role: 'system', content: '', id: `i${number}` }));
  const work = cleanInput(items, () => {});
  let rests = 0;
  let next = work.next();
  for (; !next.done; next = work.next()) rests += 1;
  // Both to learn which ids are valid and to mend the others.
  expect(rests).toBe(2 * 5);
  expect(next.value).toEqual(items.map((item) => ({ ...item, role: 'developer', id: `msg_${item.id}` })));
});
