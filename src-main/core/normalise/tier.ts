import type { FastPolicy } from '../../shared/model.ts';

/** What the tier rules look at (DESIGN §6, reference/codex-official.md §5). */
export interface TierQuestion {
  readonly policy: FastPolicy;
  /** `service_tier` as the client sent it; undefined when absent. */
  readonly asked: unknown;
  /** The model came as a `-fast` alias. */
  readonly fastAlias: boolean;
  /** Tiers the catalogue lists for the model; null for a model it does not know. */
  readonly listedTiers: readonly string[] | null;
  readonly isCodexClient: boolean;
}

export interface TierAnswer {
  /** `service_tier` to send; null omits the field. */
  readonly sent: string | null;
  readonly why: string;
}

const standardNames = new Set<unknown>([undefined, null, 'default', 'auto', 'standard', '']);

function clientTier(question: TierQuestion): TierAnswer {
  const { asked, fastAlias, listedTiers, isCodexClient } = question;
  if (fastAlias) return { sent: 'priority', why: 'the -fast model name asks for priority' };
  if (standardNames.has(asked)) return { sent: null, why: 'standard speed is said by leaving the field out' };
  if (asked === 'fast' || asked === 'priority') {
    if (listedTiers !== null && !listedTiers.includes('priority')) {
      return { sent: null, why: 'this model has no priority tier' };
    }
    return { sent: 'priority', why: asked === 'fast' ? 'upstream calls fast "priority"' : 'the client asked for it' };
  }
  if (asked === 'flex' && isCodexClient) return { sent: 'flex', why: 'the client asked for it' };
  if (typeof asked === 'string' && listedTiers?.includes(asked))
    return { sent: asked, why: 'the model lists this tier' };
  return { sent: null, why: 'upstream does not know this tier' };
}

/** Which tier goes upstream, and why. */
export function decideTier(question: TierQuestion): TierAnswer {
  switch (question.policy) {
    case 'off': {
      const answer = clientTier(question);
      return answer.sent === 'priority' ? { sent: null, why: 'fast mode is off' } : answer;
    }
    case 'on':
      if (question.listedTiers?.includes('priority')) return { sent: 'priority', why: 'fast mode is on' };
      return { sent: null, why: 'fast mode is on, but this model has no priority tier' };
    case 'auto':
      return clientTier(question);
  }
}
