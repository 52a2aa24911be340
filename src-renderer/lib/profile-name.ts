import type { Translate } from '../../src-main/shared/words/words.ts';

/** A Codex profile by its id in traces, for people: a learned one says in their language where it is from. */
export function profileName(t: Translate, id: string): string {
  const [, version = '', source] = /^(\S+) (learned|seen)$/.exec(id) ?? [];
  if (source === 'learned') return t('codex.id.learned', { version });
  return source === 'seen' ? t('codex.id.seen', { version }) : id;
}
