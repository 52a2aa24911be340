import type { labWords as english } from '../en/lab.ts';
import type { SameIds } from '../message.ts';

export const labWords: SameIds<typeof english> = {
  'lab.coin': '暂时由 Slipstream 抛硬币决定',
  'lab.coin.what':
    '用您自己的会话，两两一组：由硬币决定其中哪一个走快速模式。不会多发任何一轮请求。您或客户端的设置优先生效，但该会话仍按硬币的结果计入。',
  'lab.coin.end': '在第 6、8、12、18 或 24 组时一旦有结论即结束，也可随时退出；已开始的会话保持其服务层级不变。',
  'lab.coin.model': '模型',
  'lab.coin.account': '账号',
  'lab.coin.newSession': '新会话所用的账号',
  'lab.coin.pairs': '会话组数',
  'lab.coin.most': '最多 {count, number} 组',
  'lab.coin.start': '为新会话抛硬币',
  'lab.coin.leave': '退出',
  'lab.coin.show': '查看',
  'lab.coin.setAuto': '设为自动',
  'lab.coin.switched': '目前由快速开关决定每一轮。抛硬币需要设为 <b>自动</b>。',
  'lab.coin.running': '{account} 上的 {model}：{pairs, number} 组，最多 {most, number} 组',
  'lab.coin.title': '{account} 上的 {model}，由硬币决定',
  'lab.coin.progress': '已有 {pairs, number} 组会话，最多 {most, number} 组；{open, plural, other {# 个}}会话尚未结束',
  'lab.coin.idle': '会话静置半小时即视为结束。',
  'lab.coin.sessions': '会话',
  'lab.coin.measured': '已测量',
  'lab.coin.asFell': '每一轮都与硬币一致',
  'lab.coin.lost': '作废：没有完成的轮次',
  'lab.coin.turns': '轮次',
  'lab.coin.standard': '标准',
  'lab.coin.rests':
    '无论各轮以何种服务层级发送，每个会话都按硬币的结果计入。结论只依据整个会话中首个输出之后每个输出 token 的用时。',
  'lab.coin.every': '全部会话组：{count, number}',
};
