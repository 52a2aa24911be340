import { type JsonObject, textMember } from '../../json.ts';

interface Call {
  readonly index: number;
  readonly type: 'function' | 'custom';
  readonly id: string;
  readonly name: string;
  /** Empty where the whole answer is not wanted. */
  readonly pieces: string[];
  hasArguments: boolean;
}

interface ToolCallParts {
  /** Before `tools`, an answer had one nameless `function_call`. */
  readonly isLegacy: boolean;
  readonly keepsAnswer: boolean;
  readonly clientToolName: (name: string) => string;
}

const argumentsKey = { function: 'arguments', custom: 'input' } as const;

/** The tool calls of one answer, each with a number of its own from first to last delta (PROTOCOL.md, Numbered cases, 45). */
export class ToolCalls {
  readonly #parts: ToolCallParts;
  readonly #calls = new Map<number, Call>();

  constructor(parts: ToolCallParts) {
    this.#parts = parts;
  }

  /** How many calls there were so far. */
  get count(): number {
    return this.#calls.size;
  }

  /** An output item has come into sight; deltas where it is a call not seen before. */
  opened(number: number, item: JsonObject): readonly JsonObject[] {
    const type = item.type === 'function_call' ? 'function' : item.type === 'custom_tool_call' ? 'custom' : null;
    if (type === null || this.#calls.has(number)) return [];
    const call: Call = {
      index: this.#calls.size,
      type,
      id: textMember(item, 'call_id') ?? textMember(item, 'id') ?? '',
      name: this.#parts.clientToolName(textMember(item, 'name') ?? ''),
      pieces: [],
      hasArguments: false,
    };
    this.#calls.set(number, call);
    if (this.#parts.isLegacy) return [{ function_call: { name: call.name, arguments: '' } }];
    const { index, id, name } = call;
    return [{ tool_calls: [{ index, id, type, [type]: { name, [argumentsKey[type]]: '' } }] }];
  }

  /** A piece of a call's arguments. */
  piece(number: number, text: string): readonly JsonObject[] {
    const call = this.#calls.get(number);
    if (call === undefined || text === '') return [];
    call.hasArguments = true;
    if (this.#parts.keepsAnswer) call.pieces.push(text);
    const { index, type } = call;
    if (this.#parts.isLegacy) return [{ function_call: { arguments: text } }];
    return [{ tool_calls: [{ index, [type]: { [argumentsKey[type]]: text } }] }];
  }

  /** A call's whole arguments; nothing where they came in pieces. Clients parse those of a function: none are `{}`. */
  whole(number: number, text: string): readonly JsonObject[] {
    const call = this.#calls.get(number);
    if (call === undefined || call.hasArguments) return [];
    return this.piece(number, text === '' && call.type === 'function' ? '{}' : text);
  }

  /** The arguments of calls that never had any; at the answer's end. */
  rest(): readonly JsonObject[] {
    return [...this.#calls.keys()].flatMap((number) => this.whole(number, ''));
  }

  /** The members of the whole answer's message; needs `keepsAnswer`. */
  message(): JsonObject {
    const calls = [...this.#calls.values()].map(({ id, type, name, pieces }) => ({
      id,
      type,
      [type]: { name, [argumentsKey[type]]: pieces.join('') },
    }));
    if (calls.length === 0) return {};
    return this.#parts.isLegacy ? { function_call: calls[0]?.function } : { tool_calls: calls };
  }
}
