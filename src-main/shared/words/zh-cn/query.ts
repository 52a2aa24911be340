import type { queryWords as english } from '../en/query.ts';
import type { SameIds } from '../message.ts';

export const queryWords: SameIds<typeof english> = {
  'query.label': '按文本筛选',
  'query.placeholder': '搜索，或 model:gpt-6* status:failed first>2s -client:curl',
  'query.help':
    '词语会在 ID、会话、客户端、模型、账号、错误和备注中查找。field:value 用于缩小范围，* 代表任意内容，逗号表示任一；first>2s 用于比较；减号表示取反。',
  'query.offered': '补全',
  'query.unknown-field': '没有字段“{word}”：按词语查找。字段：{fields}。',
  'query.no-number': '“{word}”需要数字，例如 {word}>2s：按词语查找。',
  'query.no-date': '“{word}”需要日期，例如 {word}:2026-11-28：按词语查找。',
  'query.no-value': '“{word}”还没有值。',
  'query.open-quote': '引号未闭合：{word}',
  'query.unknown-value': '没有轮次在此处会是“{word}”。',
  'query.too-many': '只查看前 30 个条件。',
  'query.saved': '已保存',
  'query.saved.label': '已保存的筛选',
  'query.saved.none': '尚无。设置筛选并命名后保存：它会留在此浏览器中。',
  'query.saved.name': '名称',
  'query.saved.save': '保存此筛选',
  'query.saved.forget': '删除 {name}',
};
