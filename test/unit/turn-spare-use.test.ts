import { describe, expect, it } from 'vitest';
import { Session } from '../../src-main/core/turn/sessions.ts';
import { SpareUse } from '../../src-main/core/turn/spare-use.ts';
import type { SpareQuestion } from '../../src-main/core/turn/spares.ts';
import { upgradeKind } from '../../src-main/core/turn/spares.ts';
import type { TurnRequest } from '../../src-main/core/turn/turn.ts';
import { codexHeaders, foreignHeaders, sessionId } from './normalise-question.ts';
import { turnRig } from './turn-rig.ts';

const spareId = '01a2091d-4658-7212-b4e9-cfeda846ce7e';

interface Options {
  readonly request?: Partial<TurnRequest>;
  readonly minted?: 'now' | 'before' | null;
  readonly isTossed?: boolean;
  readonly hasFor?: boolean;
  readonly isWebsocket?: boolean;
}

/** A turn that has settled on a session's id; what it took, and what it would keep. */
async function settled({ request, minted = 'now', isTossed = false, hasFor = true, isWebsocket = true }: Options = {}) {
  const taken: string[] = [];
  const kept: SpareQuestion[] = [];
  const spares = {
    hasFor: () => hasFor,
    take: (_id: string, kind: string) => {
      taken.push(kind);
      return spareId;
    },
    keep: (question: SpareQuestion) => void kept.push(question),
  };
  const rig = await turnRig('a', { ...(isTossed ? { coin: () => 'priority' } : {}) });
  const context = { ...rig.context, spares: spares as never };
  const account = rig.store.get('a');
  if (account === null) throw new Error('no account');
  const session = new Session(sessionId, true, minted);
  const body = { model: 'gpt-5.5', input: [], service_tier: 'priority' };
  const asked = {
    kind: 'turn',
    headers: foreignHeaders,
    body,
    raw: Buffer.from(JSON.stringify(body)),
    ...request,
  } as TurnRequest;
  const use = new SpareUse(asked, session, context, context.settings());
  const ready = { account, routingOverride: null };
  use.settle(ready, isWebsocket);
  return { session, taken, kept, use, ready };
}

describe('a session whose id is Slipstream’s to give', () => {
  it('takes the id of the spare of its kind, and has another kept that takes what its own turn said of itself', async () => {
    const { session, taken, kept, use, ready } = await settled();
    expect([session.id, session.isUnheard, taken.length]).toEqual([spareId, false, 1]);
    const headers: [string, string][] = [['session-id', spareId]];
    use.served(ready, { headers, model: 'gpt-5.5', tierSent: 'priority' } as never);
    expect(kept).toMatchObject([{ account: { id: 'a' }, model: 'gpt-5.5', kind: upgradeKind(headers, spareId) }]);
    // The upgrade of a session to come is like the one that was taken.
    const next = new Session('01a2091d-4658-7212-b4e9-cfeda846ce7f', true, 'now');
    expect(upgradeKind(kept[0]?.upgradeOf(next).headers ?? [], next.id)).toBe(taken[0]);
    use.served(ready, { headers, model: 'gpt-5.5', tierSent: null } as never);
    expect(kept[1]?.upgradeOf(next).routingHint).toBe('model=gpt-5.5');
  });

  it.each<[string, Options, boolean]>([
    ['over HTTP', { isWebsocket: false }, true],
    ['where there is none', { hasFor: false }, true],
    ['where a coin decides its tier', { isTossed: true }, false],
    ['of a Codex client', { request: { headers: codexHeaders } }, false],
    ['of a turn that is none', { request: { kind: 'compact' } }, false],
    ['of a turn of our own', { request: { own: { fastPolicy: 'auto', transport: null, accountId: null } } }, false],
    ['that its client named', { minted: null }, false],
    ['that upstream has heard of', { minted: 'before' }, true],
  ])('keeps its own %s', async (_what, options, keeps) => {
    const { session, taken, kept, use, ready } = await settled(options);
    expect([session.id, taken, session.isUnheard]).toEqual([sessionId, [], false]);
    use.served(ready, { headers: [], model: 'gpt-5.5', tierSent: null } as never);
    expect(kept.length).toBe(keeps ? 1 : 0);
  });
});
