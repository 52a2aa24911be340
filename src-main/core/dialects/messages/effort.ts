import { type JsonObject, numberMember, objectMember, textMember } from '../../json.ts';
import type { ChangeNotes } from '../change-notes.ts';

/** Upstream's efforts, least first. */
const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max', 'ultra'];

/** Anthropic's default of `output_config.effort`. */
const defaultEffort = 'high';

/** Thinking budgets as efforts: each up to so many tokens (PROTOCOL.md, Other dialects). */
const budgets: readonly (readonly [number, string])[] = [
  [512, 'minimal'],
  [1_024, 'low'],
  [8_192, 'medium'],
  [24_576, 'high'],
  [Number.POSITIVE_INFINITY, 'xhigh'],
];

/** What a request asks of reasoning. */
export interface AskedReasoning {
  /** For the member `reasoning`; null where the model is to decide. */
  readonly reasoning: JsonObject | null;
  /** The client wants thinking blocks. */
  readonly showsThinking: boolean;
}

/** The model's effort nearest to the wanted one, rather lower than higher; any where its levels are not known. */
function nearest(wanted: string, levels: readonly string[] | null): string {
  if (levels === null || levels.length === 0 || levels.includes(wanted)) return wanted;
  const ranked = efforts.filter((effort) => levels.includes(effort));
  const rank = efforts.indexOf(wanted);
  return ranked.findLast((effort) => efforts.indexOf(effort) <= rank) ?? ranked[0] ?? wanted;
}

/** `levels` are the efforts the model has, null where they are not known. */
export function askedReasoning(body: JsonObject, levels: readonly string[] | null, notes: ChangeNotes): AskedReasoning {
  const thinking = objectMember(body, 'thinking');
  const said = textMember(objectMember(body, 'output_config'), 'effort');
  const isOff = thinking === null || thinking.type === 'disabled';
  const budget = numberMember(thinking, 'budget_tokens');
  const fromBudget = budgets.find(([upTo]) => (budget ?? 0) <= upTo)?.[1] ?? null;
  const wanted =
    thinking?.type === 'disabled' ? 'none' : (said ?? (isOff ? null : budget === null ? defaultEffort : fromBudget));
  const effort = wanted === null ? null : nearest(wanted, levels);
  const path = said === null ? 'thinking' : 'output_config.effort';
  if (budget !== null && effort !== null)
    notes.add('thinking.budget_tokens', 'set', `upstream has efforts, not budgets; this one is "${effort}"`);
  else if (effort !== wanted) notes.add(path, 'set', `the model has no effort "${wanted}"; "${effort}" is the nearest`);
  const summary = isOff || thinking.display === 'omitted' ? {} : { summary: 'auto' };
  const reasoning = { ...(effort === null ? {} : { effort }), ...summary };
  return { reasoning: Object.keys(reasoning).length === 0 ? null : reasoning, showsThinking: !isOff };
}
