import type { App } from '../app/app.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import type { FaceHandlers } from '../shared/contract.ts';
import { SlipstreamError } from '../shared/errors.ts';
import { noUpdates } from '../shared/update-model.ts';
import { tell } from '../shared/words/told.ts';
import { describeProgram } from './diagnostics.ts';
import type { FaceHost } from './face-host.ts';

/** Who installed it as packages for Node brings the next version, too. */
const none = () => noUpdates(tell('updates.off.headless'));
const updateHandlers = {
  'updates.get': none,
  'updates.check': none,
  'updates.download': none,
  'updates.install': none,
  'updates.postpone': none,
};

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
    ...updateHandlers,
    // The desktop's window alone can.
    'requests.dragHar': () => {
      throw new SlipstreamError('drag_unsupported');
    },
    // A face with a dashboard answers these itself.
    'browsers.list': () => [],
    'browsers.revoke': () => [],
  };
}
