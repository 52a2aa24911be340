import { joined } from '../joined.ts';
import type { Catalogue } from '../texts.ts';
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

/**
 * Every text in simplified Chinese. One word for one thing: turn 轮次, request 请求, account 账号, fast mode 快速模式, tier
 * 服务层级, quota 额度, usage limit 用量上限, upstream 上游, client 客户端, session 会话, conversation 对话, first token 首个
 * token, latency 延迟, token of a model token, token of a sign-in 令牌, sign in and out 登录 and 退出登录, header 请求头 and
 * 响应头, frame 帧, redacted 已脱敏, dashboard 仪表盘, tray 托盘, issuer 签发方, Codex profile Codex 特征. Latin words and figures
 * stand between spaces; punctuation is full-width; the reader is 你.
 */
export const chineseCatalogue: Catalogue = joined(
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
