import type { App } from '../app/app.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import type { FaceHandlers } from '../shared/contract.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { describeProgram } from './diagnostics.ts';
import type { FaceHost } from './face-host.ts';

interface FaceHandlerParts {
  readonly app: Pick<App, 'snapshot'>;
  readonly host: FaceHost;
  readonly redactor: Redactor;
}

/** The calls that a face answers by itself, the same for both faces but for what their system offers. */
export function faceHandlers({ app, host, redactor }: FaceHandlerParts): FaceHandlers {
  return {
    'app.diagnostics': () => ({
      text: describeProgram({
        snapshot: app.snapshot(),
        settings: host.settings.read(),
        problems: host.recentProblems(),
        redactor,
      }),
    }),
    // The desktop's window alone can.
    'requests.dragHar': () => {
      throw new SlipstreamError('drag_unsupported');
    },
    // A face with a dashboard answers these itself.
    'browsers.list': () => [],
    'browsers.revoke': () => [],
  };
}
