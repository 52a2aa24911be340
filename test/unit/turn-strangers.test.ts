import { describe, expect, it } from 'vitest';
import { Issuers } from '../../src-main/core/turn/issuers.ts';
import { noteSealed, withoutStrangeReasoning, withoutStrangeState } from '../../src-main/core/turn/strangers.ts';
import { makeEvent } from '../../src-main/core/wire-event.ts';
import { tell } from '../../src-main/shared/words/told.ts';

const reasoning = (sealed: string) => ({ type: 'reasoning', summary: [], encrypted_content: sealed });
const message = { type: 'message', role: 'user', content: 'hello' };

function known(): Issuers {
  const issuers = new Issuers();
  issuers.note('of-a', 'a');
  issuers.note('of-b', 'b');
  return issuers;
}

describe('a turn state', () => {
  it.each([
    ['of the account itself goes', 'of-a', true],
    ['of another account does not go', 'of-b', false],
    ['of nobody known does not go', 'made-up', false],
  ])('%s', (_name, value, isKept) => {
    const { kept, changes } = withoutStrangeState(
      [
        ['X-Codex-Turn-State', value],
        ['version', '1'],
      ],
      known(),
      'a',
    );
    expect(kept.some(([, sent]) => sent === value)).toBe(isKept);
    expect(kept).toContainEqual(['version', '1']);
    const dropped = { path: 'headers.x-codex-turn-state', why: tell('why.state.stranger') };
    expect(changes).toMatchObject(isKept ? [] : [dropped]);
  });
});

describe('sealed reasoning', () => {
  const items = [message, reasoning('of-b'), reasoning('of-a'), reasoning('unknown'), message];

  it('of another account is left out as a named change, and no other is', () => {
    const { kept, changes } = withoutStrangeReasoning(items, known(), 'a', false);
    expect(kept).toEqual([message, reasoning('of-a'), reasoning('unknown'), message]);
    expect(changes).toEqual([
      {
        step: 'body',
        path: 'body.input[1]',
        action: 'removed',
        why: tell('why.sealed.stranger'),
      },
    ]);
  });

  it('is left out altogether once upstream could not read it', () => {
    const { kept, changes } = withoutStrangeReasoning(items, known(), 'a', true);
    expect(kept).toEqual([message, message]);
    expect(changes).toHaveLength(3);
  });

  it('is known by the finished item that brought it', () => {
    const issuers = new Issuers();
    noteSealed(makeEvent({ type: 'response.output_item.done', item: reasoning('new') }), issuers, 'a');
    noteSealed(makeEvent({ type: 'response.output_item.added', item: reasoning('early') }), issuers, 'a');
    expect([issuers.of('new'), issuers.of('early')]).toEqual(['a', null]);
  });
});

describe('the memory of issuers', () => {
  it('forgets the value that was seen longest ago', () => {
    const issuers = new Issuers(2);
    for (const value of ['one', 'two', 'one', 'three']) issuers.note(value, 'a');
    expect([issuers.size, issuers.of('one'), issuers.of('two'), issuers.of('three')]).toEqual([2, 'a', null, 'a']);
  });
});
