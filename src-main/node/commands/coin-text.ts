import type { LabExperiment } from '../../shared/lab.ts';
import { methodLines } from '../../shared/lab-method.ts';
import { capital, tierWord } from '../../shared/tiers.ts';
import { absent } from '../../shared/turn-words.ts';
import { english } from '../../shared/words/english.ts';
import { hoursOf, lookTable } from './bench-text.ts';
import { tableLines } from './text-table.ts';

/** What `slipstream fast coin` writes. Pure. */

/** A coin for people: how far it is, how its sessions stand by arm, and what they say. */
export function coinLines(experiment: LabExperiment): readonly string[] {
  const { request, accountLabel, endedAt, state, result, coin, id } = experiment;
  if (coin === null) return [];
  const ended = state === 'stopped' ? 'left' : 'decided or at its end';
  const head = `${capital(tierWord(request.tier))} by coin: ${request.model} on ${accountLabel}, ${endedAt === null ? 'thrown for new sessions' : ended}`;
  const arms = [coin.standard, coin.priority];
  return [
    head,
    `${hoursOf(experiment)}, id ${id}`,
    `${result.pairs} of at most ${request.pairs} pairs of sessions; ${coin.open} ${coin.open === 1 ? 'session' : 'sessions'} not over yet`,
    '',
    ...tableLines([
      ['sessions', absent, tierWord(request.tier)],
      ['measured', ...arms.map(({ measured }) => String(measured))],
      ['as the coin fell', ...arms.map(({ asFell }) => String(asFell))],
      ['lost', ...arms.map(({ lost }) => String(lost))],
      ['turns', ...arms.map(({ turns }) => String(turns))],
    ]),
    '',
    ...(result.looks.length === 0 ? [] : [...lookTable(result.looks), '']),
    ...methodLines(english, experiment),
    '',
    result.sentence,
    ...result.notes,
    ...(endedAt === null
      ? [
          'Where you or a client set the tier, that counts: the session is held to its coin. "npx slipstream fast coin stop" leaves it.',
        ]
      : [
          'Sessions that the coin began keep their tier; "npx slipstream fast off" or "npx slipstream fast on" changes them, too.',
        ]),
  ];
}
