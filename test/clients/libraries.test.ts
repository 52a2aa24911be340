import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Feature,
  failTurns,
  installed,
  model,
  noteIncrement,
  refusalText,
  type Stand,
  sawImage,
  startClient,
  startStand,
  untilAborted,
} from './run-client.ts';

interface Report {
  readonly text: string;
  /** Deltas of text. */
  readonly pieces: number;
  readonly error: string | null;
  readonly aborted: boolean;
}

const libraries = [
  ['openai (JavaScript), Chat', 'libraries-js', 'openai-chat'],
  ['openai (JavaScript), Responses', 'libraries-js', 'openai-responses'],
  ['@anthropic-ai/sdk', 'libraries-js', 'anthropic'],
  ['AI SDK', 'libraries-js', 'ai-sdk'],
  ['LangChain (JavaScript)', 'libraries-js', 'langchain'],
  ['OpenAI Agents (JavaScript)', 'libraries-js', 'agents'],
  ['openai (Python), Chat', 'libraries-py', 'openai'],
  ['OpenAI Agents (Python)', 'libraries-py', 'agents'],
  ['LangChain (Python)', 'libraries-py', 'langchain'],
  ['LiteLLM', 'libraries-py', 'litellm'],
] as const;

let stand: Stand;
beforeEach(async () => {
  stand = await startStand();
});
afterEach(() => stand.stop());

async function report(part: 'libraries-js' | 'libraries-py', library: string, feature: Feature): Promise<Report> {
  const folder = installed[part] ?? '';
  const driver = join(import.meta.dirname, 'drivers', part === 'libraries-js' ? 'libraries.mjs' : 'libraries.py');
  const { ended } = startClient(stand, {
    file: part === 'libraries-js' ? process.execPath : join(folder, 'bin', 'python'),
    args: [driver, library, feature],
    env: { CLIENT_FOLDER: folder, BASE_URL: stand.rig.baseUrl, API_KEY: stand.rig.apiKey, MODEL: model },
  });
  const { stdout, all } = await ended;
  const last = stdout.trim().split('\n').at(-1) ?? '';
  expect(last, all).toMatch(/^\{/);
  return JSON.parse(last) as Report;
}

describe.each(libraries)('%s', (_name, part, library) => {
  const test = it.skipIf(installed[part] === undefined);

  test('ends a tool loop', async ({ task }) => {
    const { text, pieces, error } = await report(part, library, 'tool');
    expect({ text, error }).toEqual({ text: 'The tool said: 3', error: null });
    // In pieces, as it came.
    expect(pieces).toBeGreaterThan(1);
    noteIncrement(task, stand);
  });

  test('stops upstream when it is stopped', async () => {
    const { pieces, aborted } = await report(part, library, 'abort');
    expect(aborted).toBe(true);
    expect(pieces).toBeLessThan(1000);
    await untilAborted(stand);
  });

  test('shows why a turn failed', async () => {
    failTurns(stand);
    const { text, error } = await report(part, library, 'failure');
    expect(text).toBe('');
    // This library names the event alone.
    expect(error).toContain(part === 'libraries-js' && library === 'agents' ? 'response.failed' : refusalText);
  });

  test('sends an image', async () => {
    expect(await report(part, library, 'image')).toMatchObject({ text: 'seen', error: null });
    expect(sawImage(stand)).toBe(true);
  });
});

describe('openai (JavaScript), lanes', () => {
  it.skipIf(installed['libraries-js'] === undefined)('runs two turns at once on one websocket', async () => {
    expect(await report('libraries-js', 'openai-lanes', 'lanes')).toMatchObject({ text: 'onetwo', error: null });
  });
});
