import type { PresenceByTransport } from './learned-profile.ts';

/** On which transports, in one word; in brackets where not on every turn. */
export function presenceWord({ ws, http }: PresenceByTransport): string {
  const isThere = (presence: string) => presence === 'always' || presence === 'sometimes';
  const there = [isThere(ws) ? 'ws' : null, isThere(http) ? 'HTTP' : null].filter((word) => word !== null);
  if (there.length === 0) return ws === 'unseen' && http === 'unseen' ? '?' : '–';
  const word = there.length === 2 ? 'both' : there.join();
  return [ws, http].includes('sometimes') ? `(${word})` : word;
}
