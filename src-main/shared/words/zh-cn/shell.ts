import type { shellWords as english } from '../en/shell.ts';
import type { SameIds } from '../message.ts';

export const shellWords: SameIds<typeof english> = {
  'shell.skip': '跳到正文',
  'shell.connecting': '正在连接 Slipstream…',
  'shell.connecting.wait': '正在等待本机上的程序响应。',
  'shell.noState': 'Slipstream 未能发送其状态',
  'shell.retrying': '{problem} 每秒重试一次。',
  'shell.refused': '需要新的链接才能打开仪表盘',
  'shell.refused.why':
    '此浏览器尚未登录：可能从未登录过，也可能已在设置中被移除。通过链接即可登录；链接一分钟内有效，且只能使用一次。',
  'shell.refused.how': '要打开仪表盘，请在运行 Slipstream 的机器上执行：',
};
