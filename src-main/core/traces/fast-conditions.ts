import type { FastCondition, Transport } from '../../shared/model.ts';
import { defaultTier, isFastTier } from '../../shared/tiers.ts';
import { tell } from '../../shared/words/told.ts';

interface FastFacts {
  readonly transport: Transport | null;
  readonly tierSent: string | null;
  readonly routingHint: string | null;
  readonly originator: string | null;
  readonly modelHasTier: boolean | null;
}

/** The conditions under which upstream is known to grant fast (PROTOCOL.md, Tiers), and whether this turn met them. */
export function fastConditions(facts: FastFacts): FastCondition[] {
  const tier = facts.tierSent !== null && isFastTier(facts.tierSent) ? facts.tierSent : defaultTier.id;
  return [
    {
      name: tell('fastTab.condition.tier', { tier }),
      met: isFastTier(facts.tierSent),
      detail: facts.tierSent === null ? tell('fastTab.detail.tierLeftOut') : `service_tier: ${facts.tierSent}`,
    },
    {
      name: tell('fastTab.condition.websocket'),
      met: facts.transport === 'ws',
      detail: tell(facts.transport === null ? 'fastTab.detail.nothing' : `transport.${facts.transport}`),
    },
    {
      name: tell('fastTab.condition.hint'),
      met: facts.routingHint?.endsWith(`;tier=${tier}`) ?? false,
      detail: facts.routingHint ?? tell('fastTab.detail.noHint'),
    },
    {
      name: tell('fastTab.condition.originator'),
      met: facts.originator?.toLowerCase().startsWith('codex') ?? false,
      detail: facts.originator ?? tell('fastTab.detail.noOriginator'),
    },
    {
      name: tell('fastTab.condition.model'),
      met: facts.modelHasTier === true,
      detail:
        facts.modelHasTier === null
          ? tell('fastTab.detail.unknown')
          : tell(facts.modelHasTier ? 'fastTab.detail.listed' : 'fastTab.detail.unlisted'),
    },
  ];
}
