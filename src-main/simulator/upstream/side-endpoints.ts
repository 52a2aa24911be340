/** The upstream paths beside `/responses`: models, usage, accounts, and harmless answers for the rest (PROTOCOL.md, Side endpoints). */
import type { ServerResponse } from 'node:http';
import type { SimulatedAccount } from '../accounts/accounts.ts';
import { accept } from '../faults/accept.ts';
import { isObject, type Json, type JsonObject, stringOf } from '../json.ts';
import { badRequest, isRefusal, standardRefusal } from '../rules/refusal.ts';
import { identify } from '../rules/validate-headers.ts';
import { sendJson, sendRefusal, sendText } from './http-body.ts';
import type { HttpRequest } from './http-upstream.ts';
import { isTool, sendTool } from './tool-endpoints.ts';
import type { UpstreamParts } from './upstream-parts.ts';

/** What the official client asks for besides, and takes in any shape. */
const harmless: readonly [path: RegExp, answer: Json][] = [
  [/^\/wham\/settings\/user$/, {}],
  [/^\/wham\/rate-limit-reset-credits$/, { available_count: 0, credits: [] }],
  [/^\/wham\/security-setup$/, {}],
  [/^\/ps\/plugins\/installed$/, { plugins: [] }],
  [/^\/ps\/plugins\/suggested\/codex$/, { plugins: [] }],
  [/^\/codex\/analytics-events\/events$/, {}],
  [/^\/plugins\/export\/curated$/, { plugins: [] }],
  [/^\/+connectors\/directory\/list$/, { apps: [], next_token: null }],
];

/** Answers any request below `/backend-api` that is not a turn. */
export async function handleSide(shared: UpstreamParts, request: HttpRequest, response: ServerResponse): Promise<void> {
  const { path, connection, headers } = request;
  const account = identify(headers, shared.headerRules);
  const accountId = isRefusal(account) ? undefined : account.id;
  const fault = shared.faults.take('side', { transport: 'http', accountId, path, connection });
  if (fault) shared.log.faulted('side', fault, connection);
  const { socket } = response;
  if (!socket) return;
  const outcome = await accept(
    shared.pacing.timing.acceptDelayMs,
    socket,
    fault,
    isRefusal(account) ? undefined : account,
  );
  if (outcome.go === 'nowhere') return;
  if (outcome.go === 'refuse') return sendRefusal(response, outcome.refusal, false, outcome.body);
  if (isRefusal(account)) {
    shared.log.refused('http', connection, account);
    return sendRefusal(response, account);
  }
  answer(shared, account, request, response);
}

function answer(
  shared: UpstreamParts,
  account: SimulatedAccount,
  request: HttpRequest,
  response: ServerResponse,
): void {
  const path = request.path.replace(/^\/backend-api/, '');
  const body = request.body.value;
  const known = harmless.find(([pattern]) => pattern.test(path));
  if (path === '/codex/models') sendModels(shared, request, response);
  else if (path === '/wham/usage') sendJson(response, 200, account.usage.report(account.plan));
  else if (path === '/wham/accounts/check') sendJson(response, 200, accountsCheck(shared, account));
  else if (isTool(path) && request.method === 'POST') sendTool(shared, path, request, response);
  else if (path === '/ps/mcp' || path === '/wham/apps') sendMcp(isObject(body) ? body : {}, response);
  else if (known) sendJson(response, 200, known[1]);
  else if (shared.options.answersUnknownPaths && path.startsWith('/codex/')) sendEcho(request, response);
  else sendRefusal(response, standardRefusal(404));
}

/** Says what came, for what the official client may one day ask. */
function sendEcho({ method, path, query, body }: HttpRequest, response: ServerResponse): void {
  sendJson(response, 200, { method, path, query: query.toString(), bytes: body.raw.length });
}

function sendModels(shared: UpstreamParts, request: HttpRequest, response: ServerResponse): void {
  const { etag } = shared.catalogue;
  const clientVersion = request.query.get('client_version');
  if (!clientVersion) {
    const refusal = badRequest("Missing required parameter: 'client_version'.", null, 'client_version');
    shared.log.refused('http', request.connection, refusal);
    sendRefusal(response, refusal);
  } else if (request.headers.get('if-none-match') === etag) {
    sendText(response, 304, '', { etag });
  } else {
    sendText(response, 200, shared.catalogue.bodyFor(clientVersion), { 'content-type': 'application/json', etag });
  }
}

/** The connectors' MCP server, with no tools: the official client says hello to it at every start. */
function sendMcp(call: JsonObject, response: ServerResponse): void {
  const results: Record<string, JsonObject> = {
    initialize: {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'simulator', version: '1.0.0' },
    },
    'tools/list': { tools: [] },
    'resources/list': { resources: [] },
    'resources/templates/list': { resourceTemplates: [] },
  };
  if (call.id === undefined) sendText(response, 202, '', {});
  else sendJson(response, 200, { jsonrpc: '2.0', id: call.id, result: results[stringOf(call.method)] ?? {} });
}

/** All workspaces of the user; the caller's own must be there exactly once (PROTOCOL.md, Side endpoints). */
function accountsCheck(shared: UpstreamParts, account: SimulatedAccount): JsonObject {
  const workspaces = shared.accounts.workspacesOf(account);
  return {
    accounts: workspaces.map((workspace) => ({
      id: workspace.id,
      workspace_backend_origin: 'NO_CONSTRAINT',
      account_routing_override: workspace.routingOverride ?? 'NO_CONSTRAINT',
      plan_type: workspace.plan,
      structure: workspace.plan === 'team' || workspace.plan === 'business' ? 'workspace' : 'personal',
      name: workspace.workspaceName,
      profile_picture_url: null,
    })),
    account_ordering: workspaces.map((workspace) => workspace.id),
    default_account_id: workspaces[0]?.id ?? account.id,
  };
}
