import { randomBytes } from 'node:crypto';
import type { Host } from '../core/ports.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import type { CoreHandlers } from '../shared/contract.ts';

/** The calls about the key that clients send. A new one counts at once: the listener reads it with each request. */
export function keyHandlers(
  settings: Host['settings'],
  redactor: Redactor,
): Pick<CoreHandlers, 'app.apiKey' | 'app.rotateKey'> {
  return {
    'app.apiKey': () => ({ apiKey: settings.read().apiKey }),
    'app.rotateKey': () => {
      const apiKey = randomBytes(32).toString('base64url');
      redactor.addSecret(apiKey);
      settings.write({ apiKey });
      return { apiKey };
    },
  };
}
