import type { App } from '../app/app.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import type { AutostartView } from '../shared/autostart-view.ts';
import type { FaceHandlers } from '../shared/contract.ts';
import type { Autostart } from './autostart.ts';
import { describeProgram } from './diagnostics.ts';
import type { FaceHost } from './face-host.ts';

interface FaceHandlerParts {
  readonly app: Pick<App, 'snapshot'>;
  readonly host: FaceHost;
  readonly redactor: Redactor;
  readonly autostart: Autostart;
}

/** The calls that a face answers by itself, the same for both faces but for what their system offers. */
export function faceHandlers({ app, host, redactor, autostart }: FaceHandlerParts): FaceHandlers {
  const { settings } = host;
  const view = (): AutostartView => ({
    enabled: autostart.isEnabled(),
    unsupported: autostart.unsupported,
    asked: settings.read().autostartAsked,
  });
  return {
    'app.diagnostics': () => ({
      text: describeProgram({
        snapshot: app.snapshot(),
        settings: settings.read(),
        problems: host.recentProblems(),
        redactor,
      }),
    }),
    'autostart.get': view,
    'autostart.set': ({ enabled }) => {
      autostart.set(enabled);
      settings.write({ autostartAsked: true });
      return view();
    },
  };
}
