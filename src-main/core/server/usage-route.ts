import type { ServerResponse } from 'node:http';
import { SlipstreamError } from '../../shared/errors.ts';
import { answerObject } from '../json-answer.ts';
import { signInRefused } from '../turn/refusal.ts';
import type { JsonAnswer } from '../upstream/json-request.ts';
import { sendJson } from './send.ts';

/** `GET /api/codex/usage`: the chosen account's usage, as upstream tells it. Throws what upstream refused. */
export function answerUsage(response: ServerResponse, answer: JsonAnswer): void {
  if (answer.kind === 'unreachable') {
    throw new SlipstreamError('upstream_unreachable', {
      message: `Upstream's usage could not be read: ${answer.message}.`,
    });
  }
  if (answer.status === 401) throw signInRefused(null);
  if (answer.status !== 200) {
    const upstreamBody = answerObject(answer.body);
    const status = answer.status >= 400 && answer.status <= 599 ? answer.status : 502;
    throw new SlipstreamError('upstream_refused', { status, ...(upstreamBody === null ? {} : { upstreamBody }) });
  }
  sendJson(response, 200, answer.body);
}
