import { tell } from '../../shared/words/told.ts';
import { type Json, type JsonObject, objectMember, textMember } from '../json.ts';
import type { ModelLevels } from '../model-levels.ts';

/** Upstream's efforts, least first. */
const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max', 'ultra'];

/** Words of clients for the effort that the model has by itself. */
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
  readonly why: string;
}

function fittedReasoning(reasoning: JsonObject, { efforts: levels, hasSummaries }: ModelLevels): readonly Fitted[] {
  const wanted = textMember(reasoning, 'effort');
  const effort = wanted === null ? null : nearestEffort(wanted, levels);
  const isLeft = wanted !== null && leftToUpstream.has(wanted.toLowerCase());
  const summary = textMember(reasoning, 'summary');
  const noSummary = summary === 'none' ? tell('why.effort.noSummary') : tell('why.effort.noSummaries');
  return [
    ...(isLeft ? [{ path: 'reasoning.effort', value: undefined, why: tell('why.effort.left') }] : []),
    ...(isLeft || effort === wanted || effort === null
      ? []
      : [
          {
            path: 'reasoning.effort',
            value: effort,
            why: tell('why.effort.nearest', { wanted: String(wanted), effort: String(effort) }),
          },
        ]),
    ...(summary === null || (hasSummaries && summary !== 'none')
      ? []
      : [{ path: 'reasoning.summary', value: undefined, why: noSummary }]),
  ];
}

function fittedText(text: JsonObject, { hasVerbosity }: ModelLevels): readonly Fitted[] {
  if (hasVerbosity || text.verbosity === undefined) return [];
  return [{ path: 'text.verbosity', value: undefined, why: tell('why.verbosity.none') }];
}

/** Effort, summary and verbosity as the model has them; empty where nothing is to change. Pure. */
export function fitLevels(body: JsonObject, levels: ModelLevels): readonly Fitted[] {
  const reasoning = objectMember(body, 'reasoning');
  const text = objectMember(body, 'text');
  return [
    ...(reasoning === null ? [] : fittedReasoning(reasoning, levels)),
    ...(text === null ? [] : fittedText(text, levels)),
  ];
}
