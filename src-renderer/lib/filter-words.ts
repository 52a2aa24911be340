import type { ListName } from '../../src-main/shared/trace-filter.ts';
import { absent, exchangeStatuses, transports } from '../../src-main/shared/turn-words.ts';
import type { Translate } from '../../src-main/shared/words/words.ts';

/** What a value of a filter is called: words of ours in the language of the moment, whatever else turns have had by `label`. */
export function valueWord(t: Translate, member: ListName, value: string, label = value): string {
  if (member === 'status') {
    const status = exchangeStatuses.find((each) => each === value);
    return status === undefined ? label : t(`filter.status.${status}`);
  }
  if (member === 'transport') {
    const transport = transports.find((each) => each === value);
    return transport === undefined ? label : t(`filter.transport.${transport}`);
  }
  if (value !== absent) return label;
  if (member === 'tier' || member === 'effort') return t(`filter.${member}.${absent}`);
  return label === absent ? t('filter.absent') : label;
}
