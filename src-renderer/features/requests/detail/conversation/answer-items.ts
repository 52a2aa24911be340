import type { PayloadPage } from '../../../../../src-main/shared/payload-query.ts';
import { isMembers, type Members } from './blocks.ts';

/** The answer put together from upstream's events, also while they still come. */

type Payload = PayloadPage['payloads'][number];

interface AnswerItem {
  /** As it will be, as far as it has come; in the form of the whole item. */
  readonly item: Members;
  readonly isDone: boolean;
}

export interface Answer {
  readonly items: ReadonlyMap<number, AnswerItem>;
  /** Upstream's end of the turn has come. */
  readonly isEnded: boolean;
  /** What the turn ended with, where it did not end well. */
  readonly problem: string | null;
  /** Events whose text is not kept, or was cut, so that something may be missing. */
  readonly lost: number;
}

export const noAnswer: Answer = { items: new Map(), isEnded: false, problem: null, lost: 0 };

const endTypes = new Set(['response.completed', 'response.incomplete', 'response.failed', 'error']);

function parsed(text: string | null): Members | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isMembers(value) ? value : null;
  } catch {
    return null;
  }
}

const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isSafeInteger(value) ? value : 0);

/** A list with a text added to the part at an index; a hostile index adds at the end. */
function withText(parts: unknown, index: number, delta: string, type: string): readonly unknown[] {
  const list = Array.isArray(parts) ? [...parts] : [];
  const at = Math.min(Math.max(0, index), list.length);
  const part = list[at];
  const before = isMembers(part) && typeof part.text === 'string' ? part.text : '';
  list[at] = { type, ...(isMembers(part) ? part : {}), text: before + delta };
  return list;
}

function withMore(type: string, name: string, item: Members, delta: string): Members {
  const before = item[name];
  return { type, ...item, [name]: `${typeof before === 'string' ? before : ''}${delta}` };
}

function withDelta(item: Members, event: Members): Members {
  const { type, delta } = event;
  if (typeof delta !== 'string') return item;
  switch (type) {
    case 'response.output_text.delta':
    case 'response.refusal.delta':
      return {
        type: 'message',
        role: 'assistant',
        ...item,
        content: withText(item.content, numberOf(event.content_index), delta, 'output_text'),
      };
    case 'response.reasoning_summary_text.delta':
      return {
        type: 'reasoning',
        ...item,
        summary: withText(item.summary, numberOf(event.summary_index), delta, 'summary_text'),
      };
    case 'response.reasoning_text.delta':
      return {
        type: 'reasoning',
        ...item,
        content: withText(item.content, numberOf(event.content_index), delta, 'reasoning_text'),
      };
    case 'response.function_call_arguments.delta':
      return withMore('function_call', 'arguments', item, delta);
    case 'response.mcp_call_arguments.delta':
      return withMore('mcp_call', 'arguments', item, delta);
    case 'response.custom_tool_call_input.delta':
      return withMore('custom_tool_call', 'input', item, delta);
    case 'response.code_interpreter_call_code.delta':
      return withMore('code_interpreter_call', 'code', item, delta);
    default:
      return item;
  }
}

function problemOf(event: Members): string | null {
  const response = isMembers(event.response) ? event.response : {};
  const error = isMembers(event.error) ? event.error : isMembers(response.error) ? response.error : event;
  const details = isMembers(response.incomplete_details) ? response.incomplete_details.reason : null;
  const said = [error.code, error.message, details].filter((part) => typeof part === 'string' && part !== '');
  return said.length === 0 ? null : said.join(': ');
}

/** The answer with more events, which come in their order. */
export function withPayloads(answer: Answer, payloads: readonly Payload[]): Answer {
  let items = new Map(answer.items);
  let { isEnded, problem, lost } = answer;
  for (const payload of payloads) {
    if (endTypes.has(payload.type)) isEnded = true;
    const event = payload.isCut ? null : parsed(payload.text);
    if (event === null) {
      if (/\.delta$|output_item\.done$/.test(payload.type)) lost += 1;
      continue;
    }
    const index = numberOf(event.output_index);
    const known = items.get(index);
    switch (event.type) {
      case 'response.created':
        // Another attempt begins anew.
        items = new Map();
        isEnded = false;
        problem = null;
        lost = 0;
        break;
      case 'response.output_item.added':
        if (isMembers(event.item)) items.set(index, { item: event.item, isDone: false });
        break;
      case 'response.output_item.done':
        if (isMembers(event.item)) items.set(index, { item: event.item, isDone: true });
        break;
      case 'response.failed':
      case 'response.incomplete':
      case 'error':
        problem = problemOf(event);
        break;
      default:
        if (known?.isDone !== true && typeof event.delta === 'string')
          items.set(index, { item: withDelta(known?.item ?? {}, event), isDone: false });
    }
  }
  return { items, isEnded, problem, lost };
}

/** The answer's items in their order. */
export function answerList({ items }: Answer): readonly AnswerItem[] {
  return [...items].toSorted(([a], [b]) => a - b).map(([, item]) => item);
}
