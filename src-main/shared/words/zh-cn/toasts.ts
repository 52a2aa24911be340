import type { toastsWords as english } from '../en/toasts.ts';
import type { SameIds } from '../message.ts';

export const toastsWords: SameIds<typeof english> = {
  'toast.copied': '已复制{what}。',
  'toast.notCopied': '无法复制{what}：此处无法使用剪贴板。',
  'toast.undo': '撤销',
  'toast.paused': '从现在起拒绝新的轮次。',
  'toast.resumed': '从现在起恢复接受新的轮次。',
  'toast.imported': '已导入：{accounts}。',
  'toast.imported.known': '已导入；该账号此前已存在。',
  'toast.linked': '已关联：{accounts}。',
  'toast.linked.known': '已关联；该账号此前已存在。',
  'toast.signedOut': '已在签发方退出登录，并已移除。',
  'toast.notRevoked': '已从此处移除，但签发方未确认该账号已退出登录。',
  'toast.diagnostics': '诊断信息',
  'toast.apiKey': 'API 密钥',
  'toast.turnStopped': '该轮次已停止。',
};
