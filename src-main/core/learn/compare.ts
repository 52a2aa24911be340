import type {
  LearnedName,
  LearnedProfile,
  PresenceByTransport,
  ProfileComparison,
  ProfileRow,
  ProfileValue,
} from '../../shared/learned-profile.ts';
import { transports } from '../../shared/turn-words.ts';
import { usualUserAgent } from '../normalise/identity.ts';
import { profileFor } from '../normalise/profiles/choose.ts';
import { learnedId, mayFill, wasSeen } from '../normalise/profiles/learned.ts';
import type { Profile } from '../normalise/profiles/profile.ts';
import { isOfClient } from './samples.ts';
import type { SentShape } from './sent-shape.ts';

type Part = ProfileRow['part'];

const never: PresenceByTransport = { ws: 'never', http: 'never' };
const isThere = (on: PresenceByTransport) =>
  transports.some((transport) => on[transport] === 'always' || on[transport] === 'sometimes');

/** Where a built-in profile has a name of the part. */
function builtInPresence(profile: Profile, part: Part, name: string): PresenceByTransport {
  if (part === 'client metadata' || part === 'turn metadata') {
    const known = part === 'client metadata' ? profile.capturedMetadata.client : profile.capturedMetadata.turn;
    return known.includes(name) ? { ws: 'sometimes', http: 'sometimes' } : never;
  }
  const of = (transport: 'ws' | 'http') => {
    const shape = profile.captured[transport];
    if (shape === null) return 'unseen';
    const [always, maybe] =
      part === 'header' ? [shape.headers, shape.optionalHeaders] : [shape.fields, shape.optionalFields];
    return always.includes(name) ? 'always' : maybe.includes(name) ? 'sometimes' : 'never';
  };
  return { ws: of('ws'), http: of('http') };
}

function builtInNames({ captured, capturedMetadata }: Profile, part: Part): string[] {
  if (part === 'client metadata') return [...capturedMetadata.client];
  if (part === 'turn metadata') return [...capturedMetadata.turn];
  const shapes = [captured.ws, captured.http].filter((shape) => shape !== null);
  return shapes.flatMap((shape) =>
    part === 'header' ? [...shape.headers, ...shape.optionalHeaders] : [...shape.fields, ...shape.optionalFields],
  );
}

const learnedNames = (learned: LearnedProfile, part: Part): readonly LearnedName[] =>
  ({
    header: learned.headers,
    'body member': learned.fields,
    'client metadata': learned.clientMetadata,
    'turn metadata': learned.turnMetadata,
  })[part];

/** How the learned profile differs; of clients that pass only what is new counts, since set-ups leave things out. */
function differenceOf(
  builtIn: PresenceByTransport,
  learned: PresenceByTransport,
  { source }: LearnedProfile,
): ProfileRow['difference'] {
  if (!isThere(builtIn)) return isThere(learned) ? 'new' : null;
  if (source === 'traffic') return null;
  const gone = transports.filter((transport) => builtIn[transport] === 'always' && learned[transport] === 'never');
  if (gone.length > 0 && !isThere(learned)) return 'gone';
  const moved = transports.filter(
    (transport) =>
      builtIn[transport] === 'never' && (learned[transport] === 'always' || learned[transport] === 'sometimes'),
  );
  return moved.length > 0 || gone.length > 0 ? 'elsewhere' : null;
}

/** Why a learned name is not sent for other clients, or what will be. */
function noteOf(
  part: Part,
  learned: LearnedName | undefined,
  sent: PresenceByTransport,
  source: LearnedProfile['source'],
): string | null {
  if (learned === undefined || isThere(sent)) return null;
  if (part === 'client metadata' || part === 'turn metadata')
    return 'a claim that only the client itself can make; not sent';
  const filledPart = part === 'header' ? 'header' : 'body member';
  if (!mayFill(filledPart, learned.name)) return null;
  if (source === 'traffic') return 'no value is kept of clients that pass; not sent';
  if (learned.fill === null) return 'its value cannot be filled truthfully; listed, not sent';
  if (!transports.some((transport) => learned.on[transport] === 'always')) return 'only on some turns; not sent';
  if (filledPart === 'header' && learned.fill.kind === 'constant' && typeof learned.fill.value !== 'string')
    return null;
  return 'sent for other clients once this profile is used';
}

function rowsOf(part: Part, learned: LearnedProfile, builtIn: Profile, sent: SentShape): ProfileRow[] {
  const known = learnedNames(learned, part);
  const names = new Set([...builtInNames(builtIn, part).filter(isOfClient), ...known.map(({ name }) => name)]);
  return [...names].toSorted().map((name) => {
    const found = known.find((each) => each.name === name);
    const seen = { ws: wasSeen(learned, 'ws'), http: wasSeen(learned, 'http') };
    const absent: PresenceByTransport = { ws: seen.ws ? 'never' : 'unseen', http: seen.http ? 'never' : 'unseen' };
    const [before, now, goes] = [builtInPresence(builtIn, part, name), found?.on ?? absent, sent.presence(part, name)];
    const difference = differenceOf(before, now, learned);
    return {
      part,
      name,
      builtIn: before,
      learned: now,
      sent: goes,
      value: found?.value ?? null,
      difference,
      note:
        difference === 'gone' ? 'this version does not send it any more' : noteOf(part, found, goes, learned.source),
    };
  });
}

function valuesOf(learned: LearnedProfile, builtIn: Profile, used: Profile): ProfileValue[] {
  const row = (
    name: string,
    before: string | null,
    now: string | null,
    sent: string | null,
    counts = true,
  ): ProfileValue => ({
    name,
    builtIn: before,
    learned: now,
    sent,
    // A name that came or went is told as a row.
    differs: counts && before !== null && now !== null && before !== now,
  });
  return [
    row('version', builtIn.version, learned.version, used.version, false),
    row('openai-beta', builtIn.websocketBeta, learned.websocketBeta, used.websocketBeta),
    row('x-codex-beta-features', builtIn.betaFeatures, learned.betaFeatures, used.betaFeatures),
    // How the bytes travel, which is no part of the shape.
    row('accept-encoding', builtIn.acceptEncoding, learned.acceptEncoding, used.acceptEncoding, false),
    row('content-encoding', builtIn.bodyEncoding, learned.bodyEncoding, used.bodyEncoding, false),
    row(
      'user-agent',
      builtIn.userAgentForm ?? usualUserAgent,
      learned.userAgent,
      used.userAgentForm ?? usualUserAgent,
      false,
    ),
  ];
}

const where = (on: PresenceByTransport) => {
  const there = transports.filter((transport) => on[transport] === 'always' || on[transport] === 'sometimes');
  return there.length === 2 ? 'websocket and HTTP' : there[0] === 'ws' ? 'websocket' : 'HTTP';
};

function rowText({ part, name, difference, learned, builtIn, value, note }: ProfileRow): string | null {
  const tail = note === null ? '' : `; ${note}`;
  switch (difference) {
    case null:
      return null;
    case 'new':
      return `new ${part} ${name} (${where(learned)}): ${value === 'varies' ? 'its value varies' : 'always the same value'}${tail}`;
    case 'gone':
      return `${part} ${name} (${where(builtIn)}) is gone${tail}`;
    case 'elsewhere':
      return `${part} ${name} is on ${where(learned)}, in the built-in profile on ${where(builtIn)}${tail}`;
  }
}

function valueText({ name, builtIn, learned, differs }: ProfileValue): string | null {
  return differs ? `${name} says ${learned}, in the built-in profile ${builtIn}` : null;
}

/** A learned profile beside the built-in one nearest to its version and beside what goes up for clients that are not Codex now. */
export function compareProfiles(learned: LearnedProfile, used: Profile, sent: SentShape): ProfileComparison {
  const builtIn = profileFor(learned.version);
  const parts: readonly Part[] = ['header', 'body member', 'client metadata', 'turn metadata'];
  const rows = parts.flatMap((part) => rowsOf(part, learned, builtIn, sent));
  const values = valuesOf(learned, builtIn, used);
  return {
    version: learned.version,
    source: learned.source,
    learnedAt: learned.learnedAt,
    builtIn: builtIn.id,
    used: used.id,
    isUsed: used.id === learnedId(learned),
    rows,
    values,
    differences: [...rows.map(rowText), ...values.map(valueText)].filter((text) => text !== null),
  };
}
