/** What the stand-in model says: read from the last user text, so that a test writes its own script. */
import { isObject, type JsonObject, objectsOf, stringOf } from '../json.ts';
import { type OfferedTool, offeredTools, sampleOf } from './tools.ts';

export type PlannedItem =
  | { readonly kind: 'reasoning'; readonly summary: string | undefined; readonly tokens: number }
  | { readonly kind: 'message'; readonly tokens: Iterable<string> }
  | { readonly kind: 'refusal'; readonly tokens: Iterable<string> }
  | { readonly kind: 'call'; readonly tool: OfferedTool; readonly args: string }
  | { readonly kind: 'compaction' };

/** Where a simulator says nothing else. */
export const MOST_NUMBERS = 5_000_000;
const reasoningTokens: Record<string, number> = { low: 8, medium: 32, high: 64, xhigh: 128, max: 256, ultra: 512 };

/**
 * The items that answer a conversation. Scripts understood in the last user text: `Reply with exactly: X`,
 * `Say in N messages: X`, `Count to N` or `enumerate 1…N`, `call tool [name] [with {json}]`, `call N tools`, `refuse this`.
 * Nothing is counted further than `mostNumbers`.
 */
export function planAnswer(
  body: JsonObject,
  conversation: readonly JsonObject[],
  mostNumbers = MOST_NUMBERS,
): PlannedItem[] {
  if (conversation.at(-1)?.type === 'compaction_trigger') return [{ kind: 'compaction' }];
  const asked = lastUserText(conversation);
  const items: PlannedItem[] = [];
  const reasoning = reasoningOf(body);
  if (reasoning) items.push(reasoning);
  const calls = asked.answered ? [] : callsFor(asked.text, body, conversation);
  if (calls.length > 0) items.push(...calls);
  else if (/\brefuse this\b/i.test(asked.text)) items.push({ kind: 'refusal', tokens: words('I cannot do that.') });
  else items.push(...messagesFor(asked, body, mostNumbers));
  return items;
}

interface Asked {
  readonly text: string;
  /** A tool's output came after the text. */
  readonly answered: boolean;
  readonly toolOutput: string;
}

function lastUserText(conversation: readonly JsonObject[]): Asked {
  let toolOutput: string | undefined;
  for (const item of [...conversation].reverse()) {
    if (stringOf(item.type).endsWith('_output')) toolOutput ??= textOf(item.output);
    // What came after the text is inside it: a tool called before the compaction must not be called for ever.
    if (item.type === 'compaction') toolOutput ??= '(compacted)';
    if (item.role !== 'user') continue;
    return { text: textOf(item.content), answered: toolOutput !== undefined, toolOutput: toolOutput ?? '' };
  }
  return { text: '', answered: toolOutput !== undefined, toolOutput: toolOutput ?? '' };
}

function textOf(content: JsonObject[string] | undefined): string {
  if (typeof content === 'string') return content;
  return objectsOf(content)
    .map((part) => stringOf(part.text))
    .filter((text) => text !== '')
    .join('\n');
}

function reasoningOf(body: JsonObject): PlannedItem | undefined {
  if (!isObject(body.reasoning)) return undefined;
  const { effort, summary } = body.reasoning;
  if (effort === 'none') return undefined;
  const wanted = summary === 'auto' || summary === 'concise' || summary === 'detailed';
  return {
    kind: 'reasoning',
    summary: wanted ? '**Reading the request**\n\nIt is a simulated one.' : undefined,
    tokens: reasoningTokens[stringOf(effort)] ?? 32,
  };
}

/** One message, or the text as often as it asks for, each in a message of its own. */
function messagesFor(asked: Asked, body: JsonObject, mostNumbers: number): PlannedItem[] {
  const several = /say in (\d) messages:\s*([\s\S]*)/i.exec(asked.text);
  if (several === null || asked.answered) return [{ kind: 'message', tokens: textTokens(asked, body, mostNumbers) }];
  const said = several[2]?.trim() ?? '';
  return Array.from({ length: Number(several[1]) }, (_, at) => ({
    kind: 'message',
    tokens: words(`${said} ${at + 1}`),
  }));
}

function textTokens(asked: Asked, body: JsonObject, mostNumbers: number): Iterable<string> {
  if (asked.answered) return words(`The tool said: ${asked.toolOutput.slice(0, 200)}`);
  const exact = /reply with exactly:\s*([\s\S]*)/i.exec(asked.text)?.[1]?.trim();
  if (exact) return words(exact);
  const upTo = /\bcount (?:from 1 )?to (\d+)|\benumerate 1\s*(?:…|\.{2,3}|-|–|to)\s*(\d+)/i.exec(asked.text);
  if (upTo) return numbers(Math.min(Number(upTo[1] ?? upTo[2]), mostNumbers));
  const format = isObject(body.text) && isObject(body.text.format) ? body.text.format : {};
  if (format.type === 'json_schema') return words(JSON.stringify(sampleOf(format.schema)));
  if (format.type === 'json_object') return words('{"answer":"simulated"}');
  return words('This is the simulator. Everything is in order.');
}

/** Words with the space before them: joined, they are the text again. */
export function words(text: string): string[] {
  return text.split(/(?<=\S)(?=\s+\S)/);
}

function* numbers(count: number): Generator<string> {
  for (let number = 1; number <= count; number += 1) yield number === 1 ? '1' : ` ${number}`;
}

function callsFor(text: string, body: JsonObject, conversation: readonly JsonObject[]): PlannedItem[] {
  if (body.tool_choice === 'none') return [];
  const tools = offeredTools(body, conversation);
  const [first] = tools;
  if (!first) return [];
  const forced = isObject(body.tool_choice) ? tools.find((tool) => tool.name === choiceName(body)) : undefined;
  if (forced) return [callOf(forced, undefined)];
  const several = /\bcall (\d+) tools\b/i.exec(text)?.[1];
  if (several) {
    const count = body.parallel_tool_calls === false ? 1 : Math.min(Number(several), 20);
    return Array.from({ length: count }, (_, index) => callOf(tools[index % tools.length] ?? first, undefined));
  }
  const asked = /\bcall tool\b(?:\s+`?([\w.-]+)`?)?(?:\s+with\s+(\{[\s\S]*\}|`[^`]*`))?/i.exec(text);
  if (!asked && body.tool_choice !== 'required') return [];
  const named = tools.find((tool) => tool.name === asked?.[1] || `${tool.namespace}.${tool.name}` === asked?.[1]);
  return [callOf(named ?? first, asked?.[2])];
}

function choiceName(body: JsonObject): string {
  return isObject(body.tool_choice) ? stringOf(body.tool_choice.name) : '';
}

function callOf(tool: OfferedTool, given: string | undefined): PlannedItem {
  const text = given?.replace(/^`|`$/g, '');
  // A custom tool takes free text; the official client's `exec` takes a script.
  if (tool.kind === 'custom') return { kind: 'call', tool, args: text ?? '// simulated\n' };
  return { kind: 'call', tool, args: text ?? JSON.stringify(sampleOf(tool.parameters)) };
}
