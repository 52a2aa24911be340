import { joined } from '../joined.ts';
import { accountsWords } from './accounts.ts';
import { autostartWords } from './autostart.ts';
import { clientModesWords } from './client-modes.ts';
import { clientsWords } from './clients.ts';
import { codexWords } from './codex.ts';
import { conversationWords } from './conversation.ts';
import { desktopWords } from './desktop.ts';
import { detailWords } from './detail.ts';
import { errorsWords } from './errors.ts';
import { failuresWords } from './failures.ts';
import { filterWords } from './filters.ts';
import { guideWords } from './guide.ts';
import { keysWords } from './keys.ts';
import { labWords } from './lab.ts';
import { latencyWords } from './latency.ts';
import { metricsWords } from './metrics.ts';
import { migrationWords } from './migration.ts';
import { noticesWords } from './notices.ts';
import { overviewWords } from './overview.ts';
import { problemsWords } from './problems.ts';
import { queryWords } from './query.ts';
import { requestsWords } from './requests.ts';
import { sessionsWords } from './sessions.ts';
import { settingsWords } from './settings.ts';
import { shellWords } from './shell.ts';
import { timingWords } from './timing.ts';
import { toastsWords } from './toasts.ts';
import { troublesWords } from './troubles.ts';
import { uiWords } from './ui.ts';
import { unitWords } from './units.ts';
import { updatesWords } from './updates.ts';
import { usageWords } from './usage.ts';
import { verdictWords } from './verdict.ts';
import { waysWords } from './ways.ts';
import { welcomeWords } from './welcome.ts';
import { whyWords } from './why.ts';

/** Every text in English, which says what texts there are: a file an area of the program. */
export const englishCatalogue = joined(
  accountsWords,
  autostartWords,
  clientModesWords,
  clientsWords,
  codexWords,
  conversationWords,
  desktopWords,
  detailWords,
  errorsWords,
  failuresWords,
  filterWords,
  guideWords,
  keysWords,
  labWords,
  metricsWords,
  migrationWords,
  noticesWords,
  overviewWords,
  problemsWords,
  queryWords,
  requestsWords,
  sessionsWords,
  settingsWords,
  shellWords,
  timingWords,
  toastsWords,
  troublesWords,
  uiWords,
  unitWords,
  latencyWords,
  updatesWords,
  usageWords,
  verdictWords,
  waysWords,
  welcomeWords,
  whyWords,
);
