import { describe, expect, it } from 'vitest';
import { headerValue } from '../../src-main/core/headers.ts';
import { normalise } from '../../src-main/core/normalise/normalise.ts';
import { type CaptureName, captured, headerSet } from './captures.ts';
import { bodyOf, headerMap, metadataOf, questionFor, turnMetadataHeader } from './normalise-question.ts';

/** S7: the set of headers we send is the set the official client sends. Order is not stable there either, so sets are compared. */

const account = ['authorization', 'chatgpt-account-id'];
const upgradeOf = (name: CaptureName) => captured(name).upgrades[0] ?? [];
const frameOf = (name: CaptureName) => captured(name).frames[0] ?? {};
const postOf = (name: CaptureName) => captured(name).posts[0] ?? { headers: [], body: {} };
const sorted = (...lists: readonly (readonly string[])[]) => [...new Set(lists.flat())].sort();

describe('S7: the upgrade for a Codex client', () => {
  const bearer = questionFor(frameOf('bearer-ws'), { headers: upgradeOf('bearer-ws') });

  it('is what it sent, with the account, its version and the routing hint', () => {
    const added = ['chatgpt-account-id', 'version', 'x-codex-routing-hint'];
    expect(headerSet(normalise(bearer).headers)).toEqual(sorted(headerSet(upgradeOf('bearer-ws')), added));
  });

  it('is then the set of the official client with a ChatGPT login', () => {
    expect(headerSet(normalise(bearer).headers)).toEqual(headerSet(upgradeOf('default-official')));
  });

  it('with fast on is the set and the hint of the official client with fast', () => {
    const { headers } = normalise({ ...bearer, policy: 'on' });
    expect(headerSet(headers)).toEqual(headerSet(upgradeOf('tier-fast')));
    expect(headerValue(headers, 'x-codex-routing-hint')).toBe(
      headerValue(upgradeOf('tier-fast'), 'x-codex-routing-hint'),
    );
  });

  it('carries every value it sent, its credentials excepted', () => {
    const sent = headerMap(upgradeOf('bearer-ws'));
    const ours = headerMap(normalise(bearer).headers);
    for (const name of headerSet(upgradeOf('bearer-ws')).filter((one) => !account.includes(one))) {
      expect(ours[name], name).toBe(sent[name]);
    }
    expect(ours).toMatchObject({ authorization: 'Bearer account-token', 'chatgpt-account-id': 'workspace-1' });
  });

  it('records nothing but the account, the version and the hint', () => {
    const named = normalise(bearer).changes.map(({ path, action }) => `${action} ${path}`);
    expect(named.sort()).toEqual([
      'added headers.version',
      'added headers.x-codex-routing-hint',
      'set headers.authorization',
      'set headers.chatgpt-account-id',
    ]);
  });

  it('keeps the set of an official client that comes with everything', () => {
    const question = questionFor(frameOf('tier-fast'), { headers: upgradeOf('tier-fast') });
    const { headers } = normalise(question);
    expect(headerSet(headers)).toEqual(headerSet(upgradeOf('tier-fast')));
    expect(headerMap(headers)).toMatchObject({ 'x-codex-routing-hint': 'model=gpt-6.1-sol;tier=priority' });
  });

  it('of version 0.118 gains the hint alone, and no header that version did not have', () => {
    const question = questionFor(frameOf('old118-official-fast'), { headers: upgradeOf('old118-official-fast') });
    const { headers } = normalise(question);
    expect(headerSet(headers)).toEqual(sorted(headerSet(upgradeOf('old118-official-fast')), ['x-codex-routing-hint']));
    expect(headerValue(headers, 'x-codex-routing-hint')).toBe('model=gpt-5.3-codex;tier=priority');
    expect(headerValue(headers, 'user-agent')).toBeNull();
  });
});

describe('S7: the upgrade for any other client', () => {
  const foreign = questionFor({ model: 'gpt-6.1-sol', input: [] });

  it('has the set of the official client', () => {
    expect(headerSet(normalise(foreign).headers)).toEqual(headerSet(upgradeOf('v171-ws')));
  });

  it('with fast on still has it, and the hint names the tier', () => {
    const { headers } = normalise({ ...foreign, policy: 'on' });
    expect(headerSet(headers)).toEqual(headerSet(upgradeOf('v171-ws-fast')));
    expect(headerValue(headers, 'x-codex-routing-hint')).toBe('model=gpt-6.1-sol;tier=priority');
  });

  it('carries the values that are the same for everyone', () => {
    const official = headerMap(upgradeOf('v171-ws'));
    const ours = headerMap(normalise(foreign).headers);
    for (const name of ['openai-beta', 'version', 'x-codex-beta-features', 'x-codex-routing-hint']) {
      expect(ours[name], name).toBe(official[name]);
    }
  });

  it('has turn metadata whose members the official client has too', () => {
    const official = Object.keys(turnMetadataHeader(upgradeOf('v171-ws')));
    expect(official).toEqual(expect.arrayContaining(Object.keys(turnMetadataHeader(normalise(foreign).headers))));
  });
});

describe('S7: the POST', () => {
  it('for a Codex client is the set of the official client after a 426', () => {
    const { headers, body } = postOf('e-bearer-ws426');
    const shaped = normalise(questionFor(body, { headers, transport: 'http' }));
    expect(headerSet(shaped.headers)).toEqual(headerSet(postOf('o-ws426').headers));
  });

  it('for another client is the set of the newest official client', () => {
    const shaped = normalise(questionFor({ model: 'gpt-5.5', input: [] }, { transport: 'http' }));
    // What marks a model without tools of its own is no part of every request.
    const official = headerSet(postOf('v171-http').headers).filter((name) => !name.endsWith('-responses-lite'));
    expect(headerSet(shaped.headers)).toEqual(official);
  });

  it.each(['v118-http', 'o-ws426', 'v171-http', 'v171-http-fast'] as const)(
    'of a Codex client with a login of its own keeps the set of %s',
    (name) => {
      const { headers, body } = postOf(name);
      const shaped = normalise(questionFor(body, { headers, transport: 'http' }));
      const hint = name === 'v118-http' ? ['x-codex-routing-hint'] : [];
      expect(headerSet(shaped.headers)).toEqual(sorted(headerSet(headers), hint));
      expect(headerValue(shaped.headers, 'accept-encoding')).toBe(headerValue(headers, 'accept-encoding'));
      expect(shaped.body.toString()).toBe(JSON.stringify(body));
    },
  );

  it('has no openai-beta, which exists on an upgrade only', () => {
    const headers = upgradeOf('bearer-ws');
    const shaped = normalise(questionFor(frameOf('bearer-ws'), { headers, transport: 'http' }));
    expect(headerValue(shaped.headers, 'openai-beta')).toBeNull();
  });

  it('for a responses-lite model adds the marker that the official client sends there', () => {
    const { headers, body } = postOf('bearer-http');
    const shaped = normalise(questionFor(body, { headers, transport: 'http' }));
    const added = ['chatgpt-account-id', 'content-encoding', 'version', 'x-codex-routing-hint'];
    expect(headerSet(shaped.headers)).toEqual(sorted(headerSet(headers), added));
    expect(shaped.body.toString()).toBe(JSON.stringify(body));
  });
});

describe('S7: the body for a client that is not Codex', () => {
  it('has members of the official frame only, and instructions, which upstream wants of others', () => {
    const official = captured('v171-ws').frames.flatMap((frame) => Object.keys(frame));
    const body = bodyOf(normalise(questionFor({ model: 'gpt-6.1-sol', input: 'hi' })));
    expect(Object.keys(body).filter((key) => !official.includes(key))).toEqual(['instructions']);
  });

  it('has client metadata of the official members only, all of them texts', () => {
    const official = captured('v171-ws').frames.flatMap((frame) => Object.keys(metadataOf(frame)));
    const metadata = metadataOf(bodyOf(normalise(questionFor({ model: 'gpt-6.1-sol', input: 'hi' }))));
    expect(Object.keys(metadata).filter((key) => !official.includes(key))).toEqual([]);
    expect(Object.values(metadata).filter((value) => typeof value !== 'string')).toEqual([]);
  });
});
