import type { FastCondition, Transport } from '../../shared/model.ts';

interface FastFacts {
  readonly transport: Transport | null;
  readonly tierSent: string | null;
  readonly routingHint: string | null;
  readonly originator: string | null;
  readonly modelHasPriority: boolean | null;
}

/** The conditions under which upstream is known to grant fast (reference/peers.md §0), and whether this turn met them. */
export function fastConditions(facts: FastFacts): FastCondition[] {
  return [
    {
      name: 'Priority tier sent',
      met: facts.tierSent === 'priority',
      detail: `service_tier: ${facts.tierSent ?? 'left out'}`,
    },
    { name: 'Websocket upstream', met: facts.transport === 'ws', detail: facts.transport ?? 'nothing was sent' },
    {
      name: 'Routing hint names the tier',
      met: facts.routingHint?.endsWith(';tier=priority') ?? false,
      detail: facts.routingHint ?? 'no hint was sent',
    },
    {
      name: 'Official originator',
      met: facts.originator?.toLowerCase().startsWith('codex') ?? false,
      detail: facts.originator ?? 'no originator was sent',
    },
    {
      name: 'Model offers the tier',
      met: facts.modelHasPriority === true,
      detail:
        facts.modelHasPriority === null
          ? 'the catalogue does not know this model'
          : facts.modelHasPriority
            ? 'listed in the catalogue'
            : 'not listed in the catalogue',
    },
  ];
}
