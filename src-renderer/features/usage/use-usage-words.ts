import { noValue } from '../../../src-main/shared/no-value.ts';
import { noneKey, otherKey, type PricedGroup, type UsageKey } from '../../../src-main/shared/usage-words.ts';
import type { TextId } from '../../../src-main/shared/words/texts.ts';
import { useAccountNames } from '../../hooks/use-account-names.ts';
import { useWords } from '../../stores/stores.ts';
import type { Measure } from './usage-figures.ts';

const noneTexts: Readonly<Record<Exclude<UsageKey, 'day' | 'tier'>, TextId>> = {
  model: 'usage.none.model',
  client: 'usage.none.client',
  project: 'usage.none.project',
  account: 'usage.none.account',
  key: 'usage.none.key',
};

const measureTexts: Readonly<Record<Measure, TextId>> = {
  tokens: 'usage.tokens',
  inputTokens: 'usage.input',
  outputTokens: 'usage.output',
  turns: 'usage.turns',
  quotaPercent: 'usage.quota',
  cost: 'usage.cost',
};

export interface UsageTexts {
  /** What a group is called. */
  nameOf(group: Pick<PricedGroup, 'keys' | 'accountLabel'>, key: UsageKey): string;
  measureName(measure: Measure): string;
  write(value: number | null, measure: Measure): string;
  /** A round figure beside the chart, without the zeros that say nothing; amounts keep theirs. */
  tick(value: number, measure: Measure): string;
  /** A day in the words of the language. */
  day(day: string): string;
}

/** How groups and figures of the usage screen are written. */
export function useUsageWords(currency: string | null): UsageTexts {
  const { t, format } = useWords();
  const accountName = useAccountNames();
  const plain = (id: TextId): string => (t as (id: TextId) => string)(id);
  const write: UsageTexts['write'] = (value, measure) => {
    if (value === null) return noValue;
    if (measure === 'cost') return currency === null ? '' : format.money(value, currency);
    if (measure === 'quotaPercent') return format.percent(Math.round(value * 10) / 10);
    return measure === 'turns' ? format.count(value) : format.tokens(value);
  };
  return {
    nameOf: ({ keys, accountLabel }, key) => {
      const value = keys[key] ?? noneKey;
      if (value === otherKey) return t('usage.other');
      if (key === 'tier') return value === noneKey ? t('usage.price.tier.none') : value;
      if (value === noneKey && key !== 'day') return plain(noneTexts[key]);
      return key === 'account' ? accountName({ id: value, label: accountLabel ?? value }) : value;
    },
    measureName: (measure) => plain(measureTexts[measure]),
    write,
    tick: (value, measure) => {
      const text = write(value, measure);
      return measure === 'cost' ? text : text.replace(/\.\d{1,2}(?=\D)/, (part) => String(Number(part)).slice(1));
    },
    day: format.weekday,
  };
}
