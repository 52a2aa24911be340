import { fieldsOfAll } from './fields.ts';
import type { Profile } from './profile.ts';

const headersOfBoth = [
  'authorization',
  'chatgpt-account-id',
  'originator',
  'session-id',
  'thread-id',
  'user-agent',
  'version',
  'x-client-request-id',
  'x-codex-beta-features',
  'x-codex-routing-hint',
  'x-codex-turn-metadata',
  'x-codex-window-id',
];

const fieldsOfBoth = [...fieldsOfAll, 'client_metadata'];

/** Of `client_metadata` and of the turn metadata; most are claims that only the client itself can make. */
const metadata0169: Profile['capturedMetadata'] = {
  client: [
    'guardian_credits_requested',
    'mcp_attribution',
    'root_turn_id',
    'session_id',
    'thread_id',
    'turn_id',
    'ws_request_header_x_openai_internal_codex_responses_lite',
    'x-codex-installation-id',
    'x-codex-turn-metadata',
    'x-codex-window-id',
    'x-codex-ws-stream-request-start-ms',
  ],
  turn: [
    'agent_name',
    'analytics_enabled',
    'auto_review_enabled',
    'context_window_id',
    'history_initialization',
    'installation_id',
    'model',
    'node_repl_auto_review_required',
    'node_repl_disabled',
    'reasoning_effort',
    'request_kind',
    'root_turn_id',
    'sandbox',
    'sandbox_mode',
    'session_id',
    'thread_id',
    'thread_source',
    'turn_id',
    'turn_started_at_unix_ms',
    'turn_trigger',
    'window_id',
    'window_number',
  ],
};

/** codex 0.169.0; captures/bearer-ws.json, tier-fast.json, o-ws426.json. */
export const profile0169: Profile = {
  id: '0.169',
  version: '0.169.0',
  websocketBeta: 'responses_websockets=2026-02-06',
  sessionHeaders: ['session-id', 'thread-id'],
  windowHeader: 'x-codex-window-id',
  betaFeatures: 'remote_compaction_v2',
  userAgentOn: ['ws', 'http'],
  turnMetadata: [
    'installation_id',
    'session_id',
    'thread_id',
    'turn_id',
    'window_id',
    'request_kind',
    'turn_started_at_unix_ms',
    'model',
  ],
  clientMetadata: ['session_id', 'thread_id', 'turn_id', 'x-codex-window-id', 'x-codex-installation-id'],
  crossings: [
    {
      header: 'x-openai-internal-codex-responses-lite',
      metadata: 'ws_request_header_x_openai_internal_codex_responses_lite',
    },
  ],
  websocketOnlyMetadata: ['x-codex-ws-stream-request-start-ms'],
  httpOnlyHeaders: ['x-codex-turn-state'],
  bodyEncoding: 'zstd',
  acceptEncoding: null,
  capturedMetadata: metadata0169,
  captured: {
    ws: {
      headers: [...headersOfBoth, 'openai-beta'],
      optionalHeaders: ['x-openai-account-routing-override'],
      fields: [...fieldsOfBoth, 'type'],
      optionalFields: ['generate', 'previous_response_id', 'service_tier', 'tools'],
    },
    http: {
      headers: [...headersOfBoth, 'accept', 'content-encoding', 'content-type'],
      optionalHeaders: [
        'x-codex-turn-state',
        'x-openai-account-routing-override',
        'x-openai-internal-codex-responses-lite',
      ],
      fields: fieldsOfBoth,
      optionalFields: ['service_tier', 'tools'],
    },
  },
};
