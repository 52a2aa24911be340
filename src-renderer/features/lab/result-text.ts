import type { LabExperiment, LabLook } from '../../../src-main/shared/lab.ts';
import { methodLines, quotaSentence } from '../../../src-main/shared/lab-method.ts';
import { searchSentences } from '../../../src-main/shared/lab-search-words.ts';
import { experimentSentences } from '../../../src-main/shared/lab-words.ts';
import { capital } from '../../../src-main/shared/tiers.ts';
import type { Words } from '../../../src-main/shared/words/words.ts';
import { profileName } from '../../lib/profile-name.ts';
import { armName } from './arm-name.ts';
import { armFigure, armLines } from './arms-table.tsx';
import { evidenceRows } from './evidence-table.tsx';

/** An experiment as plain text, with everything a sceptic asks for. Pure. */

const lookText = ({ t, format }: Words, { n, effectPercent, lowPercent, highPercent }: LabLook): string =>
  t('lab.text.look', {
    n,
    effect: format.change(effectPercent),
    low: format.change(lowPercent),
    high: format.change(highPercent),
  });

/** `UTC+01:00`, where the clock of this machine stands at an instant. */
function zoneOf(at: number): string {
  const minutes = -new Date(at).getTimezoneOffset();
  const two = (value: number): string => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  return minutes === 0 ? 'UTC' : `UTC${minutes < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** `23 Nov 2026 09:08 to 23 Nov 2026 09:16 (UTC)`, and when it was continued. */
function hoursOf({ t, format }: Words, { startedAt, endedAt, pauses }: LabExperiment): string {
  const starts = [startedAt, ...pauses.map(({ toMs }) => toMs)];
  const ends = [...pauses.map(({ fromMs }) => fromMs), endedAt];
  const hours = starts.map((start, at) => {
    const end = ends[at] ?? null;
    const from = format.longInstant(start);
    return end === null ? t('lab.hours.open', { from }) : t('lab.hours', { from, to: format.longInstant(end) });
  });
  return t('lab.hours.all', { hours: format.list(hours), zone: zoneOf(startedAt) });
}

/** When it ran, with what. */
export function provenance(words: Words, experiment: LabExperiment): string {
  const { t } = words;
  const { version, profile, seed, run, request, accountLabel: account } = experiment;
  const { model, effort, kind, prompt } = request;
  return [
    kind === 'coin' ? t('lab.where.coin', { model, account }) : t('lab.where', { model, effort, account }),
    hoursOf(words, experiment),
    ...(version === null ? [] : [t('lab.version', { version })]),
    ...(profile === null ? [] : [t('lab.profile', { profile: profileName(t, profile) })]),
    ...(seed === null ? [] : [t('lab.seed', { seed })]),
    t('lab.run', { run }),
    ...(kind === 'coin' ? [] : [t(`lab.prompt.${prompt}`)]),
    ...(experiment.state === 'stopped' ? [t('lab.stoppedEarly')] : []),
  ].join(' · ');
}

/** Medians by arm, then what lies beside the verdict. */
function armTexts(words: Words, { result, request, form }: LabExperiment): readonly string[] {
  const { t } = words;
  const names = { standard: armName(t, 'standard', request.tier), priority: armName(t, 'priority', request.tier) };
  const figures = armLines.map((line) => ({
    name: t(`lab.arms.${line}`),
    of: (arm: 'standard' | 'priority') =>
      `${armFigure(words, line, result[arm][line].median)} (n = ${result[arm][line].n})`,
  }));
  const rows = [...figures, ...(form === 'blocks' ? [] : evidenceRows(words, result.evidence))];
  return [
    ...rows.map(({ name, of }) =>
      t('lab.text.arm', {
        name,
        standard: `${names.standard} ${of('standard')}`,
        fast: `${names.priority} ${of('priority')}`,
      }),
    ),
    ...(form === 'blocks' ? [] : [`${t('lab.evidence.proves')} ${quotaSentence(words, result.evidence.quota)}`]),
  ];
}

/** The sessions of a coin, by arm. */
function coinTexts({ t }: Words, { coin, request }: LabExperiment): readonly string[] {
  if (coin === null) return [];
  return (['measured', 'asFell', 'lost', 'turns'] as const).map((line) =>
    t('lab.text.arm', {
      name: t(`lab.coin.${line}`),
      standard: `${armName(t, 'standard', request.tier)} ${coin.standard[line]}`,
      fast: `${armName(t, 'priority', request.tier)} ${coin.priority[line]}`,
    }),
  );
}

function claimTexts(words: Words, { search }: LabExperiment): readonly string[] {
  const { t } = words;
  const claims = (search?.claims ?? []).map(({ condition, finding, rounds, without }) => {
    const claim = t('lab.text.claim', {
      condition: capital(t(`lab.condition.${condition}`)),
      finding: t(`lab.search.${finding}`),
      rounds,
    });
    return without === null ? claim : t('lab.text.claim.look', { claim, look: lookText(words, without) });
  });
  return claims.length === 0 ? [] : ['', t('lab.text.conditions'), ...claims.map((claim) => `  ${claim}`)];
}

/** What the verdict rests on. */
export function restsText({ t }: Words, { result, coin }: LabExperiment): string {
  if (coin !== null) return t('lab.coin.rests');
  return t('lab.rests', { n: result.pairs, flagged: result.flaggedPairs, failed: result.failedTurns });
}

/** The whole card as text. */
export function resultText(words: Words, experiment: LabExperiment): string {
  const { t } = words;
  const { result, search, request } = experiment;
  const { sentence, notes } = experimentSentences(words, experiment, result);
  return [
    ...(search === null ? [] : searchSentences(words, search, request.conditions)),
    sentence,
    ...notes,
    '',
    t('lab.text.looks'),
    ...(result.looks.length === 0 ? [`  ${t('lab.plot.none')}`] : []),
    ...result.looks.map((look) => `  ${lookText(words, look)}`),
    ...claimTexts(words, experiment),
    '',
    ...(experiment.coin === null ? armTexts(words, experiment) : coinTexts(words, experiment)),
    restsText(words, experiment),
    '',
    provenance(words, experiment),
    ...methodLines(words, experiment),
  ].join('\n');
}
