import type { Fill } from '../../shared/learned-profile.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Profile, TurnMetadataField } from './profiles/profile.ts';

/** Facts that the identity of a client which is not Codex is built from. */
export interface IdentityFacts {
  readonly profile: Profile;
  /** The effective session id, a UUID. */
  readonly sessionId: string;
  readonly installationId: string;
  readonly turnId: string;
  readonly turnStartedAtMs: number;
  readonly requestKind: 'turn' | 'prewarm';
  readonly model: string;
  readonly originator: string;
  readonly platform: Platform;
  /** False: the turn metadata stays away, to see what it is good for. */
  readonly sendsTurnMetadata: boolean;
}

/** Names of the machine as the official client writes them in its user agent. */
export interface Platform {
  /** `Debian 12.0.0`, `Mac OS 26.5.0`, `Windows 10.0.26100` */
  readonly os: string;
  readonly arch: string;
  readonly terminal: string;
}

/** Turn metadata with the profile's fields and no claims about sandboxes or agents; `turnId` is empty on an upgrade. */
export function turnMetadata(facts: IdentityFacts, where: 'upgrade' | 'frame'): string {
  const onUpgrade = where === 'upgrade';
  const values: Record<TurnMetadataField, string | number | undefined> = {
    installation_id: facts.installationId,
    session_id: facts.sessionId,
    thread_id: facts.sessionId,
    turn_id: onUpgrade ? '' : facts.turnId,
    window_id: `${facts.sessionId}:0`,
    request_kind: facts.requestKind,
    model: facts.model,
    turn_started_at_unix_ms: onUpgrade ? undefined : facts.turnStartedAtMs,
  };
  const told: Record<string, string | number | undefined> = {};
  for (const field of facts.profile.turnMetadata) told[field] = values[field];
  return JSON.stringify(told);
}

/** `client_metadata` with what the client sent kept and the profile's members added where they are missing (S3). */
export function clientMetadata(facts: IdentityFacts, sent: JsonObject | null): JsonObject {
  const ours: Record<string, string> = {
    session_id: facts.sessionId,
    thread_id: facts.sessionId,
    turn_id: facts.turnId,
    'x-codex-window-id': `${facts.sessionId}:0`,
    'x-codex-installation-id': facts.installationId,
  };
  const members: Record<string, Json | undefined> = {};
  for (const field of facts.profile.clientMetadata) members[field] = ours[field];
  if (facts.sendsTurnMetadata) members['x-codex-turn-metadata'] = turnMetadata(facts, 'frame');
  return { ...members, ...sent };
}

/** The user agent's form in every built-in profile. */
export const usualUserAgent = '<originator>/<version> (<os>; <arch>) <terminal> (<originator>; <version>)';

/** One turn after the other has the same. */
const userAgents = new BoundedMap<string, string>(50);

/** The user agent in the profile's form, with `_` for what a header cannot carry. */
export function userAgent({
  originator,
  platform,
  profile,
}: Pick<IdentityFacts, 'profile' | 'originator' | 'platform'>): string {
  const form = profile.userAgentForm ?? usualUserAgent;
  const words: Readonly<Record<string, string>> = { ...platform, originator, version: profile.version };
  const key = JSON.stringify([form, words]);
  const known = userAgents.get(key);
  if (known !== undefined) return known;
  const text = form.replaceAll(/<([a-z]+)>/g, (word, name) => words[name] ?? word).replaceAll(/[^\x20-\x7e]/g, '_');
  userAgents.set(key, text);
  return text;
}

/** What stands in a header or member of a learned profile; `turn` is empty on an upgrade, as in the turn metadata. */
export function filled(fill: Fill, facts: IdentityFacts, where: 'upgrade' | 'frame'): string | number | boolean | null {
  switch (fill.kind) {
    case 'constant':
      return fill.value;
    case 'session':
      return facts.sessionId;
    case 'window':
      return `${facts.sessionId}:0`;
    case 'turn':
      return where === 'upgrade' ? '' : facts.turnId;
    case 'model':
      return facts.model;
    case 'version':
      return facts.profile.version;
    case 'originator':
      return facts.originator;
    case 'installation':
      return facts.installationId;
  }
}
