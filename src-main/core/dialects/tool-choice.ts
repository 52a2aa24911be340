import { tell } from '../../shared/words/told.ts';
import { isJsonObject, type Json, type JsonObject, textMember } from '../json.ts';
import type { ChangeNotes } from './change-notes.ts';
import { invalidRequest } from './request-json.ts';

/** Whether upstream is given the tool that a choice names. */
function isThere(choice: JsonObject, tools: readonly JsonObject[]): boolean {
  const name = textMember(choice, 'name');
  return name === null || tools.some((tool) => tool.name === name);
}

/** Whether a choice wants a tool called, whatever the answer. */
function isDemand(choice: Json): boolean {
  if (!isJsonObject(choice)) return choice === 'required';
  return choice.type !== 'allowed_tools' || choice.mode === 'required';
}

/** Tells where upstream writes a choice otherwise than the client did. */
export function noteForm(asked: Json | undefined, choice: Json, notes: ChangeNotes): void {
  if (JSON.stringify(asked) !== JSON.stringify(choice)) notes.add('tool_choice', 'set', tell('why.toolChoice.form'));
}

/** A choice where upstream is given no tools at all: nothing, unless it demands one. Throws `request_invalid`. */
export function choiceAmongNone(choice: Json | undefined, notes: ChangeNotes): void {
  if (choice === undefined || choice === null) return;
  if (isDemand(choice))
    throw invalidRequest('"tool_choice" demands a tool, and there is none that upstream can be given.');
  notes.add('tool_choice', 'dropped', tell('why.toolChoice.noTools'));
}

/**
 * A choice of Responses' form among the tools that upstream is given: one that may be any of several loses those that are
 * not there; a tool that must be called and is not there is refused. Throws `request_invalid`.
 */
export function choiceAmong(choice: Json, tools: readonly JsonObject[], notes: ChangeNotes): Json {
  if (!isJsonObject(choice)) return choice;
  if (choice.type !== 'allowed_tools' || !Array.isArray(choice.tools)) {
    if (isThere(choice, tools)) return choice;
    const name = (textMember(choice, 'name') ?? '').slice(0, 64);
    throw invalidRequest(`"tool_choice" demands "${name}", which is not among the tools that upstream can be given.`);
  }
  const asked: readonly Json[] = choice.tools;
  const allowed = asked.filter((tool) => isJsonObject(tool) && isThere(tool, tools));
  if (allowed.length === asked.length) return choice;
  if (allowed.length > 0) {
    notes.add('tool_choice.tools', 'set', tell('why.toolChoice.some'));
    return { ...choice, tools: allowed };
  }
  if (choice.mode === 'required')
    throw invalidRequest('"tool_choice" demands tools that are not among those that upstream can be given.');
  notes.add('tool_choice', 'set', tell('why.toolChoice.none'));
  return 'auto';
}
