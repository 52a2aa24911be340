import { tell } from '../../shared/words/told.ts';
import type { Told } from '../../shared/words/told-text.ts';
import { type Json, type JsonObject, objectMember, textMember } from '../json.ts';
import type { ModelLevels } from '../model-levels.ts';

/** Upstream's efforts, least first. */
const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max', 'ultra'];

/** All that upstream knows, least first. */
const verbosities = ['low', 'medium', 'high'];
const summaries = ['auto', 'concise', 'detailed'];

/** Words of clients for what the model has by itself. */
const leftToUpstream = new Set(['', 'auto', 'default']);

/** The model's effort nearest to the wanted one, rather lower than higher; any where its levels, or the word, are not known. */
export function nearestEffort(wanted: string, levels: readonly string[] | null): string {
  if (levels?.includes(wanted)) return wanted;
  // Whatever letters a client writes it in.
  const word = wanted.toLowerCase();
  const rank = efforts.indexOf(word);
  if (rank === -1) return wanted;
  if (levels === null || levels.includes(word)) return word;
  const ranked = efforts.filter((effort) => levels.includes(effort));
  return ranked.findLast((effort) => efforts.indexOf(effort) <= rank) ?? ranked[0] ?? wanted;
}

/** A member that was fitted to the model: its new value, undefined where the model has none, and why. */
interface Fitted {
  readonly path: string;
  readonly value: Json | undefined;
  readonly why: Told;
}

function fittedEffort(wanted: string, levels: readonly string[] | null): readonly Fitted[] {
  const path = 'reasoning.effort';
  if (leftToUpstream.has(wanted.toLowerCase())) return [{ path, value: undefined, why: tell('why.effort.left') }];
  const effort = nearestEffort(wanted, levels);
  return effort === wanted ? [] : [{ path, value: effort, why: tell('why.effort.nearest', { wanted, effort }) }];
}

function fittedSummary(wanted: string, hasSummaries: boolean): readonly Fitted[] {
  const path = 'reasoning.summary';
  const word = wanted.toLowerCase();
  if (word === 'none' || word === '') return [{ path, value: undefined, why: tell('why.effort.noSummary') }];
  if (!hasSummaries) return [{ path, value: undefined, why: tell('why.effort.noSummaries') }];
  if (summaries.includes(wanted) || !summaries.includes(word)) return [];
  return [{ path, value: word, why: tell('why.level.spelling', { wanted, level: word }) }];
}

function fittedVerbosity(wanted: Json, hasVerbosity: boolean): readonly Fitted[] {
  const path = 'text.verbosity';
  if (!hasVerbosity) return [{ path, value: undefined, why: tell('why.verbosity.none') }];
  if (typeof wanted !== 'string') return [];
  if (leftToUpstream.has(wanted.toLowerCase())) return [{ path, value: undefined, why: tell('why.verbosity.left') }];
  const level = nearestEffort(wanted, verbosities);
  return level === wanted ? [] : [{ path, value: level, why: tell('why.verbosity.nearest', { wanted, level }) }];
}

/** What a model that nobody knows can be asked for: whatever upstream has a word for. */
const unknownModel: ModelLevels = { efforts: null, hasVerbosity: true, hasSummaries: true };

/** Effort, summary and verbosity as the model has them; empty where nothing is to change. `levels`: null for a model that is not known. Pure. */
export function fitLevels(body: JsonObject, levels: ModelLevels | null): readonly Fitted[] {
  const { efforts: known, hasSummaries, hasVerbosity } = levels ?? unknownModel;
  const reasoning = objectMember(body, 'reasoning');
  const effort = textMember(reasoning, 'effort');
  const summary = textMember(reasoning, 'summary');
  const verbosity = objectMember(body, 'text')?.verbosity;
  return [
    ...(effort === null ? [] : fittedEffort(effort, known)),
    ...(summary === null ? [] : fittedSummary(summary, hasSummaries)),
    ...(verbosity === undefined ? [] : fittedVerbosity(verbosity, hasVerbosity)),
  ];
}
