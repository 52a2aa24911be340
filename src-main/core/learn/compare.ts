import type {
  LearnedName,
  LearnedProfile,
  PresenceByTransport,
  ProfileComparison,
  ProfileRow,
  ProfileValue,
} from '../../shared/learned-profile.ts';
import { noValue } from '../../shared/no-value.ts';
import { transports } from '../../shared/turn-words.ts';
import { tell } from '../../shared/words/told.ts';
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
  if (part === 'client metadata' || part === 'turn metadata') return tell('codex.note.claim');
  const filledPart = part === 'header' ? 'header' : 'body member';
  if (!mayFill(filledPart, learned.name)) return null;
  if (source === 'traffic') return tell('codex.note.traffic');
  if (learned.fill === null) return tell('codex.note.unfilled');
  if (!transports.some((transport) => learned.on[transport] === 'always')) return tell('codex.note.some');
  if (filledPart === 'header' && learned.fill.kind === 'constant' && typeof learned.fill.value !== 'string')
    return null;
  return tell('codex.note.sent');
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
      note: difference === 'gone' ? tell('codex.note.gone') : noteOf(part, found, goes, learned.source),
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
  return tell(there.length === 2 ? 'codex.on.both' : there[0] === 'ws' ? 'codex.on.ws' : 'codex.on.http');
};

const partIds = {
  header: 'header',
  'body member': 'body',
  'client metadata': 'client',
  'turn metadata': 'turn',
} as const satisfies Readonly<Record<Part, string>>;

/** A difference as a told sentence, with what becomes of it; null where there is none. */
function rowText(row: ProfileRow): string | null {
  const text = differenceText(row);
  return text === null || row.note === null ? text : tell('codex.difference.noted', { text, note: row.note });
}

function differenceText({ part, name, difference, learned, builtIn, value }: ProfileRow): string | null {
  const what = tell(`codex.of.${partIds[part]}`, { name });
  switch (difference) {
    case null:
      return null;
    case 'new': {
      const how = tell(value === 'varies' ? 'codex.value.varies' : 'codex.value.same');
      return tell('codex.new', { what, on: where(learned), how });
    }
    case 'gone':
      return tell('codex.gone', { what, on: where(builtIn) });
    case 'elsewhere':
      return tell('codex.elsewhere', { what, on: where(learned), before: where(builtIn) });
  }
}

function valueText({ name, builtIn, learned, differs }: ProfileValue): string | null {
  return differs ? tell('codex.value', { name, learned: learned ?? noValue, builtIn: builtIn ?? noValue }) : null;
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
