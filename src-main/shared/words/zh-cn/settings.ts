import type { settingsWords as english } from '../en/settings.ts';
import type { SameIds } from '../message.ts';

export const settingsWords: SameIds<typeof english> = {
  'settings.title': '设置',
  'settings.language': '语言',
  'settings.language.system': '跟随系统',
  'settings.language.help': '用于仪表盘、托盘和通知。命令行以及返回给客户端的内容始终为英文。',
  'settings.browsers': '浏览器',
  'settings.browsers.help':
    '以下浏览器无需新链接即可打开仪表盘，新标签页和重启之后同样有效。每个浏览器各持有一个无法导出的密钥。退出登录会关闭其标签页；使用新链接可再次登录。',
  'settings.browsers.none': '没有保持登录的浏览器。',
  'settings.browsers.one': '{name} <faint>{origin}，{when}使用过</faint>',
  'settings.browsers.signOut': '退出登录',
};
