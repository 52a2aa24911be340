import type { PresenceByTransport } from './learned-profile.ts';
import { noValue } from './no-value.ts';
import type { Translate } from './words/words.ts';

/** On which transports, in one word; in brackets where not on every turn. */
export function presenceWord(t: Translate, { ws, http }: PresenceByTransport): string {
  const isThere = (presence: string) => presence === 'always' || presence === 'sometimes';
  const there = [isThere(ws) ? t('codex.presence.ws') : null, isThere(http) ? t('codex.presence.http') : null].filter(
    (word) => word !== null,
  );
  if (there.length === 0) return ws === 'unseen' && http === 'unseen' ? '?' : noValue;
  const word = there.length === 2 ? t('codex.presence.both') : there.join();
  return [ws, http].includes('sometimes') ? t('codex.presence.sometimes', { word }) : word;
}
