import type { migrationWords as english } from '../en/migration.ts';
import type { SameIds } from '../message.ts';

export const migrationWords: SameIds<typeof english> = {
  'migration.tool.none': '未知',
  'migration.account': '{email}{plan}',
  'migration.account.new': '新账号',
  'migration.account.there': '已存在：将替换其令牌',
  'migration.setting.proxyUrl': '代理：{value}',
  'migration.setting.strategy': '新会话分配给：{value}',
  'migration.setting.fastPolicy': '快速模式：{value}',
  'migration.found': '将从 {tool} 导入',
  'migration.nothing': '其中没有可以导入的内容。',
  'migration.left': '不会导入',
  'migration.left.other-service': '{what}：其他服务的账号',
  'migration.left.encrypted': '{what}：此文件用口令加密。请在原程序中将账号逐个导出为 auth.json。',
  'migration.left.signed-out': '{what}：在原程序中已移除的账号',
  'migration.left.unreadable': '{what}：令牌缺失或已损坏',
  'migration.left.no-equal': '{what}：此处没有对应的设置',
  'migration.left.own-keys': '{what}：Slipstream 使用自己的 API 密钥，请为客户端换上其中之一',
  'migration.left.no-proxy': '{what}：不是此处可用的代理地址',
  'migration.left.too-many': '另有 {what} 个账号超出单次导入的上限',
  'migration.left.no-sign-in': '{what}：既不是 Codex 登录信息，也没有此处对应的设置',
  'migration.left.too-large': '{what}：文件过大，不是登录信息',
  'migration.left.no-file': '{what}：不是普通文件',
  'migration.take': '导入',
  'migration.cancel': '取消',
  'migration.shared': '原程序的文件保持不变。刷新令牌只能使用一次：请停用原程序，否则后续期的一方会退出登录。',
};
