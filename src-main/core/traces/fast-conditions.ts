import type { FastCondition, Transport } from '../../shared/model.ts';
import { capital, defaultTier, isFastTier } from '../../shared/tiers.ts';

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
      name: `${capital(tier)} tier sent`,
      met: isFastTier(facts.tierSent),
      detail: `service_tier: ${facts.tierSent ?? 'left out'}`,
    },
    { name: 'Websocket upstream', met: facts.transport === 'ws', detail: facts.transport ?? 'nothing was sent' },
    {
      name: 'Routing hint names the tier',
      met: facts.routingHint?.endsWith(`;tier=${tier}`) ?? false,
      detail: facts.routingHint ?? 'no hint was sent',
    },
    {
      name: 'Official originator',
      met: facts.originator?.toLowerCase().startsWith('codex') ?? false,
      detail: facts.originator ?? 'no originator was sent',
    },
    {
      name: 'Model offers the tier',
      met: facts.modelHasTier === true,
      detail:
        facts.modelHasTier === null
          ? 'the catalogue does not know this model'
          : facts.modelHasTier
            ? 'listed in the catalogue'
            : 'not listed in the catalogue',
    },
  ];
}
