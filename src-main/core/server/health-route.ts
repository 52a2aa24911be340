import type { IncomingMessage, ServerResponse } from 'node:http';
import { SlipstreamError } from '../../shared/errors.ts';

/** Says that it runs, and nothing else, to whoever asks. Throws `method_refused`. */
export function answerHealth({ method }: IncomingMessage, response: ServerResponse): void {
  if (method !== 'GET' && method !== 'HEAD')
    throw new SlipstreamError('method_refused', { headers: [['allow', 'GET, HEAD']] });
  response.writeHead(204).end();
}
