import { z } from 'zod';
import { cutText } from '../../shared/cut-text.ts';
import { tell } from '../../shared/words/told.ts';
import type { Told } from '../../shared/words/told-text.ts';
import { type Lift, type VerdictKind, verdictRow, verdictTable } from './verdict-table.ts';

const isVerdictKind = (kind: string): kind is VerdictKind => Object.hasOwn(verdictTable, kind);

/** One thing that upstream said of an account and that stands for a while. Times are epoch ms. */
export const Verdict = z.object({
  kind: z.string().refine(isVerdictKind),
  /** The model or the metered limit it is about; null for the whole account. */
  scope: z.string().nullable(),
  /** Of a metered limit: models known to count against it. */
  models: z.array(z.string()),
  saidAtMs: z.number(),
  untilMs: z.number(),
  /** How often in a row. */
  count: z.int().positive(),
  /** Upstream's own, cut; empty where it sent none. */
  words: z.string(),
});
export type Verdict = z.infer<typeof Verdict>;

/** What upstream has just said. */
export interface Saying {
  readonly kind: VerdictKind;
  readonly scope: string | null;
  readonly models: readonly string[];
  /** Null: as the table has it. */
  readonly untilMs: number | null;
  readonly words: string;
}

const maxVerdicts = 50;
const maxWords = 300;
/** A verdict from later than now was said under a clock that was wrong. */
const clockDriftMs = 2_000;
/** Turns that ask an account at the same moment hear the same. */
const sideBySideMs = 10_000;
/** One that ended this long ago has nothing to do with the next. */
const forgottenAfterMs = 24 * 60 * 60_000;

/** Whether it holds now. */
export function stands({ saidAtMs, untilMs }: Verdict, nowMs: number): boolean {
  return nowMs < untilMs && nowMs >= saidAtMs - clockDriftMs;
}

/** Whether it is about turns of this model; null stands for what is no turn. */
export function concerns({ kind, scope, models }: Verdict, model: string | null): boolean {
  switch (verdictRow(kind).about) {
    case 'account':
    case 'place':
      return true;
    case 'model':
      return model !== null && scope === model;
    case 'bucket':
      return model !== null && models.includes(model);
  }
}

/** The verdict that stands in the way of a turn of this model, one that forbids it before one that only advises against it. */
export function inTheWay(verdicts: readonly Verdict[], model: string | null, nowMs: number): Verdict | null {
  const standing = verdicts.filter((verdict) => stands(verdict, nowMs) && concerns(verdict, model));
  return standing.find(({ kind }) => verdictRow(kind).isHard) ?? standing[0] ?? null;
}

/** The list with one more thing said: the same thing again stands longer. */
export function withSaying(verdicts: readonly Verdict[], saying: Saying, nowMs: number): readonly Verdict[] {
  const isSame = ({ kind, scope }: Verdict) => kind === saying.kind && scope === saying.scope;
  const before = verdicts.find(isSame) ?? null;
  const isAtOnce = before !== null && nowMs - before.saidAtMs < sideBySideMs;
  const isRepeat = before !== null && stands(before, nowMs) && (isAtOnce || verdictRow(saying.kind).isHard);
  const count = before === null ? 1 : isRepeat ? before.count : before.count + 1;
  const { firstMs, longestMs } = verdictRow(saying.kind);
  const verdict: Verdict = {
    kind: saying.kind,
    scope: saying.scope,
    models: [...new Set([...(before?.models ?? []), ...saying.models])],
    saidAtMs: nowMs,
    untilMs: saying.untilMs ?? nowMs + Math.min(longestMs, firstMs * 2 ** Math.min(count - 1, 20)),
    count,
    words: cutText(saying.words, maxWords),
  };
  const others = verdicts.filter((other) => !isSame(other) && other.untilMs > nowMs - forgottenAfterMs);
  return [...others, verdict].slice(-maxVerdicts);
}

/** The list after something that ends verdicts early; those said since upstream was asked, at `askedAtMs`, are newer than it. */
export function withoutLifted(verdicts: readonly Verdict[], lift: Lift, askedAtMs: number): readonly Verdict[] {
  return verdicts.filter(({ kind, saidAtMs }) => saidAtMs > askedAtMs || !verdictRow(kind).liftedBy.includes(lift));
}

/**
 * The list after a turn of this model was served that was sent at `sentAtMs`: nothing that was in its way then holds any more,
 * and what was said while it ran does.
 */
export function withoutServed(
  verdicts: readonly Verdict[],
  model: string | null,
  sentAtMs: number,
): readonly Verdict[] {
  return verdicts.filter((verdict) => verdict.saidAtMs > sentAtMs || !concerns(verdict, model));
}

/** What of them goes on disk. */
export function keptVerdicts(verdicts: readonly Verdict[]): readonly Verdict[] {
  return verdicts.filter(({ kind }) => verdictRow(kind).isKept);
}

/** What upstream says, and what to do. */
export function verdictText({ kind, scope, words }: Pick<Verdict, 'kind' | 'scope' | 'words'>): Told {
  const texts = { what: tell(`troubles.${kind}`), mend: tell(`troubles.${kind}.mend`) };
  const said = scope === null ? tell('troubles.said', texts) : tell('troubles.said.about', { ...texts, scope });
  return words === '' ? said : tell('troubles.said.words', { said, words });
}
