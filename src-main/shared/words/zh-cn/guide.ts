import type { guideWords as english } from '../en/guide.ts';
import type { SameIds } from '../message.ts';

export const guideWords: SameIds<typeof english> = {
  'guide.title': '两分钟完成首个轮次',
  'guide.account': '登录',
  'guide.account.how': '每个轮次都通过 Codex 账号发送。',
  'guide.account.do': '打开账号',
  'guide.client': '连接客户端',
  'guide.client.how': '让 Slipstream 写入客户端的文件，在终端中运行测试轮次，或从这里发送一个。',
  'guide.client.do': '设置客户端',
  'guide.client.watch': '查看请求',
  'guide.client.test': '复制测试轮次',
  'guide.client.test.what': '测试轮次',
  'guide.client.send': '发送测试轮次',
  'guide.client.send.cost': '以标准服务层级请 {model} 回答一个词：消耗的额度不到 1,000 个 token。',
  'guide.client.sent': '已发送…',
  'guide.client.trace': '打开其跟踪',
  'guide.fast': '了解快速模式',
  'guide.fast.how':
    '快速模式向上游请求 {tier} 服务层级：回答可能更快，但每个 token 消耗约 {from}–{to} 倍额度。关闭或自动不会增加消耗。“快速模式实验”可以测出它对你是否有用。',
  'guide.fast.do': '打开快速模式实验',
  'guide.done': '已完成',
  'guide.finish': '完成',
  'guide.dismiss': '暂不',
};
