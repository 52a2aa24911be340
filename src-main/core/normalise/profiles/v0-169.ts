import type { Profile } from './profile.ts';

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
};
