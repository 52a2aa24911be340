import type { ClientView } from '../../../src-main/shared/client-model.ts';
import type { Translate } from '../../../src-main/shared/words/words.ts';

/** What a client is called: programs have one name in every language. */
export function clientName(t: Translate, { id, name }: ClientView): string {
  return id === 'generic' ? t('clients.generic') : name;
}
