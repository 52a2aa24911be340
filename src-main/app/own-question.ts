import type { RawHeaders } from '../core/headers.ts';
import type { JsonObject } from '../core/json.ts';
import type { OwnQuestion } from '../core/turn/own-turn.ts';

interface Question {
  /** What it calls itself in the list of requests. */
  readonly userAgent: string;
  readonly model: string;
  readonly text: string;
  readonly effort: string;
  /** Null leaves it out. */
  readonly tier: string | null;
  readonly headers?: RawHeaders;
}

/** One message to a model, to be answered in few words, as the Responses request that a client would post. */
export function ownQuestion({
  userAgent,
  model,
  text,
  effort,
  tier,
  headers = [],
}: Question): Pick<OwnQuestion, 'dialect' | 'path' | 'headers' | 'body' | 'raw'> {
  const body: JsonObject = {
    model,
    stream: true,
    store: false,
    instructions: '',
    input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }],
    reasoning: { effort },
    text: { verbosity: 'low' },
    ...(tier === null ? {} : { service_tier: tier }),
  };
  return {
    dialect: 'responses',
    path: '/v1/responses',
    headers: [['user-agent', userAgent], ...headers],
    body,
    raw: Buffer.from(JSON.stringify(body)),
  };
}
