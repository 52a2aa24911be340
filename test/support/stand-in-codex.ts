import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';

// A program that does what the official command does for one turn. Its argument says in JSON what is different about it.

export interface StandIn {
  readonly version: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Writes its environment and sign-in there. */
  readonly report?: string;
}

await execute(JSON.parse(process.argv[2] ?? '{}'));

async function execute(standIn: StandIn): Promise<void> {
  const { report } = standIn;
  const home = process.env.CODEX_HOME ?? '';
  const config = readFileSync(join(home, 'config.toml'), 'utf8');
  const { tokens } = JSON.parse(readFileSync(join(home, 'auth.json'), 'utf8'));
  if (report !== undefined) writeFileSync(report, JSON.stringify({ env: process.env, tokens }));
  const base = config.match(/openai_base_url = "([^"]+)"/)?.[1] ?? '';
  const isFast = config.includes('service_tier = "fast"');
  const id = crypto.randomUUID();
  const agent = `codex_exec/${standIn.version} (Debian 12.0.0; x86_64) xterm (codex_exec; ${standIn.version})`;
  const metadata = (turn: string) => JSON.stringify({ session_id: id, thread_id: id, turn_id: turn });
  const common = {
    authorization: `Bearer ${tokens.access_token}`,
    'chatgpt-account-id': tokens.account_id,
    originator: 'codex_exec',
    'user-agent': agent,
    version: standIn.version,
    'x-codex-beta-features': 'remote_compaction_v2',
    'x-codex-routing-hint': isFast ? 'model=gpt-6.2-sol;tier=priority' : 'model=gpt-6.2-sol',
    'x-client-request-id': id,
    'session-id': id,
    'thread-id': id,
    'x-codex-window-id': `${id}:0`,
    'x-codex-turn-metadata': metadata(''),
    ...standIn.headers,
  };
  const body = {
    model: 'gpt-6.2-sol',
    stream: true,
    ...(isFast ? { service_tier: 'priority' } : {}),
    input: [{ role: 'user' }],
    tool_choice: 'auto',
    parallel_tool_calls: false,
    reasoning: { effort: 'low' },
    store: false,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: id,
    text: { verbosity: 'low' },
    client_metadata: { ...clientMetadata(id), 'x-codex-turn-metadata': metadata(crypto.randomUUID()) },
    ...standIn.fields,
  };
  const socket = new WebSocket(`${base.replace('http', 'ws')}/responses`, {
    headers: { ...common, 'openai-beta': 'responses_websockets=2026-02-06' },
  });
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.once('open', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  if (isOpen) {
    const completed = new Promise<void>((resolve) => {
      socket.on('message', (data) => void (String(data).includes('"response.completed"') && resolve()));
    });
    socket.send(JSON.stringify({ type: 'response.create', ...body }));
    await completed;
    socket.close();
  } else {
    const headers = {
      ...common,
      accept: 'text/event-stream',
      'accept-encoding': 'zstd,gzip',
      'content-type': 'application/json',
    };
    const answer = await fetch(`${base}/responses`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!(await answer.text()).includes('response.completed')) process.exit(4);
  }
  process.stdout.write('OK\n');
}

function clientMetadata(id: string): Record<string, string> {
  return {
    session_id: id,
    thread_id: id,
    turn_id: id,
    guardian_credits_requested: 'true',
    mcp_attribution: '{"status":"none"}',
    root_turn_id: id,
    'x-codex-installation-id': crypto.randomUUID(),
    'x-codex-window-id': `${id}:0`,
    ws_request_header_x_openai_internal_codex_responses_lite: 'true',
    'x-codex-ws-stream-request-start-ms': '1',
  };
}
