import type { welcomeWords as english } from '../en/welcome.ts';
import type { SameIds } from '../message.ts';

export const welcomeWords: SameIds<typeof english> = {
  'welcome.title': '欢迎使用 Slipstream',
  'welcome.intro': '完成两步，客户端即可使用。之后均可更改。',
  'welcome.done': '进入仪表盘',
  'welcome.done.note': '除非你选择，否则 Slipstream 不会在登录系统时启动。',
  'welcome.account.ready': '账号已就绪',
  'welcome.account': '添加账号',
  'welcome.account.why': 'Slipstream 通过 Codex 账号发送每个轮次，因此需要一个账号。',
  'welcome.link': '或关联 Codex CLI 的登录',
  'welcome.link.how': '共享 <code>~/.codex/auth.json</code> 中的登录；使用独立的登录更为稳妥。',
  'welcome.login': '登录系统时启动 Slipstream？',
  'welcome.login.how': '启动后隐藏在托盘中，客户端随时可用。',
  'welcome.login.yes': '登录系统时启动',
  'welcome.login.no': '暂不',
  'welcome.login.is': '登录系统时启动',
  'welcome.login.isNot': '登录系统时不启动',
  'welcome.login.change': '可在设置或托盘菜单中更改。',
};
