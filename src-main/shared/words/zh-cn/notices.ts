import type { noticesWords as english } from '../en/notices.ts';
import type { SameIds } from '../message.ts';

export const noticesWords: SameIds<typeof english> = {
  'notices.limit': '已达用量上限',
  'notices.limit.body': '{account} 在 {when} 之前不会分配轮次。',
  'notices.signedOut': '已退出登录',
  'notices.signedOut.body': '{account} 需要重新登录。请打开“账号”页面。',
  'notices.refused': '被上游拒绝',
  'notices.refused.body': '{account}：{text}',
  'notices.low': '额度不足',
  'notices.low.body': '{account} 的 {window}额度已用 {percent}。',
  'notices.low.body.reset': '{account} 的 {window}额度已用 {percent}，将于 {when} 重置。',
  'notices.weekly': '每周',
  'notices.unnamed': '用量',
  'notices.notLoaded': '无法加载账号',
  'notices.locked': '账号已锁定',
  'notices.locked.body': '{accounts}：请解锁密钥环后重试，或重新登录。',
  'notices.experiment': '快速模式实验',
  'notices.experiment.done': '{model} 的实验已得出结果。',
  'notices.experiment.failed': '{model} 的实验在得出结果之前失败了。',
  'notices.experiment.asking': '{model} 的实验在等你确认：下一步会消耗额度。',
  'notices.folder': '无法使用数据目录',
  'notices.shortcut': '快速模式的快捷键不起作用',
  'notices.shortcut.body': '{keys} 已被其他程序或系统占用。请在“设置”中换一组按键。',
};
