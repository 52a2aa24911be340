import { tell } from '../../../shared/words/told.ts';
import { isJsonObject, type Json, type JsonObject, numberMember, objectMember, textMember } from '../../json.ts';
import type { ChangeNotes } from '../change-notes.ts';

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

/** Whether a message begins a turn: it has something else than results of calls. */
function beginsTurn({ role, content }: JsonObject): boolean {
  if (role !== 'user') return false;
  return !Array.isArray(content) || content.some((block: Json) => isJsonObject(block) && block.type !== 'tool_result');
}

/** The effort that a system message sets for the turn it stands in, the last of several; null where none does. */
function effortOfTurn({ messages }: JsonObject, notes: ChangeNotes): string | null {
  const list: readonly Json[] = Array.isArray(messages) ? messages : [];
  let hasBegun = false;
  for (let index = list.length - 1; index >= 0; index -= 1) {
    const message = list[index];
    if (!isJsonObject(message)) continue;
    const effort = message.role === 'system' ? textMember(objectMember(message, 'output_config'), 'effort') : null;
    if (effort !== null) {
      notes.add(`messages[${index}].output_config.effort`, 'set', tell('why.chat.effort'));
      return effort;
    }
    if (hasBegun && message.role === 'assistant') return null;
    hasBegun ||= beginsTurn(message);
  }
  return null;
}

/** Effort and summary as they are asked for; the normaliser fits them to the model. */
export function askedReasoning(body: JsonObject, notes: ChangeNotes): AskedReasoning {
  const thinking = objectMember(body, 'thinking');
  const ofTurn = effortOfTurn(body, notes);
  const ofAll = textMember(objectMember(body, 'output_config'), 'effort');
  const said = ofTurn ?? ofAll;
  const isOff = thinking === null || thinking.type === 'disabled';
  const budget = numberMember(thinking, 'budget_tokens');
  const fromBudget = budgets.find(([upTo]) => (budget ?? 0) <= upTo)?.[1] ?? null;
  const effort =
    thinking?.type === 'disabled' ? 'none' : (said ?? (isOff ? null : budget === null ? defaultEffort : fromBudget));
  if (thinking !== null) notes.add('thinking', 'set', tell('why.messages.thinking'));
  if (ofAll !== null) {
    const isHeeded = ofTurn === null && effort === ofAll;
    const why = tell(isHeeded ? 'why.chat.effort' : 'why.messages.effort.other');
    notes.add('output_config.effort', isHeeded ? 'set' : 'dropped', why);
  }
  if (budget !== null && effort !== null)
    notes.add('thinking.budget_tokens', 'set', tell('why.messages.budget', { effort: String(effort) }));
  const summary = isOff || thinking.display === 'omitted' ? {} : { summary: 'auto' };
  const reasoning = { ...(effort === null ? {} : { effort }), ...summary };
  return { reasoning: Object.keys(reasoning).length === 0 ? null : reasoning, showsThinking: !isOff };
}
