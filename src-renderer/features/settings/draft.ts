import { isProxyAddress } from '../../../src-main/shared/proxy-address.ts';
import type { AppSettings } from '../../../src-main/shared/settings.ts';
import {
  isCollectorAddress,
  maxOriginChars,
  maxOrigins,
  originatorPattern,
  settingRanges,
} from '../../../src-main/shared/settings-limits.ts';
import type { Translate } from '../../../src-main/shared/words/words.ts';

/** The settings as they stand in fields: texts until they are read. */
export interface Draft {
  readonly originator: string;
  readonly proxyUrl: string;
  readonly caFile: string;
  readonly otlpEndpoint: string;
  /** One a line. */
  readonly allowedOrigins: string;
  readonly traceDays: string;
  readonly traceTurns: string;
  readonly traceMegabytes: string;
  readonly traceBodies: boolean;
}

export type DraftField = keyof Draft;
export type Problems = Partial<Record<DraftField, string>>;

/** The fields of settings as they are. */
export function draftOf(settings: AppSettings): Draft {
  return {
    originator: settings.originator,
    proxyUrl: settings.proxyUrl ?? '',
    caFile: settings.caFile ?? '',
    otlpEndpoint: settings.otlpEndpoint ?? '',
    allowedOrigins: settings.allowedOrigins.join('\n'),
    traceDays: String(settings.traceDays),
    traceTurns: String(settings.traceTurns),
    traceMegabytes: String(settings.traceMegabytes),
    traceBodies: settings.traceBodies,
  };
}

/** What fields that are being edited were set to meanwhile, on another page or by a command. */
export function setElsewhere(edits: Partial<Draft>, bases: Partial<Draft>, settings: AppSettings): Partial<Draft> {
  const now = draftOf(settings);
  const others = Object.entries(now).filter(([name, value]) => {
    const field = name as DraftField;
    const [base, edit] = [bases[field], edits[field]];
    return base !== undefined && edit !== undefined && value !== base && value !== edit;
  });
  return Object.fromEntries(others);
}

export interface ReadDraft {
  /** What differs from the settings as they are, and is right. */
  readonly patch: Partial<AppSettings>;
  /** What is wrong, by field, in words that say how to mend it. */
  readonly problems: Problems;
}

/** Reads the fields: what they change, and what is wrong with them. */
export function readDraft(t: Translate, draft: Draft, settings: AppSettings): ReadDraft {
  const before = draftOf(settings);
  const changed = <K extends DraftField>(field: K): Draft[K] | null =>
    draft[field] === before[field] ? null : draft[field];
  const problems: Problems = {};
  const patch: Partial<{ -readonly [K in keyof AppSettings]: AppSettings[K] }> = {};

  const originator = changed('originator')?.trim();
  if (originator !== undefined) {
    if (originatorPattern.test(originator)) patch.originator = originator;
    else problems.originator = t('settings.wrong.originator');
  }
  const proxyUrl = changed('proxyUrl')?.trim();
  if (proxyUrl !== undefined) {
    if (proxyUrl === '') patch.proxyUrl = null;
    else if (isProxyAddress(proxyUrl)) patch.proxyUrl = proxyUrl;
    else problems.proxyUrl = t('settings.wrong.proxy');
  }
  const caFile = changed('caFile')?.trim();
  // Whether it can be read is for the program to say.
  if (caFile !== undefined) patch.caFile = caFile === '' ? null : caFile;
  const otlpEndpoint = changed('otlpEndpoint')?.trim();
  if (otlpEndpoint !== undefined) {
    if (otlpEndpoint === '') patch.otlpEndpoint = null;
    else if (isCollectorAddress(otlpEndpoint)) patch.otlpEndpoint = otlpEndpoint;
    else problems.otlpEndpoint = t('metrics.collectorWrong');
  }
  const origins = changed('allowedOrigins')?.split(/\s+/).filter(Boolean);
  if (origins !== undefined) {
    const wrong = origins.find((origin) => !isOrigin(origin));
    if (wrong !== undefined) problems.allowedOrigins = t('settings.wrong.origin', { origin: wrong });
    else if (origins.length > maxOrigins) problems.allowedOrigins = t('settings.wrong.origins', { most: maxOrigins });
    else patch.allowedOrigins = origins;
  }
  for (const field of ['traceDays', 'traceTurns', 'traceMegabytes'] as const) {
    const text = changed(field)?.trim();
    if (text === undefined) continue;
    const { min, max } = settingRanges[field];
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= min && number <= max) patch[field] = number;
    else problems[field] = t('settings.wrong.number', { name: t(numberNames[field]), min, max });
  }
  const traceBodies = changed('traceBodies');
  if (traceBodies !== null) patch.traceBodies = traceBodies;
  return { patch, problems };
}

const numberNames = {
  traceDays: 'settings.days',
  traceTurns: 'settings.turns',
  traceMegabytes: 'settings.megabytes',
} as const;

function isHttpUrl(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === 'http:' || protocol === 'https:';
}

/** As a browser sends it: scheme, host and port, nothing after them. */
function isOrigin(text: string): boolean {
  return text.length <= maxOriginChars && isHttpUrl(text) && URL.parse(text)?.origin === text;
}
