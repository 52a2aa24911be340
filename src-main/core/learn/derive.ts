import type { Fill, LearnedName, LearnedProfile, Presence } from '../../shared/learned-profile.ts';
import type { Transport } from '../../shared/model.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Sample } from './samples.ts';

type Part = 'headers' | 'fields' | 'clientMetadata' | 'turnMetadata';

export interface DeriveQuestion {
  readonly version: string;
  readonly learnedAt: number;
  /** Turns of separate runs, each in a home of its own: what is the same in all of them is the same for everybody. */
  readonly samples: readonly Sample[];
  /** Names of this machine and its user: a value with one of them is nobody else's to send. */
  readonly privateTexts: readonly string[];
}

const maxConstantChars = 200;
const idsAndKeys = /[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{16,}|eyJ[\w-]|\d{10,}|\bsk-|\brt_/i;
/** Before the constants: a turn's own facts win over a text that happens to be the same. */
const factKinds = ['session', 'window', 'turn', 'version', 'model', 'originator', 'installation'] as const;

/** Whether a value could stand in anybody's request: short, plain, and naming neither a person nor a machine. */
export function isForEverybody(value: Json | undefined, privateTexts: readonly string[]): boolean {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return true;
  if (typeof value !== 'string' || value.length > maxConstantChars || !/^[\x20-\x7e]*$/.test(value)) return false;
  const text = value.toLowerCase();
  return !idsAndKeys.test(value) && !privateTexts.some((own) => own.length >= 3 && text.includes(own.toLowerCase()));
}

const isNested = (value: Json): value is readonly Json[] | JsonObject => typeof value === 'object' && value !== null;

/** On a websocket's upgrade there is no turn yet, so that its empty id stands for the turn's. */
const factOf = (sample: Sample, kind: (typeof factKinds)[number], part: Part) =>
  part === 'headers' && sample.transport === 'ws' && kind === 'turn' ? null : sample.facts[kind];

function fillOf(part: Part, name: string, there: readonly Sample[], privateTexts: readonly string[]): Fill | null {
  const [first] = there;
  if (first === undefined) return null;
  const value = first[part].get(name);
  const same = there.every((sample) => sample[part].get(name) === value);
  for (const kind of factKinds) {
    const isFact = (sample: Sample) => {
      const fact = factOf(sample, kind, part);
      return fact !== null && fact !== '' && sample[part].get(name) === fact;
    };
    if (there.every(isFact)) return { kind };
  }
  if (!same || !isForEverybody(value, privateTexts)) return null;
  return value === undefined || isNested(value) ? null : { kind: 'constant', value };
}

function presence(part: Part, name: string, samples: readonly Sample[]): Presence {
  if (samples.length === 0) return 'unseen';
  const count = samples.filter((sample) => sample[part].has(name)).length;
  return count === 0 ? 'never' : count === samples.length ? 'always' : 'sometimes';
}

function namesOf(part: Part, { samples, privateTexts }: DeriveQuestion): LearnedName[] {
  const over = (transport: Transport) => samples.filter((sample) => sample.transport === transport);
  const [ws, http] = [over('ws'), over('http')];
  const names = [...new Set(samples.flatMap((sample) => [...sample[part].keys()]))].toSorted();
  return names.slice(0, 100).map((name) => {
    const there = samples.filter((sample) => sample[part].has(name));
    const values = new Set(there.map((sample) => JSON.stringify(sample[part].get(name))));
    return {
      name,
      on: { ws: presence(part, name, ws), http: presence(part, name, http) },
      value: values.size > 1 ? 'varies' : 'same',
      fill: part === 'headers' || part === 'fields' ? fillOf(part, name, there, privateTexts) : null,
    };
  });
}

/** `codex_exec/0.171.0 (Debian 12.0.0; x86_64) xterm (codex_exec; 0.171.0)` as its form; null for another. */
export function userAgentForm(userAgent: string, originator: string, version: string): string | null {
  const found = userAgent.match(/^([^/]+)\/(\S+) \(([^;()]+); ([^;()]+)\) (\S+)((?: \([^()]*\))?)$/);
  if (found === null || found[1] !== originator || found[2] !== version) return null;
  const tail = found[6] ?? '';
  const named = ` (${originator}; ${version})`;
  if (tail !== '' && tail !== named) return null;
  return `<originator>/<version> (<os>; <arch>) <terminal>${tail === '' ? '' : ' (<originator>; <version>)'}`;
}

/** A profile of what the installed command sent. */
export function deriveProfile(question: DeriveQuestion): LearnedProfile {
  const { version, learnedAt, samples, privateTexts } = question;
  const headers = namesOf('headers', question);
  const constant = (name: string) => {
    const fill = headers.find((each) => each.name === name)?.fill;
    return fill?.kind === 'constant' && typeof fill.value === 'string' ? fill.value : null;
  };
  const first = (name: string) => samples.find((sample) => sample.headers.has(name))?.headers.get(name) ?? null;
  const overHttp = samples.find(({ transport }) => transport === 'http');
  const originator = first('originator');
  const userAgent = first('user-agent');
  return {
    version,
    source: 'cli',
    learnedAt,
    originator: isForEverybody(originator, privateTexts) ? originator : null,
    userAgent: userAgent === null || originator === null ? null : userAgentForm(userAgent, originator, version),
    websocketBeta: constant('openai-beta'),
    betaFeatures: constant('x-codex-beta-features'),
    bodyEncoding: overHttp?.contentEncoding === 'zstd' ? 'zstd' : null,
    acceptEncoding: overHttp?.acceptEncoding?.slice(0, 200) ?? null,
    headers,
    fields: namesOf('fields', question),
    clientMetadata: namesOf('clientMetadata', question),
    turnMetadata: namesOf('turnMetadata', question),
  };
}
