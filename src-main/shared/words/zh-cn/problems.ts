import type { problemsWords as english } from '../en/problems.ts';
import type { SameIds } from '../message.ts';

export const problemsWords: SameIds<typeof english> = {
  'problems.setting': 'settings.json 中的 "{name}" 无效（{why}），已使用默认值。请在设置中重新设置，或修复该文件。',
  'problems.key': 'settings.json 中的 API key 无效，已生成新的密钥。请重新设置客户端，或恢复原来的密钥。',
  'problems.newer':
    'settings.json 来自更新版本的 Slipstream（版本 {version}）：已尽可能读取，更改前会先备份。请更新 Slipstream。',
  'problems.aside': '无法读取的设置已另存为 {path}。不再需要时可删除该文件。',
  'problems.file.newer':
    '{path} 由更新版本的 Slipstream 写入，未作改动：{meaning}。请更新 Slipstream，或删除该文件后重新启动。',
  'problems.file.refused': '无法读取 {path}（{why}），未作改动：{meaning}。请排除原因，然后重新启动 Slipstream。',
  'problems.file.damaged': '{path} 已损坏，仍在原处：{meaning}。请删除该文件，然后重新启动 Slipstream。',
  'problems.file.aside': '{path} 未能完整读取，原有内容已另存为 {aside}：{meaning}。不再需要时可删除该副本。',
  'problems.meaning.coins': '为对话决定服务层级的硬币结果已丢失',
  'problems.meaning.sessions': '对话在上游将使用新的 ID',
  'problems.meaning.learned': '其中关于 Codex 客户端的内容将重新学习',
  'problems.meaning.browsers': '其中的浏览器需要新的链接',
  'problems.meaning.keys': '其中无法读取的 API key 不再有效',
  'problems.meaning.accounts': '在重新登录或恢复该文件之前，其中的账号不可用',
  'problems.meaning.clients': '其中记录的客户端设置无法在此撤销',
};
